"""Files that ship with the program."""

from pathlib import Path


def path(name: str) -> Path:
    """The file or folder called `name` in this package, such as "weights" or "style.qss"."""
    return Path(__file__).parent / name
