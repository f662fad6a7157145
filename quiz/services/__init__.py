"""Writes to the database, one use case per function; clock and randomness are passed in."""
