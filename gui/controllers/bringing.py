"""Networks of other programs: read, probed, tried and saved in Jobs; nothing is kept before."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine import endings
from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.thresholds import Thresholds
from gui.jobs import Job, Jobs
from gui.questions import NewestJob, OneJob

if TYPE_CHECKING:
    from engine.exchange.probe import Draft, Probe
    from engine.exchange.runner import Runner

Pixels = NDArray[np.uint8]
MOST_SIDE = 2048


@dataclass(frozen=True, eq=False)
class Bringing:
    """A network that was probed on a picture, ready to be tried."""

    runner: "Runner"
    probe: "Probe"
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class Trial:
    """What a network says of the picture under a draft: painted (H, W, 3), and in words.

    `names` are the labels as they are called, `is_guessed` if nobody has said so. With `error`
    there is nothing to see.
    """

    names: tuple[str, ...] = ()
    painted: Pixels | None = None
    told: str = ""
    is_guessed: bool = False
    error: AppError | None = None


class BringingController(QObject):
    """One network at a time."""

    probed = Signal(object)
    tried = Signal(object)
    saved = Signal(object)
    not_saved = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._probing, self._saving = OneJob(jobs, self), OneJob(jobs, self)
        self._probing.finished.connect(self.probed)
        self._probing.failed.connect(self.failed)
        self._saving.finished.connect(self.saved)
        self._saving.failed.connect(self.not_saved)
        self._trying = NewestJob(jobs, self)
        self._trying.answered.connect(self._on_tried)
        self._trying.failed.connect(self.failed)

    def bring(self, path: Path, pixels: Pixels | None, *, is_trusted: bool = False) -> None:
        """Read and probe the file on this picture, or on a photograph; `probed` follows."""
        self._probing.forget()
        work = partial(bring_file, path, pixels, is_trusted)
        self._probing.start(work, text=self.tr("Probing {0}").format(path.name))

    def probe_again(self, bringing: Bringing, side: int) -> None:
        """Probe at another side of the input."""
        self._probing.forget()
        work = partial(probe_at, bringing, side)
        self._probing.start(work, text=self.tr("Probing {0}").format(_name_of(bringing)))

    def try_draft(self, bringing: Bringing, draft: "Draft", thresholds: Thresholds) -> None:
        """Run it under this draft; only the newest is answered."""
        self._trying.ask((bringing, draft, thresholds), self._trial_job)

    def save(self, bringing: Bringing, draft: "Draft", name: str) -> None:
        """Save it among the person's weights under this name."""
        work = partial(save_draft, bringing, draft, name)
        self._saving.start(work, text=self.tr("Adding {0}").format(name))

    def forget(self) -> None:
        """Nobody wants to know any more."""
        self._probing.forget()
        self._trying.forget()

    def _trial_job(self, question: tuple[Any, ...]) -> Job:
        return self._jobs.create(partial(try_draft, *question))

    @Slot(object, object)
    def _on_tried(self, question: object, trial: Trial) -> None:
        self.tried.emit(trial)


def _name_of(bringing: Bringing) -> str:
    return bringing.probe.brought.path.name


# The work of Jobs


def bring_file(
    path: Path, pixels: Pixels | None, is_trusted: bool, progress: Progress, cancel: CancelToken
) -> Bringing | Path:
    """Read a file and probe it; `is_trusted` notes that the person agreed to run its code.

    The path itself where it is a Weights file, which needs no more than that.
    """
    from engine.exchange.add import trust_file
    from engine.exchange.brought import bring
    from engine.exchange.probe import probe
    from engine.exchange.runner import Runner

    if is_trusted:
        trust_file(path)
    if path.suffix == endings.SAFETENSORS:
        return path
    runner = Runner(bring(path))
    cancel.check()
    if pixels is None:
        from skimage import data

        pixels = np.ascontiguousarray(data.astronaut())
    pixels = shrunk(pixels)
    return Bringing(runner, probe(runner, pixels, cancel=cancel), pixels)


def shrunk(pixels: Pixels) -> Pixels:
    """The picture (H, W, 3), no side above what a dialog shows and a network takes."""
    from engine.preprocess import Placement, resize

    size_hw = pixels.shape[0], pixels.shape[1]
    scale = min(1.0, MOST_SIDE / max(size_hw))
    small_hw = max(1, round(size_hw[0] * scale)), max(1, round(size_hw[1] * scale))
    return pixels if scale == 1 else resize(pixels, Placement(size_hw, small_hw, small_hw))


def probe_at(bringing: Bringing, side: int, progress: Progress, cancel: CancelToken) -> Bringing:
    """Probe it at another side of the input."""
    from engine.exchange.probe import probe

    found = probe(bringing.runner, bringing.pixels, side, cancel=cancel)
    return replace(bringing, probe=found)


def try_draft(
    bringing: Bringing,
    draft: "Draft",
    thresholds: Thresholds,
    progress: Progress,
    cancel: CancelToken,
) -> Trial:
    """Run the network under a draft and paint what it says."""
    from engine.exchange.add import is_known_data, suggested_names
    from engine.exchange.trial import told, trial
    from engine.painting.overlay import paint
    from engine.values import Frame, FrameId

    brought = bringing.probe.brought
    names = draft.names or suggested_names(draft.head, brought)
    is_guessed = not draft.names and is_known_data(draft.head, brought)
    try:
        pipeline = trial(bringing.runner, replace(draft, names=names))
        prediction = pipeline.predict(Frame(FrameId(""), bringing.pixels), thresholds)
    except AppError as error:
        return Trial(names, bringing.pixels, is_guessed=is_guessed, error=error)
    painted = paint(bringing.pixels, prediction, prediction.labels)
    return Trial(names, painted, told(prediction), is_guessed)


def save_draft(
    bringing: Bringing, draft: "Draft", name: str, progress: Progress, cancel: CancelToken
) -> str:
    """Save it; where it is."""
    from engine.exchange.add import add

    return str(add(bringing.probe.brought, draft, name))
