"""One module per network architecture; `inference.registry` names them by dotted string."""
