"""The running Job in the status bar: text, progress and a button to cancel it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gui.jobs import Job, Jobs


class JobsBar(QWidget):
    """Shows the Job with a text that started last; others wait their turn."""

    busy_changed = Signal(bool)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[Job] = []
        self._label = QLabel()
        self._bar = QProgressBar()
        self._bar.setMinimumWidth(64)
        self._bar.setMaximumWidth(160)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("small")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        for widget in (self._label, self._bar, self._cancel):
            row.addWidget(widget)
        self._cancel.clicked.connect(self._on_cancel)
        jobs.started.connect(self._on_started)
        self.hide()

    @Slot(object)
    def _on_started(self, job: Job) -> None:
        if not job.text:
            return
        job.progressed.connect(self._on_progress)
        job.ended.connect(self._on_ended)
        if not job.is_quiet:
            self._add(job)

    def _add(self, job: Job) -> None:
        self._shown.append(job)
        self._bar.setRange(0, 0)
        self._show()

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, text: str) -> None:
        job = self.sender()
        if isinstance(job, Job) and job not in self._shown:
            self._add(job)
        if self._shown and job is self._shown[-1]:
            self._bar.setRange(0, total)
            self._bar.setValue(done)
            self._bar.setFormat(f"{done} / {total}" if total else "")
            self._bar.setToolTip(text)

    @Slot()
    def _on_ended(self) -> None:
        job = self.sender()
        if job not in self._shown:
            return  # A quiet one that was fast.
        self._shown = [shown for shown in self._shown if shown is not job]
        self._bar.setRange(0, 0)
        self._show()

    def _show(self) -> None:
        if self._shown:
            others = len(self._shown) - 1
            more = self.tr("  (+{0} more)").format(others) if others else ""
            self._label.setText(self._shown[-1].text + more)
        self.setVisible(bool(self._shown))
        self.busy_changed.emit(bool(self._shown))

    @Slot()
    def _on_cancel(self) -> None:
        if self._shown:
            self._shown[-1].cancel()
