"""Encoders, by the name that the option `backbone=` takes."""
