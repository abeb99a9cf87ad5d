"""The JSON file that says what to click on, for scripts.

{"a.jpg": [{"positive": [[x, y], ...], "negative": [[x, y], ...], "box": [x1, y1, x2, y2]}, ...]}

A picture's name or path, and an entry for each object; what it lacks is empty, and a box may be
null. Positions are in pixels of the picture.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine import endings
from engine.click.question import Click, Question
from engine.errors import DatasetError, SourceError
from engine.open import open_source
from engine.plain_json import read_json
from engine.values import Box

_HINT = 'Each is {"positive": [[x, y], ...], "negative": [[x, y], ...], "box": [x1, y1, x2, y2]}.'
_KEYS = {"positive", "negative", "box"}

Questions = Mapping[str, tuple[Question, ...]]


def read_clicks(path: Path) -> Questions:
    """The questions about each picture, by the name the file gives it. DatasetError names the
    entry that is wrong."""
    content = read_json(path, hint=_HINT)
    if not isinstance(content, dict):
        raise DatasetError(f"{path.name} names no pictures.", hint=_HINT)
    return {name: _questions(entries, f"{path.name}, {name}") for name, entries in content.items()}


def questions_about(image: Path, questions: Questions) -> tuple[Question, ...]:
    """Those about a picture: by its path as it is given, or by its name."""
    for name, found in questions.items():
        if name in (str(image), image.name) or Path(name).absolute() == image.absolute():
            return found
    return ()


def pictures_of(inputs: Sequence[str], *, recursive: bool = True) -> list[Path]:
    """What inputs hold that a file may name: pictures of folders and lists; else the input itself.
    Of one that cannot be read, nothing."""
    found: list[Path] = []
    for path in map(Path, inputs):
        if not path.is_dir() and path.suffix.lower() != endings.LIST:
            found.append(path)
            continue
        try:
            source = open_source(path, recursive=recursive)
        except (SourceError, DatasetError):  # Whoever predicts it says so.
            continue
        found += [Path(source.frame_id(index).path) for index in range(source.count or 0)]
        source.close()
    return found


def unused(images: Sequence[Path], questions: Questions) -> list[str]:
    """The names in the file that none of these pictures has."""
    known = {str(image) for image in images} | {image.name for image in images}
    paths = {image.absolute() for image in images}
    return [n for n in questions if n not in known and Path(n).absolute() not in paths]


def _questions(entries: Any, where: str) -> tuple[Question, ...]:
    if not isinstance(entries, list):
        raise DatasetError(f"{where}: the objects are no list.", hint=_HINT)
    return tuple(_question(entry, f"{where}, object {n}") for n, entry in enumerate(entries, 1))


def _question(entry: Any, where: str) -> Question:
    if not isinstance(entry, dict) or set(entry) - _KEYS:
        raise DatasetError(f"{where} is none of clicks and a box.", hint=_HINT)
    try:
        box = Box(*_numbers(entry["box"], 4)) if entry.get("box") is not None else None
        clicks = []
        for kind in ("positive", "negative"):
            for place in entry.get(kind) or ():
                x, y = _numbers(place, 2)
                clicks.append(Click(x, y, kind == "positive"))
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{where} cannot be read: {error}", hint=_HINT) from error
    question = Question(tuple(clicks), box)
    if question.is_empty:
        raise DatasetError(f"{where} has neither a positive click nor a box.", hint=_HINT)
    return question


def _numbers(values: Any, count: int) -> list[float]:
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"{values} is not {count} numbers.")
    found = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(found) != count or not all(map(math.isfinite, found)):
        raise ValueError(f"{values} is not {count} numbers.")
    return found
