"""A model's report card: every figure of one split with its interval, pictures of its worst cases; no Django."""
