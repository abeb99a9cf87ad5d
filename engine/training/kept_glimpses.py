"""The small pictures that a Run has kept of what it said; read without torch."""

import re
from pathlib import Path

FOLDER = "glimpses"
_NAME = re.compile(r"(\d{5,9})-(\d)\.jpg")


def glimpse_path(run: Path, epoch: int, number: int) -> Path:
    """Where a Run keeps one of an epoch's pictures."""
    return run / FOLDER / f"{epoch:05}-{number}.jpg"


def kept_glimpses(run: Path) -> dict[int, tuple[Path, ...]]:
    """The pictures that a Run has kept, by their epochs in order."""
    found: dict[int, list[Path]] = {}
    folder = run / FOLDER
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            match = _NAME.fullmatch(path.name)
            if match is not None:
                found.setdefault(int(match[1]), []).append(path)
    return {epoch: tuple(found[epoch]) for epoch in sorted(found)}
