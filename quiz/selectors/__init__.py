"""Reads from the database, one file per noun; every selector starts from a permission-filtered queryset."""
