"""What is measured of simulated packs: whether difficulty means something, and whether an accident tells the answer."""
