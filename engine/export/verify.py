"""Opens what was written with its Format's own reader and counts: is all there, and no more?"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import AppError
from engine.formats.adapt import GROUP
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.registry import Format
from engine.formats.report import Remark, Report
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of, name_of
from engine.regions.crops import bounds
from engine.regions.map_strips import id_strips
from engine.regions.masks import box_of, ids_in
from engine.values import IGNORE, Annotation, FrameId, Label, Mask, Sample

_MANY = 8
"""Objects from which on drawing them is faster than comparing every pair."""
IGNORED = "ignored"
"""How ignored regions are called among the labels."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How many pictures and objects were read again, and where they differ from what was written.

    `reason` says why nothing could be read at all.
    """

    pictures: int = 0
    objects: int = 0
    differences: tuple[Remark, ...] = ()
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything was found again, and nothing else."""
        return not self.differences and not self.reason

    @property
    def text(self) -> str:
        """The result as a sentence."""
        if self.reason:
            return f"It could not be read again: {self.reason}"
        objects = "1 object" if self.objects == 1 else f"{self.objects} objects"
        pictures = "1 picture" if self.pictures == 1 else f"{self.pictures} pictures"
        if self.ok:
            return f"Read again and counted: {objects} on {pictures}, as written."
        more = len(self.differences)
        return f"Read again and counted: {more} of {pictures} differ from what was written."


def known_as(label: Label) -> str:
    """A label's name, but for what layouts change of it."""
    return " ".join(name_of(label).split())


def labels_on(sample: Sample, labels: Sequence[Label], *, is_layered: bool) -> Counter[str]:
    """How many objects of each label a Sample has; parts of one object count once.

    In a label map objects of one label are one, and what is covered entirely is none.
    """
    if not is_layered:
        return _named(_shown(sample, background_of(labels)), labels)
    names = _names(labels)
    found: Counter[str] = Counter()
    groups: set[tuple[int, str]] = set()
    for annotation in sample.annotations:
        group = next((value for key, value in annotation.attributes if key == GROUP), None)
        if group is not None:
            if (annotation.label_id, group) in groups:
                continue
            groups.add((annotation.label_id, group))
        found[names.get(annotation.label_id, f"id {annotation.label_id}")] += 1
    return found


def _names(labels: Sequence[Label]) -> dict[int, str]:
    return {label.id: known_as(label) for label in labels} | {IGNORE: IGNORED}


def _named(ids: Iterable[int], labels: Sequence[Label]) -> Counter[str]:
    names = _names(labels)
    return Counter(names.get(label_id, f"id {label_id}") for label_id in ids)


def _shown(sample: Sample, background: int | None) -> set[int]:
    """The label ids in a Sample's label map but the background."""
    if background is not None and _lie_apart(sample.annotations):
        return {a.label_id for a in sample.annotations} - {background}
    undrawn = IGNORE if background is None else background
    strips = id_strips(sample.annotations, sample.size_hw, undrawn)
    return {label_id for strip in strips for label_id in ids_in(strip)} - {background}


def _lie_apart(annotations: Sequence[Annotation]) -> bool:
    """Whether no annotation can cover another, as their boxes do not touch."""
    boxes = [
        bounds(a.region) if isinstance(a.region, Mask) else box_of(a.region).xyxy
        for a in annotations[:_MANY]
    ]
    return len(annotations) < _MANY and not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for i, a in enumerate(boxes)
        for b in boxes[:i]
    )


def verify(
    layout: Format,
    folder: Path,
    written: Mapping[str, Counter[str]],
    images: Path | None,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Verification:
    """Read a folder again; `written` has the objects of each picture, `images` where these are."""
    if layout.open is None:
        return Verification(reason=f"Maskloop does not read {layout.text}.")
    try:
        opened = layout.open(folder, ReadOptions(images=images))
    except AppError as error:
        return Verification(reason=str(error))
    missing = dict(written)
    differences: list[Remark] = []
    objects = 0
    for done, frame_id in enumerate(opened.frame_ids, start=1):
        if cancel is not None:
            cancel.check()
        name = os.path.basename(frame_id.path)
        expected = missing.pop(frame_id.path, None)
        try:
            found = _read(opened, frame_id, layout)
        except AppError as error:
            differences.append(Remark(name, "picture", str(error)))
            continue
        objects += found.total()
        if expected is None:
            differences.append(Remark(name, "picture", "nobody wrote it"))
        elif found != expected:
            differences.append(Remark(name, "picture", _difference(expected, found)))
        progress(done, len(opened.frame_ids), name)
    for path, expected in missing.items():
        # A layout without a word for an empty picture says nothing of it, as it was told.
        if expected or layout.carries.is_empty:
            differences.append(Remark(Path(path).name, "picture", "it is not there"))
    return Verification(len(opened.frame_ids), objects, tuple(differences))


def _read(opened: OpenDataset, frame_id: FrameId, layout: Format) -> Counter[str]:
    """How many objects of each label a picture has by its files."""
    if opened.seen is not None and not layout.carries.is_layered:
        return _named(opened.seen(frame_id), opened.labels)
    sample = opened.read(frame_id, Report())
    return labels_on(sample, opened.labels, is_layered=layout.carries.is_layered)


def _difference(expected: Counter[str], found: Counter[str]) -> str:
    parts = [
        f"{label}: {expected[label]} written, {found[label]} read"
        for label in sorted(expected.keys() | found.keys())
        if expected[label] != found[label]
    ]
    return "; ".join(parts)
