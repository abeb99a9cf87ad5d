"""Networks that find objects and say which pixels are theirs."""
