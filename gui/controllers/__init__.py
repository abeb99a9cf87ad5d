"""Own the state; emit frozen values."""
