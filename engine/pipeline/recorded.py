"""What is known of a recording without the libraries that make it."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

SEEN, RAW, LINES = "seen", "raw", "lines"
KINDS = (SEEN, RAW, LINES)
"""A video of what is seen, one of the frames as they came, and what was said of each, in JSON."""


@dataclass(frozen=True)
class Places:
    """Where the parts of a recording go; None is not wanted."""

    seen: Path | None = None
    raw: Path | None = None
    lines: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Of those that are wanted."""
        return tuple(path for path in (self.seen, self.raw, self.lines) if path is not None)


@dataclass(frozen=True)
class Recorded:
    """A finished recording: its files, and how the videos are coded.

    `ended` says why it ended without anybody asking.
    """

    paths: tuple[Path, ...]
    frames: int
    seconds: float
    codec: str = ""
    ended: str = ""

    @property
    def path(self) -> Path:
        """The first of its files."""
        return self.paths[0]


def recording_places(folder: Path, name: str, kinds: Collection[str] = (SEEN,)) -> Places:
    """Files for a recording of what is called so, named by the time of now."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem)
    stem = f"{stem or 'live'}-{time.strftime('%Y%m%d-%H%M%S')}"
    return Places(
        seen=folder / f"{stem}.mp4" if SEEN in kinds else None,
        raw=folder / f"{stem}-raw.mp4" if RAW in kinds else None,
        lines=folder / f"{stem}.jsonl" if LINES in kinds else None,
    )
