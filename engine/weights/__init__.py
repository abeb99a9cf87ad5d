"""Trained numbers, in files that say what they are."""
