"""Boxes where something may be, found without a network."""
