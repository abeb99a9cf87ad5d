"""A model's report: made in a Job or read from its file, and which of its errors is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from gui.jobs import Jobs
from gui.questions import JobsInTurn, OneJob

if TYPE_CHECKING:
    from engine.evaluation.report import Report
    from engine.evaluation.stored import ErrorRow, StoredReport


@dataclass(frozen=True)
class EvaluateRequest:
    """Weights by their key, under these live options, on this list; where and how to run them."""

    weights: str
    data: str
    device: str = "auto"
    backend: str = "auto"
    options: Mapping[str, Any] = field(default_factory=dict)
    refine: str = "none"


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A report to show; `full`, with its examples, where it was made here and not read."""

    stored: "StoredReport"
    full: "Report | None" = None


class EvaluateController(QObject):
    """One report at a time, its errors filtered, one of them the current one."""

    report_changed = Signal(object)
    rows_changed = Signal()
    current_changed = Signal(object)
    progressed = Signal(int, int, str)
    running_changed = Signal(bool)
    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.report: StoredReport | None = None
        self.rows: tuple[ErrorRow, ...] = ()
        self.index = -1
        self._one = OneJob(jobs, self)
        self._one.progressed.connect(self.progressed)
        self._one.finished.connect(self._on_evaluated)
        self._one.failed.connect(self.failed)
        self._one.running_changed.connect(self.running_changed)
        self._saving = JobsInTurn(jobs, self)
        self._saving.finished.connect(self._on_saved)
        self._saving.failed.connect(self.failed)
        self._full: Report | None = None
        self._filter = ("", "")

    # The report

    @property
    def is_running(self) -> bool:
        """Whether a report is being made or read."""
        return self._one.is_running

    @property
    def can_save(self) -> bool:
        """Whether there is a report that was made here."""
        return self._full is not None

    def start(self, request: EvaluateRequest) -> None:
        """Score weights on a list; what is shown stays until that is done."""
        self._one.start(partial(evaluate_list, request), text=self.tr("Evaluating"))

    def open(self, path: str) -> None:
        """Read a report's JSON file."""
        self._one.start(partial(open_report, Path(path)), text=self.tr("Reading the report"))

    @Slot()
    def cancel(self) -> None:
        """Stop after the pictures that are looked at now; the report shown before stays."""
        self._one.cancel()

    @Slot(object)
    def _on_evaluated(self, evaluated: Evaluated) -> None:
        self.report, self._full = evaluated.stored, evaluated.full
        self._filter = ("", "")
        self.report_changed.emit(self.report)
        self._refilter()

    def save(self, path: str) -> None:
        """Write the report's JSON and page."""
        if self._full is not None and self.report is not None:
            work = partial(save_report, Path(path), self._full, self.report)
            self._saving.start(work, text=self.tr("Saving the report"))

    @Slot(object)
    def _on_saved(self, page: str) -> None:
        self.saved.emit(page)

    # Its errors

    @property
    def current(self) -> "ErrorRow | None":
        """The error that is looked at."""
        return self.rows[self.index] if 0 <= self.index < len(self.rows) else None

    @Slot(str, str)
    def set_filter(self, kind: str, label: str) -> None:
        """Only errors of this kind, and those about this label; "" for all."""
        if (kind, label) != self._filter:
            self._filter = (kind, label)
            self._refilter()

    def _refilter(self) -> None:
        kind, label = self._filter
        errors = self.report.errors if self.report is not None else ()
        self.rows = tuple(
            row
            for row in errors
            if (not kind or row.kind == kind) and (not label or label in (row.label, row.said))
        )
        self.index = -1
        self.rows_changed.emit()
        self.current_changed.emit(None)

    @Slot(int)
    def choose(self, index: int) -> None:
        """Look at this error, by its place among the filtered ones."""
        if 0 <= index < len(self.rows):
            self.index = index
            self.current_changed.emit(self.current)

    def step(self, count: int) -> bool:
        """Look at the next error, or the one before; False at the end."""
        wanted = self.index + count if self.index >= 0 else 0
        if not 0 <= wanted < len(self.rows):
            return False
        self.choose(wanted)
        return True


def evaluate_list(request: EvaluateRequest, progress: Progress, cancel: CancelToken) -> Evaluated:
    """Load the weights anew and score them; the work of a Job."""
    from engine.evaluation.evaluate import evaluate, judged
    from engine.evaluation.stored import stored
    from engine.pipeline.pipeline import Pipeline
    from engine.pipeline.refine import Refinement
    from engine.weights.load import load
    from engine.weights.options import with_options

    weights = with_options(load(request.weights), request.options)
    cancel.check()
    pipeline = judged(weights, device=request.device, backend=request.backend)
    if isinstance(pipeline, Pipeline):
        pipeline.refine = Refinement(request.refine)
    path = Path(request.data).absolute()
    report = evaluate(pipeline, path, progress=progress, cancel=cancel)
    content = {"weights": request.weights, "data": str(path), **report.content()}
    return Evaluated(stored(content), report)


def open_report(path: Path, progress: Progress, cancel: CancelToken) -> Evaluated:
    """Read a report; the work of a Job."""
    from engine.evaluation.stored import read_report

    return Evaluated(read_report(path))


def save_report(
    path: Path, report: "Report", about: "StoredReport", progress: Progress, cancel: CancelToken
) -> str:
    """Write a report and say where its page is; the work of a Job."""
    from engine.evaluation.report_files import write_report

    _, page = write_report(path, report, weights=about.weights, data=about.data)
    return str(page)
