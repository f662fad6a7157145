"""Recipes that made the shipped weights, each reproducible from one command."""
