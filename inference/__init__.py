"""The AI side of Second Read: models, the jobs that run them, and the opinions they leave."""
