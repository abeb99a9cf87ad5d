"""Models measured side by side for the Compare models panel: a Job, row after row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.jobs import CancelToken, Progress
from engine.values import Frame
from gui.jobs import Jobs, Outbox
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.bench.models import Measured


@dataclass(frozen=True)
class MeasureRequest:
    """Weights by their keys, where to run them ("all" everywhere), a list to score on or ""."""

    weights: tuple[str, ...]
    device: str = "auto"
    backend: str = "auto"
    data: str = ""


class MeasureController(QObject):
    """One measurement at a time; what was measured before a cancel stays."""

    progressed = Signal(int, int, str)
    measured = Signal(object)
    running_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._one = OneJob(jobs, self)
        self._one.progressed.connect(self.progressed)
        self._one.failed.connect(self.failed)
        self._one.running_changed.connect(self.running_changed)
        self._outbox = Outbox(self)
        self._outbox.arrived.connect(self.measured)

    @property
    def is_running(self) -> bool:
        """Whether something is being measured."""
        return self._one.is_running

    def start(self, request: MeasureRequest, frame: Frame | None) -> None:
        """Measure on this frame, or on the list's pictures; without either on made ones."""
        work = partial(measure_all, request, frame, self._outbox.put)
        self._one.start(work, text=self.tr("Measuring models"))

    def cancel(self) -> None:
        """Stop after the pass that runs now."""
        self._one.cancel()


def measure_all(
    request: MeasureRequest,
    frame: Frame | None,
    put: "Callable[[Measured], None]",
    progress: Progress,
    cancel: CancelToken,
) -> None:
    """Measure one after another; the work of a Job."""
    from engine.bench.models import Plan, measure

    plan = Plan(
        weights=request.weights,
        device=request.device,
        backend=request.backend,
        data=Path(request.data) if request.data else None,
        frames=(frame.pixels,) if frame is not None and not request.data else (),
    )
    for measured in measure(plan, progress=progress, cancel=cancel):
        put(measured)
