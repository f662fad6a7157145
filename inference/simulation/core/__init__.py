"""What all simulated patients are drawn with: random fields, noise, shapes, warps, measures, an observer."""
