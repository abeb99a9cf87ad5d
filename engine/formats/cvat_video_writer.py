"""Writes CVAT XML for videos, version 1.1: for each video `annotations.xml` beside its frames.

A track is one element; each frame that it is in has a shape of its own, and the first frame behind
one says that it is `outside`. What was interpolated has `keyframe="0"`. An object without a track
becomes a track of one frame, with a number below 0.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from engine.formats.cvat_elements import Elements, Shape, quoted
from engine.formats.label_notes import NO_NOTES, LabelNotes
from engine.tracks.keyframes import INTERPOLATED
from engine.values import Label, Sample

_OF_VIDEO = re.compile(r"(.+)_\d{6}")
"""How an export calls frames of a video."""

_Key = tuple[int, str, str, int]
"""A track's number, its label, its kind of shape, and which of several alike in one frame."""


@dataclass(slots=True)
class _Sequence:
    """The frames that follow each other: those of one video, or pictures."""

    folder: Path
    elements: Elements
    numbers: dict[str, int] = field(default_factory=dict)
    sizes: set[tuple[int, int]] = field(default_factory=set)
    tracks: dict[_Key, dict[int, tuple[Shape, bool]]] = field(default_factory=dict)
    untracked: int = 0

    def add(self, sample: Sample, frame: int) -> None:
        """The objects of one frame, those of tracks as keys or interpolated."""
        self.sizes.add(sample.size_hw)
        for annotation in sorted(sample.annotations, key=lambda a: a.z):
            number = annotation.track
            if number is None or number < 0:
                self.untracked += 1
                number = -self.untracked
            shape = self.elements.shape(annotation)
            like = number, self.elements.name_of(annotation.label_id), shape.tag
            nth = 0
            while frame in self.tracks.get((*like, nth), {}):
                nth += 1
            is_key = annotation.origin != INTERPOLATED
            self.tracks.setdefault((*like, nth), {})[frame] = shape, is_key

    def write(self) -> None:
        """The file."""
        count = len(self.numbers)
        task = [
            "<name>maskloop</name>",
            f"<size>{count}</size>",
            "<mode>interpolation</mode>",
            "<start_frame>0</start_frame>",
            f"<stop_frame>{count - 1}</stop_frame>",
        ]
        if len(self.sizes) == 1:
            height, width = next(iter(self.sizes))
            sides = f"<width>{width}</width><height>{height}</height>"
            task.append(f"<original_size>{sides}</original_size>")
        body = (line for key, shapes in self.tracks.items() for line in _track(key, shapes, count))
        self.elements.write(self.folder / "annotations.xml", task, body)


class CvatVideoWriter:
    """Frames are numbered in the order in which their places were asked for."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder, self._labels = folder, labels
        self._sequences: dict[Path, _Sequence] = {}
        self._notes = NO_NOTES

    def take_notes(self, notes: LabelNotes) -> None:
        """For each video."""
        self._notes = notes

    def picture_place(self, name: str, split: str) -> PurePath:
        """The next number in the folder of its video, or that which it has."""
        path = PurePath(name)
        of_video = _OF_VIDEO.fullmatch(path.stem)
        folder = PurePath(split, of_video[1] if of_video else "")
        numbers = self._sequence(self._folder / folder).numbers
        number = numbers.setdefault(name, len(numbers))
        return PurePath(folder, "images", f"frame_{number:06d}{path.suffix.lower()}")

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """The shapes of one frame."""
        is_copy = picture.parent.name == "images" and picture.parent.parent in self._sequences
        if is_copy:
            number = int(picture.stem.removeprefix("frame_"))
            self._sequences[picture.parent.parent].add(sample, number)
        else:  # A picture that is not there.
            sequence = self._sequence(self._folder / split)
            number = len(sequence.numbers)
            sequence.numbers[f"{picture} {number}"] = number
            sequence.add(sample, number)

    def finish(self) -> None:
        """Write the file of each video."""
        for sequence in self._sequences.values():
            sequence.write()

    def _sequence(self, folder: Path) -> _Sequence:
        if folder not in self._sequences:
            elements = Elements(self._labels, is_mutable=True)
            elements.take_notes(self._notes)
            self._sequences[folder] = _Sequence(folder, elements)
        return self._sequences[folder]


def _track(key: _Key, shapes: dict[int, tuple[Shape, bool]], count: int) -> Iterator[str]:
    """One track of a video of so many frames."""
    number, label, _, _ = key
    frames = sorted(shapes)
    first = shapes[frames[0]][0].said
    group = {"group_id": first["group_id"]} if "group_id" in first else {}
    head = {"id": str(number), "label": label, "source": first["source"], **group}
    written = " ".join(f"{key}={quoted(value)}" for key, value in head.items())
    yield f"  <track {written}>"
    for frame in frames:
        shape, is_key = shapes[frame]
        yield from _shape(shape, head, {"frame": frame, "keyframe": int(is_key), "outside": 0})
        behind = frame + 1
        if behind < count and behind not in shapes:
            yield from _shape(shape, head, {"frame": behind, "keyframe": 1, "outside": 1})
    yield "  </track>"


def _shape(shape: Shape, head: dict[str, str], when: dict[str, int]) -> list[str]:
    """A shape of a track in a frame; what the track says of it already is not said again."""
    said = {"group_id": "0", **shape.said} if "group_id" in head else shape.said
    own = {key: value for key, value in said.items() if head.get(key) != value}
    return shape.lines({**{key: str(n) for key, n in when.items()}, **own, **shape.place})
