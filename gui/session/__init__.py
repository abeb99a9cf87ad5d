"""What is open now, and nothing else."""
