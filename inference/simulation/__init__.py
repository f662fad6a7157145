"""Simulated patients: images made by code, with the truth known to the pixel (numpy and scipy, no torch)."""
