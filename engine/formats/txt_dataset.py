"""A txt list with all it names as a Dataset, and a Dataset as a txt list."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DatasetError
from engine.formats.export import ExportOptions, export_txt
from engine.formats.instances import read_instances
from engine.formats.labels_file import LabelsFile, labels_of_ids, read_labels
from engine.formats.registry import register
from engine.formats.sample_files import parse_yolo, read_label_map, read_yolo
from engine.formats.two_valued import is_two_valued
from engine.formats.txt_list import ListEntry, ListReading, read_list
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of
from engine.regions.masks import masks_of
from engine.sources.picture import picture_size
from engine.values import (
    Annotation,
    Box,
    Dataset,
    FrameId,
    Label,
    Mask,
    Polygon,
    Sample,
    SampleState,
)
from models.task import Task

ORIGIN = "import"
"""The origin of annotations that were read from a dataset."""


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
        state = SampleState.CORRECTED
        return Sample(FrameId(str(entry.image)), size_hw, annotations, state=state)

    def _annotations(self, entry: ListEntry, size_hw: tuple[int, int]) -> Iterator[Annotation]:
        if not isinstance(entry.label, Path):
            return
        if entry.task is Task.SEMANTIC:
            yield from self._areas(entry.label, size_hw)
        elif entry.task is Task.INSTANCE:
            found = read_instances(entry.label)
            _compare(entry.label, found.size_hw, size_hw)
            yield from found.annotations
        else:
            boxes, ids = read_yolo(entry.label, size_hw)
            for box, label_id in zip(boxes.tolist(), ids.tolist(), strict=True):
                yield Annotation(Box(*box), label_id, origin=ORIGIN)

    def _areas(self, path: Path, size_hw: tuple[int, int]) -> Iterator[Annotation]:
        ignored = self.named.ignored_ids if self.named else frozenset()
        label_map = read_label_map(path, ignored, two_valued=self.two_valued)
        _compare(path, (label_map.ids.shape[0], label_map.ids.shape[1]), size_hw)
        background = background_of(self.named.labels if self.named else ())
        for label_id, mask in masks_of(label_map, background).items():
            yield Annotation(mask, label_id, origin=ORIGIN)

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


def read(
    path: Path, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> Dataset:
    """A list, or the three lists of a folder, with every annotation."""
    lists = [path]
    if path.is_dir():
        lists = [p for n in ("train", "val", "test") if (p := path / f"{n}.txt").is_file()]
        lists = [p for p in lists if p.stat().st_size]
    if not lists:
        hint = "Choose a list, or a folder with train.txt."
        raise DatasetError(f"There is no list in {path}.", hint=hint)
    opened = [open_txt(p) for p in lists]
    total = sum(map(len, opened))
    samples: list[Sample] = []
    for dataset in opened:
        for entry in dataset.reading.entries:
            if cancel is not None:
                cancel.check()
            samples.append(dataset.sample(entry))
            progress(len(samples), total, entry.image.name)
    labels = {label.id: label for dataset in opened for label in dataset.labels()}
    return Dataset(tuple(samples), tuple(labels[i] for i in sorted(labels)))


def write(dataset: Dataset, folder: Path) -> None:
    """All Samples as one list with masks and boxes; `export_txt` has the options."""
    options = ExportOptions(
        Task.INSTANCE,
        fractions=(1.0, 0.0, 0.0),
        states=frozenset(SampleState),
        keep_duplicates_together=False,
    )
    export_txt(dataset, folder, options)


def _compare(path: Path, label_hw: tuple[int, int], size_hw: tuple[int, int]) -> None:
    if label_hw != size_hw:
        raise DatasetError(
            f"{path.name} is {label_hw[1]}x{label_hw[0]}, its picture {size_hw[1]}x{size_hw[0]}.",
            hint="Export the label at the size of its picture.",
        )


register("txt", text="txt list", read=read, write=write, carries={Box, Polygon, Mask})
