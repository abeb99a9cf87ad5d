"""One line of a list: do both files open, do they fit each other, are ids and boxes right?"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.checks.overlooked import CountObjects, overlooked
from engine.checks.traits import Layout, Traits, layout_of, layout_of_map, traits_of
from engine.datasets.picture_labels import index_by_text, key_of
from engine.errors import AppError, DatasetError
from engine.export.duplicates import Fingerprint, fingerprint
from engine.formats.instances import read_instances
from engine.formats.labels_file import LabelsFile
from engine.formats.problem import Severity
from engine.formats.sample_files import parse_yolo, read_ids, read_label_map, values_of
from engine.formats.txt_list import ListEntry
from engine.regions import boxes as box_math
from engine.regions.masks import box_of
from engine.sources.picture import read_picture
from engine.values import IGNORE, Annotation, Box
from models.task import Task

_SLACK = 2e-3
"""How far a box may reach over the edge, of the picture's side: what rounding makes."""

Finding = tuple[str, str] | tuple[str, str, Severity]
"""A code and a sentence; without a severity it is an error."""


@dataclass
class ListSummary:
    """What the whole list holds, gathered line by line."""

    ids: set[int] = field(default_factory=set)
    contents: set[bytes] = field(default_factory=set)
    count: int = 0
    layout: Layout | None = None
    """Of the line at hand."""
    traits: dict[int, Traits] = field(default_factory=dict)
    """By place in the list, of the samples that are compared."""
    prints: list[Fingerprint | None] = field(default_factory=list)
    is_empty: list[bool] = field(default_factory=list)
    """Whether the label file of each line says that there is nothing."""
    masks: list[ListEntry] = field(default_factory=list)
    """Lines whose map holds 0 and 255 only."""

    def begin(self) -> None:
        """Nothing is known of the next line yet."""
        self.layout = None


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """How to check one line of this list."""

    labels: LabelsFile | None
    two_valued: bool
    seen: ListSummary
    count_objects: CountObjects | None = None

    def __call__(self, entry: ListEntry, *, is_compared: bool = False) -> Iterator[Finding]:
        """Everything wrong with one line. Its traits are kept if it is to be compared."""
        size_hw: tuple[int, int] | None = None
        pixels = None
        self.seen.begin()
        try:
            pixels = read_picture(entry.image)
            size_hw = pixels.shape[0], pixels.shape[1]
        except AppError as error:
            yield "unreadable-image", f"{entry.image.name}: {error}"
        try:
            yield from self._label(entry, size_hw)
        except DatasetError as error:
            yield "unreadable-label", str(error)
        self._keep(pixels, is_compared=is_compared)
        if pixels is not None and self.seen.is_empty[-1]:
            yield from overlooked(entry.image.name, pixels, self.count_objects)

    def _keep(self, pixels: NDArray[np.uint8] | None, *, is_compared: bool) -> None:
        """Remember what samples are compared by."""
        layout = self.seen.layout
        if is_compared and pixels is not None and layout is not None:
            self.seen.traits[self.seen.count] = traits_of(pixels, layout)
        self.seen.prints.append(None if pixels is None or layout is None else fingerprint(pixels))
        self.seen.is_empty.append(layout is not None and not (layout.areas % IGNORE).any())
        self.seen.count += 1

    def _label(self, entry: ListEntry, size_hw: tuple[int, int] | None) -> Iterator[Finding]:
        if isinstance(entry.label, str):
            yield from self._name(entry.label)
            return
        self.seen.contents.add(_content(entry.label))
        check = {Task.SEMANTIC: self._map, Task.DETECTION: self._boxes}
        yield from check.get(entry.task, self._instances)(entry.label, size_hw)
        if entry.task is Task.SEMANTIC and not self.two_valued and _is_mask(entry.label):
            self.seen.masks.append(entry)

    def _map(self, path: Path, size_hw: tuple[int, int] | None) -> Iterator[Finding]:
        ignored = self.labels.ignored_ids if self.labels else frozenset()
        ids = read_label_map(path, ignored, two_valued=self.two_valued).ids
        self.seen.layout = layout_of_map(ids)
        yield from _sizes(path, (ids.shape[0], ids.shape[1]), size_hw)
        yield from self._ids(path, values_of(ids) - {IGNORE})

    def _boxes(self, path: Path, size_hw: tuple[int, int] | None) -> Iterator[Finding]:
        found = parse_yolo(path)
        for number, text in found.bad:
            yield "bad-line", f"{path.name}, line {number}: {text}"
        corners = box_math.cxcywh_to_xyxy(found.cxcywh)
        if size_hw is not None:
            scaled = box_math.clip(box_math.scale(corners, size_hw[1], size_hw[0]), size_hw)
            solid = box_math.is_solid(scaled)
            found_boxes = zip(scaled[solid].tolist(), found.ids[solid].tolist(), strict=True)
            self.seen.layout = layout_of((Annotation(Box(*b), i) for b, i in found_boxes), size_hw)
        outside = ((corners < -_SLACK) | (corners > 1 + _SLACK)).any(axis=1)
        for number in found.lines[outside].tolist():
            yield (
                "box-outside",
                f"{path.name}, line {number}: the box reaches outside 0..1; write centre, width "
                "and height as shares of the picture.",
            )
        yield from self._ids(path, set(found.ids.tolist()))

    def _instances(self, path: Path, size_hw: tuple[int, int] | None) -> Iterator[Finding]:
        found = read_instances(path)
        self.seen.layout = layout_of(found.annotations, found.size_hw)
        yield from _sizes(path, found.size_hw, size_hw)
        height, width = found.size_hw
        for number, annotation in enumerate(found.annotations, start=1):
            box = np.array(box_of(annotation.region).xyxy) / (width, height, width, height)
            if (box < -_SLACK).any() or (box > 1 + _SLACK).any():
                yield "box-outside", f"{path.name}, object {number}: it reaches over the edge."
            if isinstance(annotation.region, Box) and annotation.label_id != IGNORE:
                yield (
                    "no-mask",
                    f"{path.name}, object {number}: it has a box but no mask, which instance "
                    "models learn from; draw its outline.",
                )
        yield from self._ids(path, {a.label_id for a in found.annotations} - {IGNORE})

    def _ids(self, path: Path, ids: set[int]) -> Iterator[Finding]:
        self.seen.ids |= ids
        if self.labels is None:
            return
        known = {label.id for label in self.labels.labels} | self.labels.ignored_ids
        if unknown := sorted(ids - known):
            numbers = ", ".join(map(str, unknown[:8])) + ("..." if len(unknown) > 8 else "")
            word = "id" if len(unknown) == 1 else "ids"
            yield (
                "unknown-id",
                f"{path.name} holds the unknown label {word} {numbers}; name it in labels.txt, "
                "or correct the label file.",
            )

    def _name(self, label: str) -> Iterator[Finding]:
        self.seen.contents.add(key_of(label).encode())
        if self.labels is None:
            return
        known, ignored = self.labels.labels, self.labels.ignored_ids
        if key_of(label) not in index_by_text(known, {x.id: x.id for x in known}, ignored):
            yield "unknown-id", f"No label is called {label}; name it in labels.txt."


def _sizes(
    path: Path, label_hw: tuple[int, int], size_hw: tuple[int, int] | None
) -> Iterator[Finding]:
    if size_hw is not None and label_hw != size_hw:
        yield (
            "size-mismatch",
            f"{path.name} is {label_hw[1]}x{label_hw[0]}, its picture {size_hw[1]}x{size_hw[0]}; "
            "export the label at the size of its picture.",
        )


def _is_mask(path: Path) -> bool:
    """Whether a map holds 0 and 255 only, and no palette says what that is."""
    numbers, is_palette = read_ids(path)
    return not is_palette and values_of(numbers) == {0, IGNORE}


def _content(path: Path) -> bytes:
    """What tells label files apart."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
    except OSError:
        return b""
