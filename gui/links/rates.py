"""Between the session and the rates in the Model dock while frames follow each other."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.pipeline.bottleneck import Given, Situation, Steady, why_slow
from engine.sources.source import is_url
from gui.controllers.live import LiveInfo
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.pipeline.meter import Rates


class RatesLink(QObject):
    """Shows what was measured, what is taken of the machine, and why it is slow."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._since, self._steady = time.monotonic(), Steady()
        window.rates.set_plotted(session.store.now.plotted)
        window.rates.plot_chosen.connect(self._on_plotted)
        window.plots.ready.connect(window.rates.allow_plot)
        session.live.opened.connect(self._on_opened)
        session.live.rates_changed.connect(self._on_rates)
        session.live.playing_changed.connect(self._begin)
        session.weights.loaded_changed.connect(self._begin)
        session.weights.unloaded.connect(self._begin)
        session.mode_changed.connect(self._on_mode)

    @Slot(str)
    def _on_mode(self, mode: str) -> None:
        self._window.make_room_for_rates(mode == CanvasMode.LIVE)

    @Slot(str)
    def _on_plotted(self, key: str) -> None:
        self._session.store.change(plotted=key)

    @Slot()
    def _on_opened(self) -> None:
        self._window.rates.clear()
        self._window.plots.load()
        self._begin()

    @Slot()
    def _begin(self) -> None:
        """Something else is at work from now on."""
        self._since, self._steady = time.monotonic(), Steady()

    @Slot(object)
    def _on_rates(self, rates: "Rates") -> None:
        live, panel = self._session.live, self._window.rates
        following, info, shot = live.following, live.info, live.shot
        if following is None or info is None or shot is None:
            return
        pipeline = shot.pipeline
        device = ""
        if pipeline is not None:
            device = f"{pipeline.backend_name}, {pipeline.device_id}"
        panel.set_live(rates.infer_fps, rates.capture_fps, rates.display_fps, rates.delay_ms)
        panel.set_stages(rates.times_ms, rates.dropped, rates.lost)
        panel.set_machine(device, following.usage)
        now = Situation(
            rates,
            following.usage,
            wanted_fps=info.fps * following.transport.speed if info.fps else None,
            given=given_by(info),
            is_on_gpu=pipeline is not None and pipeline.device_id != "cpu",
            frame_hw=shot.frame.size_hw,
            seconds=time.monotonic() - self._since,
        )
        panel.set_hint(self._steady.settle(why_slow(now)))


def given_by(info: LiveInfo) -> Given:
    """Where the frames of what is open come from."""
    if info.count is not None:
        return Given.FILE
    if isinstance(info.what, int):
        return Given.CAMERA
    if isinstance(info.what, str):
        return Given.ADDRESS if is_url(info.what) else Given.FILE
    return Given.SCREEN if info.fps else Given.FOLDER
