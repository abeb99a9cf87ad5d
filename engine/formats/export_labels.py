"""One Sample's label file, as a task's layout can hold it; what it cannot hold is reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DatasetError
from engine.formats.instances import write_instances
from engine.formats.sample_files import write_label_map, write_yolo
from engine.labels import background_of
from engine.regions import boxes as box_math
from engine.regions.masks import box_of, label_map_of, region_to_mask
from engine.values import IGNORE, Annotation, Box, Label, Sample
from models.task import Task


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of a Sample that was left out or changed: what, and why."""

    sample: str
    what: str
    why: str


Reports = tuple[list[Skipped], list[Skipped]]
"""What is left out, and what is converted."""


def write_label(
    path: Path, sample: Sample, labels: Sequence[Label], task: Task, reports: Reports
) -> Path:
    """Write the label file at `path`, which has no ending yet; gives its full path."""
    if sample.proposals:
        count = len(sample.proposals)
        what = "1 proposal" if count == 1 else f"{count} proposals"
        _note(reports[0], sample, what, "nobody accepted it yet; accept or reject it.")
    known = {label.id for label in labels} | {IGNORE}
    kept = [a for a in sample.annotations if _is_known(a, known, sample, reports)]
    target = path.with_name(path.name + ENDING[task])
    if task is Task.SEMANTIC:
        _write_semantic(target, sample, labels, kept, reports)
    elif task is Task.DETECTION:
        _write_detection(target, sample, kept, reports)
    elif task is Task.INSTANCE:
        solid = [a for a in kept if _has_pixels(a, sample, reports)]
        write_instances(target, sample.size_hw, solid)
    else:
        raise DatasetError(f"Regions cannot be written for {task}.", hint="Choose another task.")
    return target


ENDING = {Task.SEMANTIC: ".png", Task.DETECTION: ".txt", Task.INSTANCE: ".json"}
"""The ending of a task's label files."""


def _write_semantic(
    path: Path,
    sample: Sample,
    labels: Sequence[Label],
    annotations: list[Annotation],
    reports: Reports,
) -> None:
    drawn = []
    for annotation in annotations:
        if isinstance(annotation.region, Box):
            why = "a box has no outline; draw a mask, or export as detection."
            _note(reports[0], sample, _name(annotation), why)
        elif _has_pixels(annotation, sample, reports):
            drawn.append(annotation)
    background = background_of(labels)
    undrawn = IGNORE if background is None else background
    write_label_map(path, label_map_of(drawn, sample.size_hw, undrawn))


def _write_detection(
    path: Path, sample: Sample, annotations: list[Annotation], reports: Reports
) -> None:
    found: list[tuple[tuple[float, float, float, float], int]] = []
    for annotation in annotations:
        if annotation.label_id in (0, IGNORE):
            why = "a detection file has no place for the label id 0 and for ignored regions."
            _note(reports[0], sample, _name(annotation), why)
            continue
        box = box_math.clip([box_of(annotation.region).xyxy], sample.size_hw)
        if not box_math.is_solid(box, 1e-2).all():
            _note(reports[0], sample, _name(annotation), "it lies outside the picture.")
            continue
        if not isinstance(annotation.region, Box):
            _note(reports[1], sample, _name(annotation), "written as the box around it.")
        x1, y1, x2, y2 = box[0].tolist()
        found.append(((x1, y1, x2, y2), annotation.label_id))
    write_yolo(path, [box for box, _ in found], [i for _, i in found], sample.size_hw)


def _is_known(annotation: Annotation, known: set[int], sample: Sample, reports: Reports) -> bool:
    if annotation.label_id in known:
        return True
    _note(reports[0], sample, _name(annotation), f"no label has the id {annotation.label_id}.")
    return False


def _has_pixels(annotation: Annotation, sample: Sample, reports: Reports) -> bool:
    if region_to_mask(annotation.region, sample.size_hw) is not None:
        return True
    _note(reports[0], sample, _name(annotation), "it covers no pixel of the picture.")
    return False


def _name(annotation: Annotation) -> str:
    return f"{type(annotation.region).__name__.lower()} of label {annotation.label_id}"


def _note(report: list[Skipped], sample: Sample, what: str, why: str) -> None:
    path, index = sample.frame_id.path, sample.frame_id.index
    report.append(Skipped(f"{path}, frame {index}" if index else path, what, why))
