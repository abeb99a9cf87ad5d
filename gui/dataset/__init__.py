"""What the open project's dataset is made of."""
