"""What is wrong in a dataset."""
