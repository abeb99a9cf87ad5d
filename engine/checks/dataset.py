"""Lints a dataset of any Format, sample by sample: what does not open, fit, or lie inside."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from engine.checks.content import compared, fit_of
from engine.checks.overlooked import CountObjects, overlooked
from engine.checks.shift import moved
from engine.checks.suspicions import empty_beside_alike
from engine.checks.traits import Layout, Traits, layout_of, traits_of
from engine.errors import AppError
from engine.export.duplicates import Fingerprint, fingerprint
from engine.formats.namesakes import LABEL
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.problem import Problem, Severity
from engine.formats.registry import Format
from engine.formats.report import Remark, Report, sample_name
from engine.jobs import CancelToken, Progress
from engine.regions.masks import box_of
from engine.sources.frame_reader import FrameReader
from engine.values import Annotation, FrameId, Polyline, Sample, SampleState

_SLACK = 0.01
"""By how much of the picture's side an object may reach over its edge."""
_PICTURE = "picture"  # what a reader calls a size that differs from the one stated


class DatasetCheck:
    """Checks one dataset; made anew for each."""

    def __init__(
        self, path: Path, found: Format, count_objects: CountObjects | None = None
    ) -> None:
        assert found.open is not None  # only readable Formats are recognised
        self.file = str(path)
        self.opened: OpenDataset = found.open(path, ReadOptions())
        self._count_objects = count_objects
        self._reader = FrameReader()
        self._traits: dict[int, Traits] = {}
        self._prints: list[Fingerprint | None] = []
        self._is_empty: list[bool] = []
        self._objects = 0

    def problems(self, progress: Progress, cancel: CancelToken) -> Iterator[Problem]:
        """Everything that is wrong, or worth knowing."""
        frame_ids = self.opened.frame_ids
        yield from self._remarks(self.opened.report)
        places = compared(len(frame_ids)).tolist()
        are_compared = set(places)
        try:
            for place, frame_id in enumerate(frame_ids):
                cancel.check()
                yield from self._sample(frame_id, place if place in are_compared else None)
                progress(place + 1, len(frame_ids), sample_name(frame_id))
        finally:
            self._reader.close()
        fit = fit_of([self._traits.get(place) for place in places], places)
        yield from moved(self.file, [0] * len(places), fit)
        names = [(0, sample_name(frame_id)) for frame_id in frame_ids]
        yield from empty_beside_alike(self.file, names, self._prints, self._is_empty)
        yield from self._whole()

    def _sample(self, frame_id: FrameId, place: int | None) -> Iterator[Problem]:
        """Everything wrong with one sample; its traits are kept at its place, if it has one."""
        name, sample, pixels = sample_name(frame_id), None, None
        report = Report()
        try:
            pixels = self._reader.read(frame_id).pixels
        except AppError as error:
            yield self._problem("unreadable-image", f"{name}: {error}")
        try:
            sample = self.opened.read(frame_id, report)
        except AppError as error:
            yield self._problem("unreadable-label", f"{name}: {error}")
        yield from self._remarks(report)
        layout: Layout | None = None
        if sample is not None and sample.state is not SampleState.NEW:
            self._objects += sum(not isinstance(a.region, Polyline) for a in sample.annotations)
            yield from self._regions(name, sample)
            layout = layout_of(sample.annotations, sample.size_hw)
        if pixels is not None and layout is not None and place is not None:
            self._traits[place] = traits_of(pixels, layout)
        self._prints.append(None if pixels is None or layout is None else fingerprint(pixels))
        is_labelled = sample is not None and sample.state is not SampleState.NEW
        self._is_empty.append(is_labelled and sample is not None and not sample.annotations)
        if pixels is not None and self._is_empty[-1]:
            for finding in overlooked(name, pixels, self._count_objects):
                yield self._problem(*finding)

    def _regions(self, name: str, sample: Sample) -> Iterator[Problem]:
        """Objects over the edge, and those that are there twice."""
        height, width = sample.size_hw
        for number, annotation in enumerate(sample.annotations, start=1):
            x1, y1, x2, y2 = box_of(annotation.region).xyxy
            over_x, over_y = max(-x1, x2 - width) / width, max(-y1, y2 - height) / height
            if max(over_x, over_y) > _SLACK:
                text = f"{name}, object {number}: it reaches over the edge of the picture."
                yield self._problem("box-outside", text)
        for (_, _), count in _twice(sample.annotations):
            text = f"{name}: an object is there {count} times; keep one."
            yield self._problem("duplicate-object", text, Severity.INFO)

    def _remarks(self, report: Report) -> Iterator[Problem]:
        """What the reader could not take as it is."""
        for remark in report.skipped:
            yield self._problem("not-read", f"{remark.sample}: {remark.what} {_why(remark)}")
        for remark in report.converted:
            if remark.what == _PICTURE:
                yield self._problem("size-mismatch", f"{remark.sample}: {remark.why}.")
            elif remark.what == LABEL:
                text = f"{remark.sample}: {remark.why}."
                yield self._problem("label-names", text, Severity.INFO)
        for note in report.notes:
            yield self._problem("note", note, Severity.INFO)

    def _whole(self) -> Iterator[Problem]:
        frame_ids, splits = self.opened.frame_ids, self.opened.splits
        if not frame_ids:
            yield self._problem("empty", "The dataset names no sample.")
        elif not self._objects and len(frame_ids) > 1:
            text = "No sample holds an object; there is nothing to learn."
            yield self._problem("constant-label", text)
        names: dict[FrameId, list[str]] = {}
        for split, members in splits.items():
            for frame_id in set(members):
                names.setdefault(frame_id, []).append(split)
        for frame_id, of in names.items():
            if len(of) > 1:
                text = f"{sample_name(frame_id)} is in {' and '.join(sorted(of))}; keep it in one."
                yield self._problem("in-two-splits", text)

    def _problem(self, code: str, text: str, severity: Severity = Severity.ERROR) -> Problem:
        return Problem(self.file, 0, code, text, severity)


def _why(remark: Remark) -> str:
    times = f" ({remark.count} times)" if remark.count > 1 else ""
    return f"is left out: {remark.why.rstrip('.')}{times}."


def _twice(annotations: tuple[Annotation, ...]) -> Iterator[tuple[tuple[object, int], int]]:
    counts = Counter((a.region, a.label_id) for a in annotations)
    yield from ((key, count) for key, count in counts.items() if count > 1)
