"""The names of a project's folders, its own one beside the pictures and what lies in it; and the
folder of what can be made again."""

import os
from pathlib import Path

import platformdirs

PROJECT = ".maskloop"
FROZEN = "frames"
"""Frozen frames of videos and cameras."""
UNDONE = "undone"
"""Below those: pictures of the frames whose freezing or collecting was undone."""
DATASETS = "datasets"
RUNS = "runs"
WEIGHTS = "weights"
"""Below a project, and below each of its Runs."""


def cache_folder() -> Path:
    """Where downloads, compiled models and the pixels of very large pictures live;
    MASKLOOP_CACHE chooses another place."""
    chosen = os.environ.get("MASKLOOP_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("maskloop", False))
