"""Samples -> a txt-listed dataset in a folder, and a report of all it could not carry over."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import DatasetError, SourceError
from engine.files import disk_errors, write_all
from engine.formats.duplicates import Fingerprint
from engine.formats.export_labels import Skipped, write_label
from engine.formats.export_pictures import PictureReader
from engine.formats.label_names import Names
from engine.formats.labels_file import labels_text
from engine.formats.split import NAMES, check_fractions, split
from engine.formats.txt_list import list_text
from engine.jobs import CancelToken, Progress, no_progress
from engine.values import Dataset, Sample, SampleState
from models.task import Task

DONE = frozenset({SampleState.CORRECTED, SampleState.VERIFIED})
"""The states of Samples a person has looked at."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to write. Without `copy_pictures` the lists point to the pictures where they are."""

    task: Task
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 0
    absolute: bool = False
    copy_pictures: bool = False
    states: frozenset[SampleState] = DONE
    keep_duplicates_together: bool = True

    def __post_init__(self) -> None:
        check_fractions(self.fractions)
        if self.task is Task.CLASSIFICATION:
            hint = "Choose semantic, detection or instance."
            raise DatasetError("Regions cannot be exported as classification.", hint=hint)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What came of an export.

    `lists` holds the path of each list by split. `skipped` was not carried over, `converted` was
    in another shape, `notes` are sentences about the whole.
    """

    folder: Path
    lists: dict[str, Path]
    written: int
    counts: dict[str, int]
    skipped: tuple[Skipped, ...] = ()
    converted: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = field(default=())


def export_txt(
    dataset: Dataset,
    folder: Path,
    options: ExportOptions,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write label files, then all lists at once. The pictures themselves are never changed.

    Trouble with the disk is a DatasetError; then, and when cancelled, no list is touched.
    """
    cancel = cancel or CancelToken()
    folder = Path(folder).absolute()
    with disk_errors(folder / "train.txt"):
        folder.mkdir(parents=True, exist_ok=True)
    chosen = [s for s in dataset.samples if s.state in options.states]
    work = _Export(dataset, folder, options)
    prints: list[Fingerprint | None] = []
    try:
        for done, sample in enumerate(chosen, start=1):
            cancel.check()
            prints.append(work.add(sample))
            progress(done, len(chosen), Path(sample.frame_id.path).name)
    finally:
        work.pictures.close()
    if not work.pairs:
        reasons = f" ({work.skipped[0].why})" if work.skipped else ""
        hint = "Correct or verify some pictures first, or choose other states."
        raise DatasetError(f"There is nothing to export{reasons}.", hint=hint)
    return work.finish(prints)


class _Export:
    """One export under way."""

    def __init__(self, dataset: Dataset, folder: Path, options: ExportOptions) -> None:
        self.dataset, self.folder, self.options = dataset, folder, options
        self.pictures = PictureReader()
        self.names = Names()
        self.pairs: dict[int, tuple[Sample, Path, Path]] = {}
        self.skipped: list[Skipped] = []
        self.converted: list[Skipped] = []
        self._seen = 0

    def add(self, sample: Sample) -> Fingerprint | None:
        """Write the label file of one Sample, and its picture where needed."""
        number, self._seen = self._seen, self._seen + 1
        try:
            sample = replace(sample, size_hw=self.pictures.size_hw(sample.frame_id))
            image = self._image(sample)
            print_ = None
            if self.options.keep_duplicates_together and not self.pictures.is_video(
                sample.frame_id
            ):
                print_ = self.pictures.fingerprint(sample.frame_id)
        except SourceError as error:
            self.skipped.append(Skipped(sample.frame_id.path, "picture", error.message))
            return None
        label = self._write_label(sample)
        self.pairs[number] = (sample, image, label)
        return print_

    def _image(self, sample: Sample) -> Path:
        """Where the list finds the picture: in its place, or written into the folder."""
        is_video = self.pictures.is_video(sample.frame_id)
        if not is_video and not self.options.copy_pictures:
            return Path(sample.frame_id.path)
        source = Path(sample.frame_id.path)
        ending = ".png" if is_video else source.suffix
        target = self.folder / "images" / f"{self.names.stem(sample.frame_id, is_video)}{ending}"
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if is_video:
                self.pictures.write(sample.frame_id, target)
            elif not (target.exists() and target.samefile(source)):
                shutil.copyfile(source, target)
        return target

    def _write_label(self, sample: Sample) -> Path:
        is_video = self.pictures.is_video(sample.frame_id)
        path = self.folder / "labels" / self.names.stem(sample.frame_id, is_video)
        return write_label(
            path, sample, self.dataset.labels, self.options.task, (self.skipped, self.converted)
        )

    def finish(self, prints: Sequence[Fingerprint | None]) -> ExportReport:
        """Split what was written and write the lists."""
        numbers = sorted(self.pairs)
        by_id = {self.pairs[n][0].frame_id: self.pairs[n] for n in numbers}
        sides = split(
            [self.pairs[n][0] for n in numbers],
            self.options.fractions,
            self.options.seed,
            prints=[prints[n] for n in numbers],
        )
        lists = {name: self.folder / f"{name}.txt" for name in NAMES}
        texts = {
            lists[name]: list_text(
                lists[name],
                [by_id[s.frame_id][1:] for s in sides[name]],
                absolute=self.options.absolute,
            )
            # A list of an earlier export must not stay beside the new ones.
            for name in NAMES
            if sides[name] or lists[name].exists()
        }
        write_all({self.folder / "labels.txt": labels_text(self.dataset.labels), **texts})
        counts = {name: len(sides[name]) for name in NAMES}
        return ExportReport(
            folder=self.folder,
            lists={name: lists[name] for name in NAMES if sides[name]},
            written=len(numbers),
            counts=counts,
            skipped=tuple(self.skipped),
            converted=tuple(self.converted),
            notes=tuple(self._notes(counts)),
        )

    def _notes(self, counts: dict[str, int]) -> list[str]:
        left = len(self.dataset.samples) - self._seen
        notes = [f"{left} samples in other states were left out."] if left else []
        for name, share in zip(NAMES, self.options.fractions, strict=True):
            if share and not counts[name]:
                notes.append(f"There are too few separate pictures for {name}.txt.")
        return notes
