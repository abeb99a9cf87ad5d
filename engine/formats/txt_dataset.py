"""A txt list with all it names as a Dataset, and a Dataset as a txt list."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine import endings
from engine.errors import DatasetError
from engine.formats.instances import read_instances
from engine.formats.labels_file import LabelsFile, labels_of_ids, read_labels
from engine.formats.open_dataset import ORIGIN, SPLITS, OpenDataset, ReadOptions
from engine.formats.peek import spelled
from engine.formats.report import Report, sample_name
from engine.formats.sample_files import parse_yolo, read_label_map, read_scored_yolo
from engine.formats.two_valued import is_two_valued
from engine.formats.txt_list import ListEntry, ListReading, read_list
from engine.labels import background_of
from engine.regions.masks import ids_in, masks_of
from engine.sources.picture import picture_size
from engine.values import (
    Annotation,
    Box,
    FrameId,
    Label,
    LabelMap,
    Sample,
    SampleState,
)
from models.task import Task


@dataclass(frozen=True, slots=True)
class TxtDataset:
    """A list with what is needed to read its Samples one by one."""

    reading: ListReading
    task: Task
    named: LabelsFile | None
    two_valued: bool

    def __len__(self) -> int:
        return len(self.reading.entries)

    def sample(self, entry: ListEntry) -> Sample:
        """One line with its annotations; nothing is kept."""
        size_hw = picture_size(entry.image)
        annotations = tuple(self._annotations(entry, size_hw))
        state = SampleState.LABELLED
        return Sample(FrameId(str(entry.image)), size_hw, annotations, state=state)

    def _annotations(self, entry: ListEntry, size_hw: tuple[int, int]) -> Iterator[Annotation]:
        if not isinstance(entry.label, Path):
            return
        if entry.task is Task.SEMANTIC:
            yield from self._areas(entry.label, size_hw)
        elif entry.task is Task.INSTANCE:
            found = read_instances(entry.label)
            _compare(entry.label, found.size_hw, size_hw)
            yield from (replace(a, origin=ORIGIN) for a in found.annotations)
        else:
            boxes, ids, scores = read_scored_yolo(entry.label, size_hw)
            rows = zip(boxes.tolist(), ids.tolist(), scores.tolist(), strict=True)
            for box, label_id, score in rows:
                known = score if 0 <= score <= 1 else None
                yield Annotation(Box(*box), label_id, origin=ORIGIN, score=known)

    def _areas(self, path: Path, size_hw: tuple[int, int]) -> Iterator[Annotation]:
        for label_id, mask in masks_of(self._map(path, size_hw), self._background).items():
            yield Annotation(mask, label_id, origin=ORIGIN)

    def _map(self, path: Path, size_hw: tuple[int, int]) -> LabelMap:
        ignored = self.named.ignored_ids if self.named else frozenset()
        label_map = read_label_map(path, ignored, two_valued=self.two_valued)
        _compare(path, (label_map.ids.shape[0], label_map.ids.shape[1]), size_hw)
        return label_map

    @property
    def _background(self) -> int | None:
        return background_of(self.named.labels if self.named else ())

    def seen(self, entry: ListEntry) -> set[int]:
        """The label ids on the map of an entry, without its masks."""
        assert isinstance(entry.label, Path)  # of a map
        label_map = self._map(entry.label, picture_size(entry.image))
        return set(ids_in(label_map.ids)) - {self._background}

    def labels(self) -> tuple[Label, ...]:
        """The labels as named, or numbered from the data, which reads every label file."""
        if self.named is not None:
            return self.named.labels
        ids: set[int] = set()
        for entry in self.reading.entries:
            if not isinstance(entry.label, Path):
                continue
            if entry.task is Task.DETECTION:
                ids |= set(parse_yolo(entry.label).ids.tolist())
            else:
                ids |= {a.label_id for a in self.sample(entry).annotations}
        return labels_of_ids(ids)


def open_txt(path: Path) -> TxtDataset:
    """Open a list without reading its label files. DatasetError for anything wrong with it."""
    reading = read_list(path, strict=True)
    task = reading.task
    assert task is not None  # a strict reading has entries
    named = read_labels(path, task)
    return TxtDataset(reading, task, named, is_two_valued(reading, named))


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A list, or the three lists of a folder. DatasetError for anything wrong with them."""
    lists = lists_of(path)
    if not lists:
        hint = "Choose a list, or a folder with train.txt."
        raise DatasetError(f"There is no list in {path}.", hint=hint)
    opened = [open_txt(p) for p in lists]
    named = [dataset.named for dataset in opened if dataset.named is not None]
    report = Report(converted=list(dict.fromkeys(r for each in named for r in each.remarks)))
    entries: dict[FrameId, tuple[TxtDataset, ListEntry]] = {}
    for dataset, entry in ((d, entry) for d in opened for entry in d.reading.entries):
        frame_id = FrameId(entry.image_path)
        _, first = entries.setdefault(frame_id, (dataset, entry))
        if first.label_text != entry.label_text:
            why = "a line before gives its picture other labels, which are shown"
            report.skip(sample_name(frame_id), "line", why)
    labels = {label.id: label for dataset in opened for label in dataset.labels()}
    in_order = tuple(labels[i] for i in sorted(labels))

    def read(frame_id: FrameId, report: Report) -> Sample:
        dataset, entry = entries[frame_id]
        sample = dataset.sample(entry)
        name, count = sample_name(frame_id), len(sample.annotations)
        if entry.task is Task.DETECTION:
            count -= _report_boxes(Path(entry.label_text), name, count, report)
        report.keep(name, count)
        return sample

    parts = {dataset.reading.path.stem.lower(): dataset.reading.entries for dataset in opened}
    splits = {n: tuple(FrameId(e.image_path) for e in parts[n]) for n in SPLITS if n in parts}
    is_layered = any(dataset.task is not Task.SEMANTIC for dataset in opened)

    def seen(frame_id: FrameId) -> set[int]:
        dataset, entry = entries[frame_id]
        return dataset.seen(entry)

    return OpenDataset(
        tuple(entries),
        in_order,
        read,
        report,
        splits,
        is_layered=is_layered,
        seen=None if is_layered else seen,
    )


def _report_boxes(path: Path, name: str, count: int, report: Report) -> int:
    """Say which boxes of a label file are not among the `count` that were read, and which have no
    score that means anything; gives how many these are."""
    found = parse_yolo(path)
    if lost := len(found.ids) - count:
        report.skip(name, "box", "it lies outside the picture", lost)
    is_odd = (found.scores < 0) | (found.scores > 1)
    if odd := min(int(is_odd.sum()), count):
        report.convert(name, "box", "its score is no share from 0 to 1: without it", odd)
    return odd


def lists_of(path: Path) -> list[Path]:
    """The list, or those a folder holds under the names of an export; none of them empty."""
    if not path.is_dir():
        return [path]
    lists = [p for name in SPLITS if (p := spelled(path / f"{name}.txt")).is_file()]
    return [p for p in lists if p.stat().st_size]


def recognise(path: Path, task: Task) -> bool:
    """Whether these are lists of pictures that are there, with label files for this task.

    Lists that name the label of each picture itself count as instances: one kind reads them.
    """
    if not path.is_dir() and path.suffix.lower() != endings.LIST:
        return False
    try:
        found = [read_list(p) for p in lists_of(path)]
    except DatasetError:
        return False
    if not found or not all(reading.entries for reading in found):
        return False
    of = found[0].task
    return task is (Task.INSTANCE if of is Task.CLASSIFICATION else of)


def _compare(path: Path, label_hw: tuple[int, int], size_hw: tuple[int, int]) -> None:
    if label_hw != size_hw:
        raise DatasetError(
            f"{path.name} is {label_hw[1]}x{label_hw[0]}, its picture {size_hw[1]}x{size_hw[0]}.",
            hint="Export the label at the size of its picture.",
        )
