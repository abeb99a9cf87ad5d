"""What readers of foreign labels share: numbers that make sense, ids for names, one Sample.

Readers take a value apart with `number`, `whole`, `table`, `items` and `text`, inside
`Objects.trying`: what is wrong with one object is noted, and the others are read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import endings
from engine.errors import AppError, DatasetError, SourceError
from engine.formats.labels_file import default_color
from engine.formats.open_dataset import ORIGIN
from engine.formats.report import Report, sample_name
from engine.labels import BACKGROUND, is_background, with_background
from engine.sources.picture import picture_size
from engine.sources.picture_header import MAX_PIXELS
from engine.values import IGNORE, Annotation, FrameId, Label, Region, Sample, SampleState, word_for

MOST_PIXELS = 1e7
"""A coordinate beyond that is no place in a picture."""
_LONGEST_NAME = 300
_HINT = "Save the labels again with the program that made them."

Color = tuple[int, int, int]


def number(value: Any, what: str = "a number") -> float:
    """A finite number of a sane size, also written as text. ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{what} is missing")
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{what} is {str(value)[:40]!r}") from None
    if not abs(found) <= MOST_PIXELS:
        raise ValueError(f"{what} is {str(value)[:40]}")
    return found


def whole(value: Any, what: str = "a number") -> int:
    """A whole number of a sane size, also written as text or 3.0."""
    found = number(value, what)
    if found != int(found):
        raise ValueError(f"{what} is {found:g}")
    return int(found)


def table(value: Any, what: str = "it") -> dict[str, Any]:
    """A table of JSON."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is no table")
    return value


def items(value: Any, what: str = "it") -> list[Any]:
    """A list of JSON."""
    if not isinstance(value, list):
        raise ValueError(f"{what} is no list")
    return value


def text(value: Any, what: str = "its label") -> str:
    """A text that is not empty, in one line."""
    found = " ".join(value.split()) if isinstance(value, str) else ""
    if not found:
        raise ValueError(f"{what} is missing")
    if len(found) > _LONGEST_NAME:
        raise ValueError(f"{what} is longer than {_LONGEST_NAME} letters")
    return found


def points(values: Any, what: str = "an outline", *, least: int = 3) -> list[list[float]]:
    """A list of x, y pairs."""
    found = []
    for pair in items(values, what):
        if len(items(pair, "a point")) != 2:
            raise ValueError("a point has not two numbers")
        found.append([number(pair[0], "x"), number(pair[1], "y")])
    if len(found) < least:
        raise ValueError(f"{what} has {len(found)} points")
    return found


def size_hw(height: Any, width: Any) -> tuple[int, int] | None:
    """A picture's size as a file states it; None where it says 0 or nothing sane."""
    try:
        found = whole(height), whole(width)
    except ValueError:
        return None
    return found if min(found) > 0 and found[0] * found[1] <= MAX_PIXELS else None


class LabelIds:
    """Gives each name an id from 1 on, in the order they are met, as far as there are ids.

    The first that is a name of the background has the id 0.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._ids: dict[str, int] = {}
        self._colors: dict[str, Color] = {}
        for name in names:
            self.add(name)

    def add(self, name: str, color: Color | None = None) -> None:
        """Know this name, and its color where the file has one. One without letters is none."""
        if not name.strip():
            return
        if name not in self._ids:
            has_background = 0 in self._ids.values()
            label_id = len(self._ids) + (not has_background)
            if not has_background and is_background(replace(BACKGROUND, name=name)):
                label_id = 0
            if label_id < IGNORE:
                self._ids[name] = label_id
        if color is not None:
            self._colors[name] = color

    def __contains__(self, name: str) -> bool:
        return name in self._ids

    def id_of(self, name: str) -> int:
        """The id of a name that was added. ValueError for one that was not, or came too late."""
        if name not in self._ids:
            raise ValueError(f"there are more than {IGNORE - 1} labels, so {name!r} has no id")
        return self._ids[name]

    @property
    def labels(self) -> tuple[Label, ...]:
        """Background and the labels."""
        named = [
            Label(i, name, self._colors.get(name) or default_color(i))
            for name, i in self._ids.items()
        ]
        return with_background(sorted(named, key=lambda label: label.id))


class Objects:
    """The objects of one Sample while it is read: each is noted as kept, converted or skipped."""

    def __init__(self, frame_id: FrameId, report: Report) -> None:
        self.frame_id = frame_id
        self.name = sample_name(frame_id)
        self.report = report
        self.annotations: list[Annotation] = []

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """Read one object: it is skipped where a ValueError or AppError says that it is wrong."""
        try:
            yield
        except (ValueError, AppError) as error:
            reason = error.message if isinstance(error, AppError) else str(error)
            self.skip(what, reason.rstrip("."))

    def add(
        self, region: Region | Sequence[Region], label_id: int, *, how: str = "", **fields: Any
    ) -> None:
        """One object, of one or more parts; `how` says in what it differs from the file."""
        parts = list(region) if isinstance(region, Sequence) else [region]
        fields = {"z": len(self.annotations), "origin": ORIGIN, **fields}
        found = [Annotation(part, label_id, **fields) for part in parts]
        if not found:
            raise ValueError("it covers no pixel")
        self.annotations += found
        if how:
            self.report.convert(self.name, word_for(parts[0]), how)
        else:
            self.report.keep(self.name)

    def skip(self, what: str, why: str, count: int = 1) -> None:
        """Something that is not read."""
        self.report.skip(self.name, what, why, count)

    def sample(
        self, stated_hw: tuple[int, int] | None, attributes: Iterable[tuple[str, str]] = ()
    ) -> Sample:
        """What was found, in a picture of the size that it has or that the file states."""
        return Sample(
            self.frame_id,
            picture_hw(self.frame_id, stated_hw, self.report),
            tuple(self.annotations),
            state=SampleState.LABELLED,
            attributes=tuple(attributes),
        )


def picture_hw(
    frame_id: FrameId, stated_hw: tuple[int, int] | None, report: Report
) -> tuple[int, int]:
    """The size of the picture, as its labels state it where it cannot be read; never scaled.

    DatasetError where neither is known. What differs is reported.
    """
    path = Path(frame_id.path)
    if stated_hw is not None and path.suffix.lower() in endings.VIDEOS:
        return stated_hw
    try:
        found = picture_size(path)
    except SourceError as error:
        if stated_hw is not None:
            return stated_hw
        message = f"The size of {path.name} is not known: {error.message}"
        raise DatasetError(message, hint="Say where the pictures are.") from error
    if stated_hw is not None and stated_hw != found:
        report.convert(sample_name(frame_id), "picture", resized(stated_hw, found), 0)
    return found


def resized(stated_hw: tuple[int, int], found_hw: tuple[int, int]) -> str:
    """That labels were made for a picture of another size than it has."""
    stated = f"its labels were made for {stated_hw[1]}x{stated_hw[0]}"
    return f"{stated}, it is {found_hw[1]}x{found_hw[0]}: nothing was scaled"


def split_of(path: Path) -> str:
    """The split that a file or folder is named after: train, val, test, or "" for none."""
    found = {_SPLITS[word] for word in _WORD.findall(path.stem.lower()) if word in _SPLITS}
    return found.pop() if len(found) == 1 else ""


_WORD = re.compile("[a-z]+")  # so that the train in train2017 is one
_SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}


def files_to_read(path: Path, found: list[Path], what: str) -> list[Path]:
    """What was found in a folder, or the file itself. DatasetError for a folder with nothing."""
    if not found and path.is_dir():
        raise DatasetError(f"{path.name} holds no {what}.", hint="Choose the file, or its folder.")
    return found or [path]


def unreadable(path: Path, why: str) -> DatasetError:
    """A file of labels that cannot be read at all."""
    return DatasetError(f"Cannot read {path.name}: {why}.", hint=_HINT)
