"""Samples -> a folder in any registered Format, and a report of all that became of them.

Everything is written into a folder beside the target, read again and counted, and then renamed: the
target is there as a whole or not at all. The pictures themselves are never changed.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import DatasetError
from engine.export.duplicates import Fingerprint
from engine.export.labels import LabelTable, table_of
from engine.export.options import ExportOptions, Pictures, check_format
from engine.export.pictures import PictureReader
from engine.export.prepare import Preparation, UnheldError, is_unheld, unheld_note
from engine.export.report import ExportReport
from engine.export.split import keeping_parts, sides
from engine.export.staging import Place, Stage, aside, check_target, look, sign, staging
from engine.export.survey import Chosen, Surveyor, names_of
from engine.export.verify import Verification, verify
from engine.export.writing import Writing
from engine.formats import registry
from engine.formats.open_dataset import SPLITS, OpenDataset
from engine.formats.registry import Format
from engine.formats.report import Report
from engine.jobs import CancelToken, Progress, no_progress
from engine.values import Dataset, FrameId, Sample
from engine.words import counted

_LABEL_BYTES = 4096
"""What a picture's labels take on a disk, at least."""


def export(
    source: OpenDataset | Dataset,
    folder: Path,
    options: ExportOptions,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write the Samples of a dataset into a folder.

    Trouble with the disk, and a target that holds something else, is a DatasetError. Then, and when
    cancelled, the target is as it was; the next export there goes on where this one was.
    """
    if isinstance(source, Dataset):
        source = _opened(source)
    layout = registry.get(options.format)
    check_format(options, layout)
    folder = Path(os.path.abspath(folder))
    check_target(folder, layout.name, replace=options.replace)
    _check_apart(source.frame_ids, folder)
    table = table_of(source.labels, options.labels)
    report = ExportReport(folder, layout.name, layout.text)
    put_aside = look(folder, layout.name) is Place.OTHER
    if put_aside:
        report.notes.append(f"What was in the folder is in {aside(folder).name} now.")
    with staging(folder, layout.name, replace=options.replace) as stage:
        tell = _Teller(progress, cancel or CancelToken(), len(source.frame_ids))
        _Export(source, options, layout, table, stage, report, tell).run()
        if options.pictures is not Pictures.REFER and _is_among(source.frame_ids, folder):
            text = "It is among the pictures: a folder that has both will show them twice."
            report.notes.append(text)
        sign(stage.folder, report.text, report.as_json())
    lists = {name: folder / f"{name}.txt" for name in SPLITS}
    report.lists = {name: path for name, path in lists.items() if path.is_file()}
    return report


@dataclass(slots=True)
class _Teller:
    """Counts the steps of all parts, and stops where that was asked for."""

    progress: Progress
    cancel: CancelToken
    samples: int
    done: int = 0
    total: int = 0

    def begin(self, folds: int) -> None:
        """Looking, then writing and reading again for each fold."""
        self.total = self.samples * (1 + 2 * folds)

    def step(self, text: str) -> None:
        """One sample is done."""
        self.cancel.check()
        self.done += 1
        self.progress(min(self.done, self.total), self.total, text)

    def verified(self, done: int, total: int, text: str) -> None:
        """A Progress for the reading."""
        self.step(text)


@dataclass(slots=True)
class _Export:
    """One export under way."""

    source: OpenDataset
    options: ExportOptions
    layout: Format
    table: LabelTable
    stage: Stage
    report: ExportReport
    tell: _Teller
    reader: PictureReader = field(default_factory=PictureReader)

    def run(self) -> None:
        """Look at everything, divide it, write it, and read it again."""
        split = self.options.split
        self.tell.begin(split.folds if split is not None and split.folds else 1)
        self.report.objects.skipped += self.source.report.skipped
        self.report.objects.converted += self.source.report.converted
        try:
            chosen, prints = self._survey()
            self._check_space(chosen)
            self._write(chosen, self._divided(chosen, prints))
        finally:
            self.reader.close()

    def _survey(self) -> tuple[list[Chosen], list[Fingerprint | None]]:
        frames = _in_order(self.source.frame_ids)
        preparation = Preparation(self.options, self.table, self.layout.carries)
        surveyor = Surveyor(
            self.source,
            self.options,
            preparation,
            self.reader,
            self.stage,
            self.report.objects,
        )
        chosen: list[Chosen] = []
        prints: list[Fingerprint | None] = []
        for frame_id, name in zip(frames, names_of(frames), strict=True):
            found = surveyor.look(frame_id, name)
            if found is not None:
                chosen.append(found[0])
                prints.append(found[1])
            self.tell.step(name)
        if surveyor.others:
            notes = f"{counted(surveyor.others, 'picture')} in other states left out."
            self.report.notes.append(notes)
        if surveyor.marked_empty:
            notes = f"{counted(surveyor.marked_empty, 'picture')} without objects written."
            self.report.notes.append(notes)
        note = unheld_note(self.report.objects.skipped, self.layout.carries)
        self.report.notes += [note] if note else []
        if not chosen:
            raise _nothing(self.report, note)
        return chosen, prints

    def _divided(
        self, chosen: Sequence[Chosen], prints: Sequence[Fingerprint | None]
    ) -> list[list[str]]:
        """For each fold, or once, the split of each frame."""
        frames = [one.frame_id for one in chosen]
        parts = self.source.splits
        own = {f: name for name, found in parts.items() for f in found}
        if self.options.split is None:
            return [[own.get(frame, "") for frame in frames]]
        if self.options.split.keeps_parts and own and not self.options.split.folds:
            divided = [keeping_parts(frames, self.options.split, prints, parts)]
            pairs = zip(frames, divided[0], strict=True)
            kept = sum(own.get(frame) == name for frame, name in pairs)
            notes = f"{counted(kept, 'picture')} in the part that the label files have them in."
            self.report.notes.append(notes)
        else:
            divided = sides(frames, self.options.split, prints)
        if not self.options.split.folds:
            wanted = zip(SPLITS, self.options.split.fractions, strict=True)
            missing = [name for name, share in wanted if share and name not in divided[0]]
            self.report.notes += [f"There are too few separate pictures for {n}." for n in missing]
        return divided

    def _check_space(self, chosen: Sequence[Chosen]) -> None:
        is_copied = self.options.pictures is Pictures.COPY or self.options.is_transforming
        wanted = sum(_LABEL_BYTES + is_copied * one.bytes for one in chosen)
        free = shutil.disk_usage(self.stage.folder).free + self.stage.bytes
        if wanted > free:
            raise DatasetError(
                f"The export needs {_megabytes(wanted)}, and {_megabytes(free)} are free.",
                hint="Free some space, choose a folder on another disk, or link the pictures.",
            )

    def _write(self, chosen: Sequence[Chosen], divided: Sequence[Sequence[str]]) -> None:
        wanted: set[str] = set()
        made: dict[str, Path] = {}
        has_folds = len(divided) > 1
        for number, splits in enumerate(divided, start=1):
            root = self.stage.folder / f"fold_{number}" if has_folds else self.stage.folder
            # What becomes of the objects is the same in every fold, and said once.
            objects = self.report.objects if number == 1 else Report()
            writing = Writing(
                self.source,
                self.options,
                self.layout,
                self.table,
                self.stage,
                self.reader,
                objects,
                made,
            )
            writing.begin(root, chosen)
            for one, split in zip(chosen, splits, strict=True):
                writing.add(one, split)
                self.tell.step(one.name)
            writing.finish()
            wanted |= writing.places
            self._count(writing, f"fold_{number}/" if has_folds else "")
            self._verify(writing, root)
        self.stage.keep_only(wanted)

    def _count(self, writing: Writing, prefix: str) -> None:
        report = self.report
        for (split, label), count in writing.balance.objects.items():
            report.balance.objects[prefix + split, label] = count
            report.balance.pictures[prefix + split, label] = writing.balance.pictures[split, label]
        report.counts.update({prefix + split: n for split, n in writing.counts.items()})
        report.written = writing.counts.total()
        report.notes += [note for note in writing.notes() if note not in report.notes]

    def _verify(self, writing: Writing, root: Path) -> None:
        found = verify(
            self.layout,
            root,
            writing.written,
            writing.images,
            progress=self.tell.verified,
            cancel=self.tell.cancel,
        )
        before = self.report.verification
        self.report.verification = Verification(
            before.pictures + found.pictures,
            before.objects + found.objects,
            before.differences + found.differences,
            before.reason or found.reason,
        )


def _nothing(report: ExportReport, unheld: str) -> DatasetError:
    """The error that says why no picture is exported."""
    found = next((r for r in report.objects.skipped if r.what == "picture"), None)
    message = f"There is nothing to export{f' ({found.why})' if found else ''}."
    if found is not None and is_unheld(found):
        return UnheldError(message, hint=unheld)
    hint = "Correct or verify some pictures first, or choose other states."
    return DatasetError(message, hint=hint)


def _opened(dataset: Dataset) -> OpenDataset:
    samples = {sample.frame_id: sample for sample in dataset.samples}

    def read(frame_id: FrameId, report: Report) -> Sample:
        return samples[frame_id]

    return OpenDataset(tuple(samples), dataset.labels, read)


def _in_order(frames: Sequence[FrameId]) -> list[FrameId]:
    """Frames of a video stand together and in its order, which formats of tracks count by."""
    places: dict[str, int] = {}
    for frame_id in frames:
        places.setdefault(frame_id.path, len(places))
    return sorted(frames, key=lambda frame_id: (places[frame_id.path], frame_id.index))


def _check_apart(frames: Sequence[FrameId], folder: Path) -> None:
    """DatasetError where the target holds a picture that is to be exported."""
    below = os.path.join(folder, "")
    if any(frame.path.startswith(below) for frame in frames):
        raise DatasetError(
            f"The pictures to export lie in {folder} itself.", hint="Choose another folder."
        )


def _is_among(frames: Sequence[FrameId], folder: Path) -> bool:
    """Whether the target is below a folder that has pictures in it."""
    inside = {os.path.dirname(frame.path) for frame in frames}
    return not inside.isdisjoint(map(str, folder.parents))


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
