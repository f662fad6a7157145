"""Simulated screening mammograms: four views of a woman's two breasts, drawn from one layout in space per breast."""
