"""What was open lately and where the person was in it: kept with the settings."""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.files import replacing
from engine.sources.source import is_url

logger = logging.getLogger(__name__)
MOST = 12
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Place:
    """Where somebody was: what was opened, the picture shown last and how it was looked at.

    `view` is scale, x and y of the canvas; nothing while the whole picture is shown.
    """

    opened: tuple[str, ...]
    frame: str = ""
    view: tuple[float, float, float] | None = None
    pictures: int = 0
    seen: float = 0.0

    @property
    def title(self) -> str:
        """What the person calls it."""
        if is_url(self.opened[0]):
            return self.opened[0]
        return Path(self.opened[0]).name or self.opened[0]

    @property
    def is_there(self) -> bool:
        """Whether it can be opened now; of an address that shows only then."""
        return is_url(self.opened[0]) or Path(self.opened[0]).exists()


class RecentPlaces:
    """The places of before, the newest first, in one small file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "recent.json"
        self.places: tuple[Place, ...] = read_places(self._path)

    def find(self, opened: Sequence[str]) -> Place | None:
        """Where the person was in this."""
        return next((p for p in self.places if p.opened == tuple(opened)), None)

    def note(self, place: Place) -> None:
        """This is open now: it comes first."""
        place = replace(place, seen=time.time())
        others = [p for p in self.places if p.opened != place.opened]
        self.places = (place, *others)[:MOST]
        try:
            with replacing(self._path) as temporary:
                rows = [asdict(p) for p in self.places]
                temporary.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            logger.warning("What is open could not be noted: %s", error)


def read_places(path: Path) -> tuple[Place, ...]:
    """The stored places; what makes no sense is left out.

    Not read as JSON of others: names that are no UTF-8 stand in it, by which that is refused.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8")) if _is_small(path) else []
    except (OSError, ValueError, RecursionError) as error:
        logger.info("%s could not be read: %s", path.name, error)
        return ()
    found = [_place(row) for row in rows] if isinstance(rows, list) else []
    return tuple(place for place in found if place is not None)[:MOST]


def _is_small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= MOST_BYTES


def _place(row: Any) -> Place | None:
    try:
        opened = tuple(str(path) for path in row["opened"])
        view = row.get("view")
        scale, x, y = (float(v) for v in view) if view is not None else (1.0, 0.0, 0.0)
        shown = (scale, x, y) if view is not None and 0 < scale < 1e3 else None
        pictures, seen = int(row.get("pictures", 0)), float(row.get("seen", 0))
        return Place(opened, str(row.get("frame", "")), shown, pictures, seen) if opened else None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        return None
