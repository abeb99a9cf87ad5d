"""A report as it is read back from its JSON file, by whoever shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import endings
from engine.errors import DatasetError
from engine.plain_json import read_json

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
    content = read_json(path, hint=hint)
    try:
        return stored(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path.name} is no report of an evaluation.", hint=hint) from error


def stored(content: Mapping[str, Any]) -> StoredReport:
    """What the JSON's content says. KeyError, TypeError or ValueError if it is no report."""
    metrics = dict(content["metrics"])
    _number(metrics.get("images", 0))
    return StoredReport(
        weights=str(content["weights"]),
        data=str(content["data"]),
        task=str(content["task"]),
        metrics=metrics,
        errors=tuple(_row(row) for row in content["errors"]),
        colors={str(x["name"]): _color(x["color"]) for x in content["labels"]},
        curves={str(name): _curves(both) for name, both in content["curves"].items()},
        confusion=_confusion(content["confusion"]),
    )


def _row(row: Mapping[str, Any]) -> ErrorRow:
    return ErrorRow(
        image=str(row["image"]),
        kind=str(row["kind"]),
        label=_text(row.get("label")),
        said=_text(row.get("said")),
        score=_number(row.get("score")),
        iou=_number(row.get("iou")),
        box=_xyxy(row.get("box")),
        truth=_xyxy(row.get("truth")),
        severity=_number(row.get("severity")) or 0.0,
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _xyxy(numbers: Sequence[float] | None) -> Xyxy | None:
    if numbers is None:
        return None
    x1, y1, x2, y2 = (float(number) for number in numbers)
    return x1, y1, x2, y2


def _color(numbers: Sequence[int]) -> tuple[int, int, int]:
    red, green, blue = (int(number) for number in numbers)
    if not all(0 <= each <= 255 for each in (red, green, blue)):
        raise ValueError(f"{numbers} is no color")
    return red, green, blue


def _curves(both: Mapping[str, Any]) -> dict[str, list[float | None]]:
    return {key: [_number(value) for value in both[key]] for key in ("50", "75")}


def _confusion(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    rows, columns = ([str(name) for name in found[side]] for side in ("rows", "columns"))
    counts = [[int(count) for count in row] for row in found["counts"]]
    if [len(row) for row in counts] != [len(columns)] * len(rows):
        raise ValueError("the confusion matrix is no table")
    return {**found, "rows": rows, "columns": columns, "counts": counts}
