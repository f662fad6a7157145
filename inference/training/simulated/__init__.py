"""How the models of simulated patients were made: `python -m inference.training.simulated KEY --out DIR`."""
