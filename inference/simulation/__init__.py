"""Patients who never were: pictures drawn by code for demo packs (numpy, no torch and no Django)."""
