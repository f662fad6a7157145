"""Simulated adult chest radiographs: a voxel thorax for the soft parts, bones and vessels as swept solids on top."""
