"""Looks at the window while it shows a live source: when, how late, and what it took."""

import statistics
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.meter import Rates
    from gui.app import App


class Probe(QObject):
    """When each predicted frame was shown, how late, and what the stages took meanwhile."""

    def __init__(self, app: "App") -> None:
        super().__init__()
        self._times: list[float] = []
        self._told: list[dict[str, float]] = []
        self._paints: list[float] = []
        self._delays: list[float] = []
        self._captured_at: float | None = None
        self._window, self._live = app.window, app.session.live
        self._window.installEventFilter(self)
        self._live.shown.connect(self._on_shot)
        self._live.rates_changed.connect(self._on_rates)

    def stop(self) -> None:
        """Look no more."""
        self._window.removeEventFilter(self)
        self._live.shown.disconnect(self._on_shot)
        self._live.rates_changed.disconnect(self._on_rates)

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return self._times[-1] - self._times[0] if self._times else 0.0

    @property
    def rate(self) -> float:
        """Frames a second."""
        return (len(self._times) - 1) / self.seconds

    @property
    def delay_ms(self) -> float:
        """The median from a frame's capture until the window was painted with it."""
        return 1000 * statistics.median(self._delays)

    @property
    def stages(self) -> dict[str, float]:
        """The median of what the meter told of each stage; of painting, all of it by frame."""
        names = {name for told in self._told for name in told}
        found = {
            name: statistics.median(told[name] for told in self._told if name in told)
            for name in names
        }
        found["set"] = found.pop("display", 0.0)
        found["paint"] = 1000 * sum(self._paints) / max(len(self._times), 1)
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Time the window's update, in which everything that changed is painted."""
        if event.type() is not QEvent.Type.UpdateRequest:
            return False
        start = time.perf_counter()
        watched.event(event)
        if self._times:
            self._paints.append(time.perf_counter() - start)
        if self._captured_at is not None:
            self._delays.append(time.perf_counter() - self._captured_at)
            self._captured_at = None
        return True

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        if shot.prediction is not None:
            self._times.append(time.perf_counter())
            self._captured_at = shot.captured_at

    @Slot(object)
    def _on_rates(self, rates: "Rates") -> None:
        if self._times:
            self._told.append(dict(rates.times_ms))
