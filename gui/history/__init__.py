"""The history of the project as a list: every step, and taking any of them."""
