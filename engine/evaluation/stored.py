"""A report as it is read back from its JSON file, by whoever shows it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import endings
from engine.errors import DatasetError

Xyxy = tuple[float, float, float, float]


@dataclass(frozen=True)
class ErrorRow:
    """One mistake of a model: where, of what kind, what is there and what the model said.

    `box` is what was found, or the true one that was not; `truth` the true one beside a found one.
    """

    image: str
    kind: str
    label: str | None = None
    said: str | None = None
    score: float | None = None
    iou: float | None = None
    box: Xyxy | None = None
    truth: Xyxy | None = None
    severity: float = 0.0


@dataclass(frozen=True)
class StoredReport:
    """What a report says. `weights` and `data` are as they were given; `errors` the worst first.

    `curves` holds per label and IoU ("50", "75") the precision at recalls 0, 0.01 .. 1.
    """

    weights: str
    data: str
    task: str
    metrics: Mapping[str, Any]
    errors: tuple[ErrorRow, ...]
    colors: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, Sequence[float | None]]] = field(default_factory=dict)
    confusion: Mapping[str, Any] | None = None

    @property
    def list_path(self) -> Path | None:
        """The txt list it was made on, if it was one that is still there."""
        path = Path(self.data)
        return path if path.suffix.lower() == endings.LIST and path.is_file() else None


def read_report(path: Path) -> StoredReport:
    """Read a report's JSON. DatasetError if it is none."""
    hint = "Choose the JSON file that `maskloop evaluate --out` or the Evaluate panel wrote."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return stored(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path.name} is no report of an evaluation.", hint=hint) from error


def stored(content: Mapping[str, Any]) -> StoredReport:
    """What the JSON's content says. KeyError, TypeError or ValueError if it is no report."""
    return StoredReport(
        weights=str(content["weights"]),
        data=str(content["data"]),
        task=str(content["task"]),
        metrics=dict(content["metrics"]),
        errors=tuple(_row(row) for row in content["errors"]),
        colors={str(x["name"]): _color(x["color"]) for x in content["labels"]},
        curves=dict(content["curves"]),
        confusion=content["confusion"],
    )


def _row(row: Mapping[str, Any]) -> ErrorRow:
    return ErrorRow(
        image=str(row["image"]),
        kind=str(row["kind"]),
        label=row.get("label"),
        said=row.get("said"),
        score=row.get("score"),
        iou=row.get("iou"),
        box=_xyxy(row.get("box")),
        truth=_xyxy(row.get("truth")),
        severity=float(row.get("severity") or 0.0),
    )


def _xyxy(numbers: Sequence[float] | None) -> Xyxy | None:
    if numbers is None:
        return None
    x1, y1, x2, y2 = (float(number) for number in numbers)
    return x1, y1, x2, y2


def _color(numbers: Sequence[int]) -> tuple[int, int, int]:
    red, green, blue = (int(number) for number in numbers)
    return red, green, blue
