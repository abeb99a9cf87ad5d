"""Corrected labels back into the label files of the list they came from.

The file as it was is kept beside the new one, as NAME.bak, the first time it is replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.files import write_bytes
from engine.formats.adapt import adapt, cannot_hold
from engine.formats.report import Remark, Report, sample_name
from engine.formats.sample_files import read_label_map, write_label_map
from engine.formats.txt_dataset import TxtDataset, open_txt
from engine.formats.txt_label_files import CARRIES, ENDINGS, LabelFiles
from engine.formats.txt_list import ListEntry
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of, same_labels
from engine.regions.crops import bounds
from engine.regions.map_strips import label_map_of
from engine.regions.masks import region_to_mask
from engine.sources.picture import picture_size
from engine.values import IGNORE, Annotation, Label, LabelMap, Sample, word_for
from models.task import Task

BACKUP = ".bak"


@dataclass(frozen=True)
class SavedLabels:
    """The label files written, and what of the Samples could not be."""

    written: tuple[Path, ...]
    left_out: tuple[Remark, ...]


def save_back(
    path: Path,
    samples: Sequence[Sample],
    labels: Sequence[Label],
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> SavedLabels:
    """Write these Samples, whose label ids are those of `labels`, over their files in a list.

    Labels are met by name. Where a map has no place for an object, its pixels stay as they were.
    DatasetError, before anything is written, where it cannot be done.
    """
    dataset = open_txt(path)
    entries = {entry.image_path: entry for entry in dataset.reading.entries}
    own = dataset.labels()
    same = same_labels(labels, own)
    plan = [(_entry(entries, one, path), _renamed(one, labels, same, path)) for one in samples]
    report = Report()
    written = []
    for done, (entry, sample) in enumerate(plan):
        if cancel is not None:
            cancel.check()
        written.append(_replace(entry, sample, dataset, own, report))
        progress(done + 1, len(plan), entry.image.name)
    return SavedLabels(tuple(written), tuple(report.skipped))


def _entry(entries: dict[str, ListEntry], sample: Sample, path: Path) -> ListEntry:
    entry = entries.get(sample.frame_id.path)
    name = Path(sample.frame_id.path).name
    if entry is None:
        raise DatasetError(f"{path.name} does not list {name}.", hint="Export a new dataset.")
    if not isinstance(entry.label, Path):
        hint = "Correct the label in the list's line."
        raise DatasetError(f"{path.name} names the label of {name} itself.", hint=hint)
    if entry.label.suffix.lower() != ENDINGS[entry.task]:
        hint = f"Export the labels anew: they are written as {ENDINGS[entry.task]}."
        raise DatasetError(f"{entry.label.name} cannot be written in its own format.", hint=hint)
    return entry


def _renamed(
    sample: Sample, labels: Sequence[Label], same: Mapping[int, Label], path: Path
) -> Sample:
    """The same objects with the list's label ids."""
    names = {label.id: label.name for label in labels}
    table = {IGNORE: IGNORE} | {number: label.id for number, label in same.items()}
    for label_id in (a.label_id for a in sample.annotations):
        if label_id not in table:
            raise DatasetError(
                f"The data of {path.name} has no label {names.get(label_id, label_id)}.",
                hint="Add it to labels.txt beside the list, or choose another label.",
            )
    renamed = tuple(replace(a, label_id=table[a.label_id]) for a in sample.annotations)
    is_unread = sample.size_hw == (0, 0)
    size_hw = picture_size(Path(sample.frame_id.path)) if is_unread else sample.size_hw
    return replace(sample, annotations=renamed, size_hw=size_hw)


def _replace(
    entry: ListEntry,
    sample: Sample,
    dataset: TxtDataset,
    labels: Sequence[Label],
    report: Report,
) -> Path:
    target = Path(entry.label_text)
    backup = target.with_name(target.name + BACKUP)
    if not backup.exists():
        write_bytes(backup, target.read_bytes())
    if entry.task is Task.SEMANTIC:
        ids = _map(target, sample, dataset, labels, report)
        # The masks of such a list are 0 and 255, which means 1 there.
        ids = np.where(ids == 1, IGNORE, ids).astype(np.uint8) if dataset.two_valued else ids
        write_label_map(target, LabelMap(ids))
    else:
        # A file of boxes counts from the label id 1.
        held = [x for x in labels if x.id or entry.task is not Task.DETECTION]
        adapted = adapt(sample, CARRIES[entry.task], held, report)
        LabelFiles(entry.task).write(target, adapted)
    return target


def _map(
    path: Path, sample: Sample, dataset: TxtDataset, labels: Sequence[Label], report: Report
) -> NDArray[np.uint8]:
    """The Sample's label ids; those of the file where an object has no place and nothing lies."""
    carries, known = CARRIES[Task.SEMANTIC], {label.id for label in labels}
    unheld = [a for a in sample.annotations if cannot_hold(a, carries, known)]
    held = tuple(a for a in sample.annotations if a not in unheld)
    adapted = adapt(replace(sample, annotations=held), carries, labels, report)
    background = background_of(labels)
    undrawn = IGNORE if background is None else background
    ids = label_map_of(adapted.annotations, sample.size_hw, undrawn).ids
    if not unheld:
        return ids
    ids, before, how = ids.copy(), _before(path, dataset, sample.size_hw), "as they were"
    if before is None:
        before, how = np.full_like(ids, IGNORE), "ignored, as the file cannot be read"
    for annotation in unheld:
        _keep(ids, before, annotation, undrawn)
        what = word_for(annotation.region)
        why = f"{cannot_hold(annotation, carries, known)}; its pixels are {how}"
        report.skip(sample_name(sample.frame_id), what, why)
    return ids


def _before(path: Path, dataset: TxtDataset, size_hw: tuple[int, int]) -> NDArray[np.uint8] | None:
    """The label ids (H, W) in the file, None where it is damaged or of another size."""
    ignored = dataset.named.ignored_ids if dataset.named else frozenset()
    try:
        ids = read_label_map(path, ignored, two_valued=dataset.two_valued).ids
    except DatasetError:
        return None
    return ids if ids.shape == size_hw else None


def _keep(
    ids: NDArray[np.uint8], before: NDArray[np.uint8], annotation: Annotation, undrawn: int
) -> None:
    """Where an object is and nothing was drawn, what was there before (H, W)."""
    mask = region_to_mask(annotation.region, (ids.shape[0], ids.shape[1]))
    if mask is not None:
        left, top, right, bottom = bounds(mask)
        place = np.s_[top:bottom, left:right]
        is_kept = mask.pixels & (ids[place] == undrawn)
        ids[place][is_kept] = before[place][is_kept]
