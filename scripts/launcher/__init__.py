"""What ./run does: set the site up (skipping what is unchanged), start it, and end it cleanly."""
