"""Running a network on films: torch lives here and in `inference.training`, and nowhere else."""
