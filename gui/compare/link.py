"""Between the session and the Compare models panel."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.compare.measuring import MeasureController, MeasureRequest
from gui.compare.panel import ComparePanel
from gui.compare.proposing import Proposed, ProposingController
from gui.controllers.compare_job import Compared, compared_live
from gui.dialogs import choose
from gui.main_window import MainWindow
from gui.panels.stages import stage_text
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.meter import Rates


class CompareLink(QObject):
    """Two side by side on the canvas, and all of them in numbers."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._compare = session.compare
        self._measuring = MeasureController(session.jobs, self)
        self._proposing = ProposingController(session, self)
        self._rate = 0.0
        panel = self.panel = ComparePanel()
        panel.side_chosen.connect(self._on_side)
        panel.compare_requested.connect(self._compare.set_on)
        panel.over_chosen.connect(self._compare.set_over)
        panel.propose_requested.connect(self._proposing.propose)
        self._proposing.proposed.connect(self._on_proposed)
        self._proposing.failed.connect(window.notice.show_error)
        panel.measure_requested.connect(self._on_measure)
        panel.cancel_requested.connect(self._measuring.cancel)
        panel.browse_requested.connect(self._on_browse)
        self._compare.changed.connect(self._on_changed)
        self._compare.pair_changed.connect(self._show_choices)
        self._compare.shown.connect(self._on_compared)
        session.weights.choices_changed.connect(self._show_choices)
        session.live.shown.connect(self._on_shot)
        session.live.rates_changed.connect(self._on_rates)
        measuring = self._measuring
        measuring.running_changed.connect(panel.set_running)
        measuring.progressed.connect(panel.set_progress)
        measuring.measured.connect(panel.add_measured)
        measuring.failed.connect(window.notice.show_error)
        self._show_choices()
        self._on_changed(self._compare.is_on)

    # Side by side

    @Slot(int, str)
    def _on_side(self, side: int, key: str) -> None:
        now = self._session.store.now
        self._compare.choose(side, key, now.device, now.backend)

    @Slot()
    def _show_choices(self) -> None:
        self.panel.set_choices(self._session.weights.live_choices, self._compare.chosen)

    @Slot(bool)
    def _on_changed(self, is_on: bool) -> None:
        self.panel.set_comparing(is_on, is_over=self._compare.is_over)
        self._show_times(self._compare.both)

    @Slot(object)
    def _on_compared(self, compared: Compared | None) -> None:
        self._rate = 0.0
        self._show_times(compared)

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        compared = compared_live(shot)
        if compared is not None and self._compare.is_on:
            self._show_times(compared)

    @Slot(object)
    def _on_rates(self, rates: "Rates") -> None:
        self._rate = rates.infer_fps

    @Slot(object)
    def _on_proposed(self, proposed: Proposed) -> None:
        text = self.tr("Wait as proposals: {0}.")
        counts = (self.tr("{0} of {1}").format(count, name) for name, count in proposed.counts)
        hint = self.tr("Y accepts the selected, N rejects it. O colors them by who made them.")
        self._window.notice.show_note(text.format(", ".join(counts)), hint)

    def _show_times(self, compared: Compared | None) -> None:
        self.panel.set_proposable(self._compare.both is not None)
        if compared is None:
            is_waiting = self._compare.is_on and self._compare.pair is None
            self.panel.set_times(self.tr("The weights are being loaded…") if is_waiting else "")
            return
        pair = self._compare.pair
        names = [side.name for side in pair] if pair is not None else ["", ""]
        parts = [
            self.tr("{0}: {1:.0f} ms ({2})").format(name, sum(ms.values()), stage_text(ms))
            for name, ms in zip(names, (compared.left_ms, compared.right_ms), strict=True)
        ]
        if self._rate:
            parts.append(self.tr("both together {0:.1f} frames a second").format(self._rate))
        self.panel.set_times("\n".join(parts))

    # In numbers

    @Slot()
    def _on_browse(self) -> None:
        path = choose.list_file(self._window, str(self._session.project.root or Path.home()))
        if path:
            self.panel.set_data(path)

    @Slot(object)
    def _on_measure(self, request: MeasureRequest) -> None:
        now = self._session.store.now
        if request.device == "auto":
            request = MeasureRequest(request.weights, now.device, now.backend, request.data)
        self._measuring.start(request, self._session.shown.now.frame)
