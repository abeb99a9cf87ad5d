"""The label files of a txt list: read for a picture that is looked at, written back on demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.values import FrameId, Label, Sample
from gui.jobs import Jobs
from gui.questions import JobsInTurn, OneJob

if TYPE_CHECKING:
    from engine.formats.save_back import SavedLabels
    from engine.formats.txt_dataset import TxtDataset


@dataclass(frozen=True, eq=False)
class OpenList:
    """A list that has been read, and its labels."""

    path: Path
    dataset: "TxtDataset"
    labels: tuple[Label, ...]


@dataclass(frozen=True, eq=False)
class ListedSample:
    """What a list's label file says of a picture; None for a picture that is not in it."""

    opened: OpenList
    frame_id: FrameId
    sample: Sample | None


class ListLabelsController(QObject):
    """Reads one label file at a time, the newest wish first; writes when asked."""

    read = Signal(object)
    saved = Signal(object)
    save_failed = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened: OpenList | None = None
        self._reading = OneJob(jobs, self)
        self._reading.finished.connect(self._on_read)
        self._reading.failed.connect(self.failed)
        self._saving = JobsInTurn(jobs, self)
        self._saving.finished.connect(self.saved)
        self._saving.failed.connect(self.save_failed)
        self._saving.failed.connect(self.failed)

    def ask(self, path: Path, frame_id: FrameId) -> None:
        """Read what this list says of this picture; `read` follows."""
        opened = self._opened if self._opened and self._opened.path == path else None
        self._reading.forget()
        self._reading.start(partial(read_listed, path, opened, frame_id))

    @Slot(object)
    def _on_read(self, listed: ListedSample) -> None:
        self._opened = listed.opened
        self.read.emit(listed)

    def save(self, path: Path, samples: Sequence[Sample], labels: Sequence[Label]) -> None:
        """Write these Samples over their label files in the list."""
        self._opened = None  # Its files are about to change.
        work = partial(save_listed, path, tuple(samples), tuple(labels))
        self._saving.start(work, text=self.tr("Saving labels"))


def read_listed(
    path: Path,
    opened: OpenList | None,
    frame_id: FrameId,
    progress: Progress,
    cancel: CancelToken,
) -> ListedSample:
    """Open the list where that is not done yet, and read one label file; the work of a Job."""
    from engine.formats.txt_dataset import open_txt

    if opened is None:
        dataset = open_txt(path)
        cancel.check()
        opened = OpenList(path, dataset, dataset.labels())
    for entry in opened.dataset.reading.entries:
        if entry.image_path == frame_id.path:
            return ListedSample(opened, frame_id, opened.dataset.sample(entry))
    return ListedSample(opened, frame_id, None)


def save_listed(
    path: Path,
    samples: Sequence[Sample],
    labels: Sequence[Label],
    progress: Progress,
    cancel: CancelToken,
) -> "SavedLabels":
    """Write label files; the work of a Job."""
    from engine.formats.save_back import save_back

    return save_back(path, samples, labels, progress=progress, cancel=cancel)
