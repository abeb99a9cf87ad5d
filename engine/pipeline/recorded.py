"""What is known of a recording without the libraries that make it."""

import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recorded:
    """A finished recording."""

    path: Path
    frames: int
    seconds: float


def recording_path(folder: Path, name: str) -> Path:
    """A file for a recording of what is called so, named by the time of now."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem)
    return folder / f"{stem or 'live'}-{time.strftime('%Y%m%d-%H%M%S')}.mp4"
