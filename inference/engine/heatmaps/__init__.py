"""Heatmap methods: one module each, each giving raw maps on the network's feature grid for a whole batch."""
