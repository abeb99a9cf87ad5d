"""The registered Formats: annotation layouts on disk, how to know, read and write each."""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePath
from typing import Protocol

from engine.errors import ConfigError
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import each_once
from engine.values import Box, Label, Mask, Polygon, Region, Sample


class Writer(Protocol):
    """Writes one Dataset into a folder that is empty; made anew for each.

    Samples come adapted to what the Format carries, in their order, and only with labels it was
    given. What was kept and lost is noted already. It reads no pictures.
    """

    def picture_place(self, name: str, split: str) -> PurePath:
        """Where in the folder the layout wants a copied picture of this file name."""

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Write one Sample; `picture` is where it is or will be. `split` is "" without a split."""

    def finish(self) -> None:
        """Write what concerns the whole."""


Open = Callable[[Path, ReadOptions], OpenDataset]
OpenWriter = Callable[[Path, Sequence[Label]], Writer]
Recognise = Callable[[Path], bool]


class Elsewhere(StrEnum):
    """Where a layout's reader finds pictures that are not copied into it."""

    NOWHERE = "nowhere"
    TOGETHER = "together"
    """Below one folder, if none is in the layout itself."""
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Carries:
    """What of a Sample a layout can hold; `engine.formats.adapt` brings Samples to that.

    `ring_points` is 4 where outlines are rotated boxes. `precision` is by how many pixels
    coordinates are rounded. Without `is_layered` the layout is one label id for each pixel:
    objects of one label melt into one Mask, and those above cut those below. `is_empty` says that
    it knows a picture without objects from one that was not looked at, `is_clipped` that nothing
    may leave the picture, `names` that labels without objects are named, `lines` that lines and
    points have a place, `elsewhere` where its reader finds pictures that are not copied. Without
    `scores`, `read_scores` are those that a dataset gave, as programs that train refuse others.
    Attributes are all, none, or those of these names.
    """

    regions: frozenset[type[Region]]
    holes: bool = True
    ring_points: int | None = None
    scores: bool = False
    read_scores: bool = False
    tracks: bool = False
    attributes: bool | frozenset[str] = False
    groups: bool = False
    ignored: bool = False
    sample_attributes: bool | frozenset[str] = False
    is_layered: bool = True
    is_empty: bool = True
    is_clipped: bool = False
    colors: bool = False
    names: bool = True
    lines: bool = False
    elsewhere: Elsewhere = Elsewhere.TOGETHER
    precision: float = 0.0


@dataclass(frozen=True, slots=True)
class Format:
    """A layout. `recognise` is cheap, takes a file or folder, and says yes only when sure.

    `open` reads it, `writer` writes it; None where Maskloop does not.
    """

    name: str
    text: str
    carries: Carries
    recognise: Recognise
    open: Open | None = None
    writer: OpenWriter | None = None


BOXES: frozenset[type[Region]] = frozenset({Box})
OUTLINES: frozenset[type[Region]] = frozenset({Polygon})
MASKS: frozenset[type[Region]] = frozenset({Mask})

_FORMATS: dict[str, Format] = {}


def register(found: Format) -> None:
    """Add a Format; called by its module when that is imported."""
    if found.name in _FORMATS:
        raise ValueError(f"The format {found.name} is registered twice.")
    _FORMATS[found.name] = found


def names() -> list[str]:
    """All registered names, sorted."""
    _load_all()
    return sorted(_FORMATS)


def get(name: str) -> Format:
    """A registered Format. ConfigError, with the known names, for any other."""
    if name not in names():
        hint = f"Known formats: {', '.join(names())}."
        raise ConfigError(f"No format is called {name}.", hint=hint)
    return _FORMATS[name]


def recognised(path: Path) -> tuple[Format, ...]:
    """The Formats that can read what is there, the surest first; none for anything else."""
    found = [get(name) for name in names()]
    with each_once():
        return tuple(f for f in found if f.open is not None and f.recognise(path))


@cache
def _load_all() -> None:
    """Import every module of this package, so that each Format registers itself."""
    package = importlib.import_module("engine.formats")
    for module in pkgutil.iter_modules(package.__path__, prefix="engine.formats."):
        importlib.import_module(module.name)
