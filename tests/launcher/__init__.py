"""Tests of ./run and ./check: flags, stamps, refusals, and that no child outlives the launcher."""
