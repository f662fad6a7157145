"""Drawn chest pictures: the warm-up set, schematic on purpose."""
