"""Supporting code of ./run and ./check: standard library only, since it works before any install."""
