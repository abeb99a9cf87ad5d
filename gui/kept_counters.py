"""The lines and zones of each source, kept with the settings for when it is opened again."""

import json
import logging
from pathlib import Path
from typing import Any

from engine.counters import NOTHING, Counter, Counting
from engine.files import replacing

logger = logging.getLogger(__name__)
MOST = 100
"""Of so many sources they are kept; those drawn longest ago go."""
MOST_BYTES = 1 << 20


class KeptCounters:
    """One small file; what makes no sense in it is left out."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "counters.json"

    def read(self, source: str) -> Counting:
        """What was drawn over this source."""
        return _counting(self._rows().get(source))

    def keep(self, source: str, counting: Counting) -> None:
        """This is drawn over it now."""
        rows = {name: row for name, row in self._rows().items() if name != source}
        if counting.counters:
            points = [{"name": c.name, "points": c.points} for c in counting.counters]
            rows[source] = {"at": counting.at, "counters": points}
        kept = dict(list(rows.items())[-MOST:])
        try:
            with replacing(self._path) as temporary:
                temporary.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            logger.warning("Lines and zones could not be kept: %s", error)

    def _rows(self) -> dict[str, Any]:
        """Not read as JSON of others: names that are no UTF-8 stand in it as escapes."""
        try:
            if not self._path.is_file() or self._path.stat().st_size > MOST_BYTES:
                return {}
            rows = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            logger.info("%s could not be read: %s", self._path.name, error)
            return {}
        return rows if isinstance(rows, dict) else {}


def _counting(row: Any) -> Counting:
    try:
        counters = [
            Counter(str(each["name"]), tuple((float(x), float(y)) for x, y in each["points"]))
            for each in row["counters"]
        ]
        return Counting(tuple(counters), str(row["at"]))
    except (TypeError, ValueError, KeyError, OverflowError):
        return NOTHING
