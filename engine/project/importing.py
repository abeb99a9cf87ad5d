"""A Dataset into a Project. What a person drew is never overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from engine.annotations.accept import DUPLICATE_IOU, region_iou
from engine.annotations.edits import Edit, set_proposals
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of, is_background
from engine.project.project import Project
from engine.values import IGNORE, Annotation, Dataset, FrameId, Label, Sample, SampleState


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many Samples changed, and how many of them hold the import as proposals."""

    samples: int
    as_proposals: int
    new_labels: tuple[Label, ...]


def import_dataset(
    project: Project,
    dataset: Dataset,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ImportReport:
    """Add a Dataset's pictures, labels and annotations as one step of undo.

    Labels are matched by name. Where there are annotations already, the new ones wait as proposals.
    """
    known = {label.name for label in project.labels}
    table = _table(project, dataset)
    new = tuple(label for label in project.labels if label.name not in known)
    project.add_frames(sample.frame_id.path for sample in dataset.samples)
    waiting: list[FrameId] = []
    changed = project.apply_all(
        _edits(project, dataset, table, waiting),
        f"Import {len(dataset.samples)} samples",
        progress=progress,
        cancel=cancel,
    )
    return ImportReport(changed, len(waiting), new)


def _table(project: Project, dataset: Dataset) -> dict[int, int]:
    """Label id in the dataset -> label id in the project."""
    table = {IGNORE: IGNORE}
    for label in dataset.labels:
        if is_background(label):
            # A project whose id 0 is something else has no name for the background.
            own = background_of(project.labels)
            table[label.id] = IGNORE if own is None else own
        else:
            table[label.id] = project.add_label(label.name, label.color).id
    return table


def _edits(
    project: Project, dataset: Dataset, table: dict[int, int], waiting: list[FrameId]
) -> Iterator[tuple[FrameId, Edit]]:
    for sample in dataset.samples:
        named = tuple(
            replace(a, label_id=table[a.label_id])
            for a in sample.annotations
            if a.label_id in table
        )
        before = project.sample(sample.frame_id)
        function = partial(_propose if before.annotations else _place, new=named, of=sample)
        if before.annotations and function(before) is not before:
            waiting.append(sample.frame_id)
        yield sample.frame_id, Edit("Import", function)


def _place(sample: Sample, new: tuple[Annotation, ...], of: Sample) -> Sample:
    return replace(sample, annotations=new, size_hw=of.size_hw, state=SampleState.CORRECTED)


def _propose(sample: Sample, new: tuple[Annotation, ...], of: Sample) -> Sample:
    """As proposals, but for those that are drawn already."""
    missing = [
        a
        for a in new
        if not any(
            a.label_id == drawn.label_id
            and region_iou(a.region, drawn.region, of.size_hw) > DUPLICATE_IOU
            for drawn in sample.annotations
        )
    ]
    if not missing:
        return sample
    return set_proposals(sample, [*sample.proposals, *missing], of.size_hw)
