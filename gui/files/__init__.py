"""The Pictures panel: a list of all pictures, and a review that goes through them."""
