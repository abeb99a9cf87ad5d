"""What a list says is in its pictures, in the label indices of a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.picture_labels import index_by_text, key_of, labels_of_pictures
from engine.errors import DatasetError
from engine.formats.instances import read_instances
from engine.formats.labels_file import default_color, default_label, labels_of_ids
from engine.formats.sample_files import (
    read_label_map,
    read_yolo,
    read_yolo_normalised,
    values_of,
)
from engine.formats.two_valued import is_two_valued
from engine.formats.txt_list import LabelsFile, ListEntry, ListReading, read_labels, read_list
from engine.labels import is_background, same_labels
from engine.regions.crops import bounds
from engine.values import IGNORE, Label, Mask
from models.task import Task

OBJECT = "object"
"""The one label of what is found by clicks."""


def _no_boxes() -> NDArray[np.float32]:
    return np.zeros((0, 4), np.float32)


def _no_indices() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Truth:
    """Label indices (H, W) uint8 with 255 ignored; or boxes (N, 4) xyxy and their indices; or the
    label index of the whole picture, 255 ignored.

    Beside boxes, the `masks` of instances, cropped, `proposals` (P, 4) xyxy, and which part of
    their boxes the `segments` (P, s, s) cover, or None. Instances of index 255 are ignored: neither
    learned nor scored.
    """

    ids: NDArray[np.uint8] | None = None
    boxes: NDArray[np.float32] = field(default_factory=_no_boxes)
    indices: NDArray[np.int64] = field(default_factory=_no_indices)
    label: int | None = None
    masks: tuple[Mask, ...] | None = None
    proposals: NDArray[np.float32] | None = None
    segments: NDArray[np.bool_] | None = None

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        masks = [mask.pixels for mask in self.masks or ()]
        arrays = [self.ids, self.boxes, self.indices, self.proposals, self.segments, *masks]
        return sum(array.nbytes for array in arrays if array is not None)


@dataclass(frozen=True, eq=False)
class TruthReader:
    """Reads the truth of a list's entries.

    `table` maps a label id of the files to an index, `by_text` what a line says of a whole picture.
    """

    task: Task
    table: NDArray[np.uint8]
    two_valued: bool
    ignored_ids: frozenset[int]
    by_text: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, entry: ListEntry, size_hw: tuple[int, int]) -> Truth:
        """The truth of one entry, whose picture has this size. DatasetError says what is wrong."""
        if self.task is Task.CLASSIFICATION:
            return Truth(label=self.by_text[key_of(entry.label_text)])
        if not isinstance(entry.label, Path):
            raise DatasetError(f"Line {entry.line} names no label file.")
        if self.task is Task.SEMANTIC:
            return self._map(entry.label, size_hw)
        if self.task is Task.INSTANCE:
            return self._objects(entry.label, size_hw)
        boxes, ids = read_yolo(entry.label, size_hw)
        indices = self.table[ids].astype(np.int64)
        self._refuse_unknown(np.unique(ids[indices == IGNORE]), entry.label)
        return Truth(boxes=boxes, indices=indices)

    def _map(self, path: Path, size_hw: tuple[int, int]) -> Truth:
        ids = read_label_map(path, self.ignored_ids, two_valued=self.two_valued).ids
        _refuse_other_size(path, ids.shape, size_hw)
        indices = self.table[ids]
        found = values_of(ids) - {IGNORE}
        self._refuse_unknown([i for i in sorted(found) if self.table[i] == IGNORE], path)
        return Truth(ids=indices)

    def _objects(self, path: Path, size_hw: tuple[int, int]) -> Truth:
        """Instances; those marked to be ignored keep the index 255."""
        found = read_instances(path)
        _refuse_other_size(path, found.size_hw, size_hw)
        masks, ids = [], []
        for number, annotation in enumerate(found.annotations, start=1):
            if not isinstance(annotation.region, Mask):
                # A filled box in its place would teach a mask that nobody drew.
                raise DatasetError(
                    f"{path.name}, object {number} has a box but no mask.",
                    hint="Draw the object's outline, or train a model that finds boxes.",
                )
            masks.append(annotation.region)
            ids.append(annotation.label_id)
        indices = self.table[ids].astype(np.int64)
        self._refuse_unknown([i for i in ids if i != IGNORE and self.table[i] == IGNORE], path)
        return Truth(boxes=boxes_around(masks), indices=indices, masks=tuple(masks))

    def _refuse_unknown(self, ids: Sequence[int] | NDArray[np.int64], path: Path) -> None:
        if len(ids):
            raise DatasetError(
                f"{path.name} holds the unknown label id {ids[0]}.",
                hint="Name it in labels.txt, by a name the model knows, or correct the label file.",
            )


@dataclass(frozen=True, eq=False)
class TruthList:
    """A list's entries, the labels a model of it has, and how to read the truth."""

    path: Path
    entries: tuple[ListEntry, ...]
    labels: tuple[Label, ...]
    read: TruthReader


def boxes_around(masks: Sequence[Mask]) -> NDArray[np.float32]:
    """The boxes (N, 4) xyxy of masks that are cropped tightly."""
    return np.array([bounds(mask) for mask in masks], np.float32).reshape(-1, 4)


def open_list(path: Path, task: Task, labels: tuple[Label, ...] | None = None) -> TruthList:
    """Open a list for training, or with a model's `labels` to compare against it.

    Without `labels`, those of the data are numbered anew: from 0 with background for label maps,
    from 1 for objects and whole pictures. Who is asked by clicks learns from lists of instances,
    whose labels do not matter to it. DatasetError for anything wrong with the list.
    """
    if task is Task.CLICK:
        return _of_one_label(open_list(path, Task.INSTANCE))
    reading = read_list(path, strict=True)
    if reading.task is not task:
        raise DatasetError(
            f"{path.name} is a list for {reading.task}, not for {task}.",
            hint="Choose a list whose label files fit the model.",
        )
    named = read_labels(path, task)
    two_valued = is_two_valued(reading, named)
    found = _data_labels(reading, named, task, two_valued=two_valued)
    target = labels if labels is not None else _renumbered(found, task)
    if not target:
        raise DatasetError(
            f"{path.name} has no labels.", hint="Name them in the file labels.txt beside it."
        )
    ignored = named.ignored_ids if named else frozenset()
    if labels is None:
        indices = {x.id: i for i, x in enumerate(found)}
    else:
        # Lines of pictures hold the labels' names themselves.
        by_name = named is not None or task is Task.CLASSIFICATION
        indices = _matched(found, labels, by_name=by_name)
    by_text = index_by_text(found, indices, ignored) if task is Task.CLASSIFICATION else {}
    reader = TruthReader(task, _table(indices), two_valued, ignored, by_text)
    if task is Task.CLASSIFICATION:
        _refuse_unknown_texts(reading.entries, by_text, path)
    return TruthList(path, reading.entries, target, reader)


def _of_one_label(source: TruthList) -> TruthList:
    """The same objects, all under one label; what is ignored stays so."""
    table = np.where(source.read.table == IGNORE, IGNORE, 0).astype(np.uint8)
    label = Label(1, OBJECT, default_color(1))
    return replace(source, labels=(label,), read=replace(source.read, table=table))


def _refuse_other_size(path: Path, found: tuple[int, ...], size_hw: tuple[int, int]) -> None:
    if found != size_hw:
        raise DatasetError(
            f"{path.name} is {found[1]}x{found[0]}, its picture {size_hw[1]}x{size_hw[0]}.",
            hint="Export the label file again, at the size of its picture.",
        )


def _refuse_unknown_texts(
    entries: Sequence[ListEntry], by_text: Mapping[str, int], path: Path
) -> None:
    """DatasetError for the first line whose label the model does not have.

    Found at once, for it costs no look into a file: not when an epoch is over.
    """
    for entry in entries:
        if key_of(entry.label_text) not in by_text:
            raise DatasetError(
                f"{path.name}, line {entry.line}: the label {entry.label_text} is unknown.",
                hint="Name it in labels.txt, by a name the model knows, or correct the line.",
            )


def _data_labels(
    reading: ListReading, named: LabelsFile | None, task: Task, *, two_valued: bool
) -> tuple[Label, ...]:
    """The data's labels: as named beside the list, else those whose ids occur in its files."""
    if task is Task.CLASSIFICATION:
        return labels_of_pictures(reading.entries, named)
    if named is not None:
        return _learned(named.labels, task)
    ids: set[int] = set()
    for entry in reading.entries:
        assert isinstance(entry.label, Path)
        if task is Task.SEMANTIC:
            ids |= values_of(read_label_map(entry.label, two_valued=two_valued).ids) - {IGNORE}
        elif task is Task.INSTANCE:
            ids |= {a.label_id for a in read_instances(entry.label).annotations} - {0, IGNORE}
        else:
            ids |= set(read_yolo_normalised(entry.label)[1].tolist())
    if task is Task.SEMANTIC:
        return labels_of_ids(ids)
    return tuple(default_label(i) for i in sorted(ids))


def _learned(labels: Sequence[Label], task: Task) -> tuple[Label, ...]:
    """Those of the named labels that a model of this task tells apart."""
    if task is Task.SEMANTIC:
        return tuple(labels)
    # A detection file counts from the label id 1 and cannot name 0, whatever that is.
    least = 1 if task is Task.DETECTION else 0
    return tuple(x for x in labels if x.id >= least and not is_background(x))


def _renumbered(labels: Sequence[Label], task: Task) -> tuple[Label, ...]:
    """Ids without gaps, as a model's labels have them."""
    first = 0 if task is Task.SEMANTIC else 1
    return tuple(Label(first + i, x.name, x.color) for i, x in enumerate(labels))


def _matched(found: Sequence[Label], target: Sequence[Label], *, by_name: bool) -> dict[int, int]:
    """Label id in the files -> index in the model: by name where names agree, else by id."""
    indices = {x.id: i for i, x in enumerate(target)}
    same = same_labels(found, target)
    if by_name and any(x.id in same for x in found if not is_background(x)):
        return {id_: indices[label.id] for id_, label in same.items()}
    known = {x.id for x in found}
    return {x.id: i for i, x in enumerate(target) if x.id in known}


def _table(indices: dict[int, int]) -> NDArray[np.uint8]:
    """A lookup table (256,) uint8; 255 for every id without an index."""
    table = np.full(256, IGNORE, np.uint8)
    table[list(indices)] = list(indices.values())
    return table
