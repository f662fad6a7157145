"""Simulated head CT: stacks of axial slices in Hounsfield units, with bleeding and with what is taken for it."""
