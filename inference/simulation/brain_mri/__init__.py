"""Simulated brain MRI: axial T1 after contrast and FLAIR of one slice, with and without a tumour."""
