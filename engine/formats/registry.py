"""The registered Formats: annotation layouts on disk that can be read and written."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ConfigError
from engine.values import Dataset, Region

Read = Callable[[Path], Dataset]
Write = Callable[[Dataset, Path], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A layout: its name and text, how to read and write it, and the Regions it can hold."""

    name: str
    text: str
    read: Read
    write: Write
    carries: frozenset[type[Region]]


_FORMATS: dict[str, Format] = {}


def register(name: str, *, text: str, read: Read, write: Write, carries: set[type[Region]]) -> None:
    """Add a Format; called by its module when that is imported."""
    if name in _FORMATS:
        raise ValueError(f"The format {name} is registered twice.")
    _FORMATS[name] = Format(name, text, read, write, frozenset(carries))


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


def _load_all() -> None:
    """Import every module of this package, so that each Format registers itself."""
    package = importlib.import_module("engine.formats")
    for module in pkgutil.iter_modules(package.__path__, prefix="engine.formats."):
        importlib.import_module(module.name)
