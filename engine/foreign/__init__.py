"""Networks that somebody brings: what their outputs mean, guessed from numbers and names."""
