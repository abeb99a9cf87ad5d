"""Samples as batches for training."""
