"""The names of a project's folders: its own one beside the pictures, and what lies in it."""

PROJECT = ".maskloop"
FROZEN = "frames"
"""Frozen frames of videos and cameras."""
DATASETS = "datasets"
RUNS = "runs"
WEIGHTS = "weights"
"""Below a project, and below each of its Runs."""
