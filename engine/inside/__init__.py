"""Looking inside a network while it runs: where, what was seen there, and pictures of it."""
