"""The REST API: tokens, one error shape, versions in folders."""
