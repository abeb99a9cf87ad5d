"""Measures Smart click: how long an outline takes, and how long the window stands still for it."""

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gui.bench.application import opened_app, settle, show, wait_for

if TYPE_CHECKING:
    from gui.app import App

OBJECTS, CLICKS = 8, 4
"""On the first picture are so many objects outlined, each with so many clicks."""


def measure(folder: Path, asker: str = "click_lite0") -> dict[str, float]:
    """Milliseconds: of an answer, from the click until its outline is painted; until a picture not
    seen ahead can be asked about; and the longest time in which the window handles no event: while
    the network is loaded, with all it needs, and from then on to the last answer."""
    with opened_app() as app:
        app.store.change(live=False, asker=asker)
        show(app)
        app.desk.open_paths([str(folder)])
        wait_for(lambda: app.session.annotations.sample is not None)
        settle(app)
        watch = _Watch(app)
        app.window.canvas.set_tool("smart")
        wait_for(lambda: watch.seen > 0)
        loading = watch.longest()
        times = [_click(app, watch, number) for number in range(OBJECTS * CLICKS)]
        longest = watch.longest()
        settle(app)
        return {
            "click.answer": statistics.median(times),
            "click.look": _look(app, watch),
            "click.longest_turn": longest,
            "click.longest_turn_loading": loading,
        }


def _click(app: "App", watch: "_Watch", number: int) -> float:
    """Click somewhere, and begin another object after a few clicks."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtTest import QTest

    canvas = app.window.canvas
    height, width = canvas.scene.size_hw
    if number and number % CLICKS == 0:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    x, y = (0.1 + 0.8 * (number * step % 1.0) for step in (0.618, 0.381))
    at = QPointF(*canvas.view.to_screen(x * width, y * height)) / canvas.devicePixelRatioF()
    answered, begin = watch.answered, time.perf_counter()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at.toPoint())
    wait_for(lambda: watch.answered > answered)
    canvas.repaint()
    return (time.perf_counter() - begin) * 1000


def _look(app: "App", watch: "_Watch") -> float:
    """The last picture is none that was seen ahead; the time for decoding it does not count."""
    frames = app.session.frames
    seen, last = watch.seen, len(frames.ids) - 1
    frames.go(last)
    wait_for(lambda: frames.frame is not None)
    begin = time.perf_counter()
    wait_for(lambda: watch.seen > seen)
    return (time.perf_counter() - begin) * 1000


class _Watch:
    """Counts what the link tells, and notes the longest time between two beats of a timer."""

    def __init__(self, app: "App") -> None:
        from PySide6.QtCore import Qt, QTimer

        self.seen = self.answered = 0
        self._longest, self._last = 0.0, time.perf_counter()
        app.click.controller.seen.connect(self._on_seen)
        app.click.controller.answered.connect(self._on_answered)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def longest(self) -> float:
        """The longest time without a beat since it was asked last, in ms."""
        self._beat()
        longest, self._longest = self._longest, 0.0
        return longest * 1000

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest, self._last = max(self._longest, now - self._last), now

    def _on_seen(self, frame: object) -> None:
        self.seen += 1

    def _on_answered(self, question: object, answer: object) -> None:
        self.answered += 1
