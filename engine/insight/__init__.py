"""What a dataset is made of, counted."""
