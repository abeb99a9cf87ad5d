"""What is saved: sources, labels and samples in one folder."""
