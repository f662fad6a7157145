"""What ./check does: the same set-up as ./run, then every check, and a summary with the seconds of each."""
