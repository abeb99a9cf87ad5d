"""What an evaluation says, as values: the JSON file and the page are made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.plain_json import number
from engine.values import Label, Prediction, Sample

MISSED, FALSE_ALARM = "missed", "false alarm"
BINS = 20
LEAST_SCORE = 0.05
"""Below it are hundreds of candidates nobody looks at; a histogram would show nothing else."""


@dataclass(frozen=True)
class Confusion:
    """How often each row (the truth) was called each column (the model's word)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    unit: str

    def content(self) -> dict[str, Any]:
        """As a report holds it."""
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "counts": [list(row) for row in self.counts],
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Histogram:
    """How many right and wrong detections have a score in each of twenty equal steps of 0..1."""

    right: tuple[int, ...]
    wrong: tuple[int, ...]

    def content(self) -> dict[str, Any]:
        """As a report holds it."""
        return {"right": list(self.right), "wrong": list(self.wrong)}


@dataclass(frozen=True, eq=False)
class Example:
    """A sample to look at: its picture's path, what is there and what the model said, in words."""

    image: str
    known: Prediction | Sample
    found: Prediction | Sample
    text: str


@dataclass(frozen=True)
class Report:
    """`metrics` as `maskloop evaluate --json` prints them; `worst` samples, the worst first.

    `errors` are single mistakes, the worst first. `curves` holds per label and IoU ("50", "75") the
    precision at recalls 0, 0.01 .. 1. `examples` are for the page and not in the JSON.
    """

    metrics: dict[str, Any]
    worst: tuple[dict[str, Any], ...]
    task: str = ""
    labels: tuple[Label, ...] = ()
    errors: tuple[dict[str, Any], ...] = ()
    confusion: Confusion | None = None
    curves: Mapping[str, Mapping[str, Sequence[float | None]]] = field(default_factory=dict)
    histogram: Histogram | None = None
    examples: tuple[Example, ...] = ()

    def content(self) -> dict[str, Any]:
        """What the JSON file holds."""
        return {
            "task": self.task,
            "labels": [{"name": x.name, "color": list(x.color)} for x in self.labels],
            "metrics": self.metrics,
            "confusion": self.confusion.content() if self.confusion else None,
            "curves": {name: dict(both) for name, both in self.curves.items()},
            "scores": self.histogram.content() if self.histogram else None,
            "worst": list(self.worst),
            "errors": list(self.errors),
        }


def numbers(values: NDArray[np.float64], digits: int = 4) -> list[float | None]:
    """Measured numbers, short; None for what could not be measured."""
    found = (number(value) for value in values.tolist())
    return [None if value is None else round(value, digits) for value in found]


class Gallery:
    """Keeps the worst samples of many, so that not all of them stay in memory."""

    def __init__(self, size: int = 12) -> None:
        self._size = size
        self._kept: list[tuple[float, Example]] = []

    def add(self, badness: float, example: Example) -> None:
        """Offer one; nothing that is right (badness 0) is kept."""
        if badness <= 0:
            return
        self._kept.append((badness, example))
        self._kept.sort(key=lambda pair: -pair[0])
        del self._kept[self._size :]

    @property
    def examples(self) -> tuple[Example, ...]:
        """The worst first."""
        return tuple(example for _, example in self._kept)
