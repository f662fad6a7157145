"""A site of tomorrow: the same code with one more migration, for tests of starting on older data."""
