"""A model's report as it is kept, put into words and shown; the figures come from `inference.reports`. No torch."""
