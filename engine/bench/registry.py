"""The registered measurements: a name, and a function that measures and gives rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ConfigError
from engine.jobs import Progress


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured number. `rival_value` is in the same unit; `rival` says how it was got.

    `budget` is the most a time may be or, where more is better, the least a rate may be.
    """

    id: str
    value: float
    unit: str
    rival: str = ""
    rival_value: float | None = None
    budget: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better than the rival."""
        if not self.rival_value or not self.value:
            return None
        ratio = self.rival_value / self.value
        return 1 / ratio if self.more_is_better else ratio

    @property
    def ok(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.more_is_better else self.value <= self.budget

    def as_json(self) -> dict[str, Any]:
        """The row as `maskloop bench --json` prints it."""
        return {
            "id": self.id,
            "value": _rounded(self.value),
            "unit": self.unit,
            "rival": self.rival,
            "rival_value": _rounded(self.rival_value),
            "ratio": _rounded(self.ratio),
            "budget": self.budget,
            "ok": self.ok,
        }


QuickMeasure = Callable[[], list[Measurement]]
Measure = Callable[[Progress], list[Measurement]]
MeasureLists = Callable[[Sequence[Path], Sequence[str]], list[Measurement]]
"""Measures on txt lists, each with the weights in the same place."""
_MEASURES: dict[str, Measure] = {}
_OF_LISTS: dict[str, MeasureLists] = {}


def register(name: str) -> Callable[[QuickMeasure], QuickMeasure]:
    """Register the decorated measurement under a name such as "crf"."""

    def add(measure: QuickMeasure) -> QuickMeasure:
        register_long(name)(lambda _: measure())
        return measure

    return add


def register_long(name: str) -> Callable[[Measure], Measure]:
    """Register the decorated measurement, which takes minutes and tells how far it is."""

    def add(measure: Measure) -> Measure:
        if name in _MEASURES:
            raise ValueError(f"The measurement {name} is registered twice.")
        _MEASURES[name] = measure
        return measure

    return add


def register_of_lists(name: str) -> Callable[[MeasureLists], MeasureLists]:
    """Register the decorated measurement, which needs txt lists and is no part of everything."""

    def add(measure: MeasureLists) -> MeasureLists:
        if name in _OF_LISTS:
            raise ValueError(f"The measurement {name} is registered twice.")
        _OF_LISTS[name] = measure
        return measure

    return add


def of_lists(name: str) -> MeasureLists | None:
    """The measurement of this name that needs lists; None where it is no such one."""
    return _OF_LISTS.get(name)


def names() -> list[str]:
    """All registered names, in the order they run."""
    return list(_MEASURES)


def get(name: str) -> Measure:
    """The measurement of this name. ConfigError lists the known ones."""
    if name not in _MEASURES:
        known = ", ".join([*names(), *_OF_LISTS])
        raise ConfigError(f"There is no measurement {name}.", hint=f"There are: {known}.")
    return _MEASURES[name]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
