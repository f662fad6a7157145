"""The trainer: case sets, reads, answer keys, what learners see and when."""
