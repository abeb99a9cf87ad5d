"""Between the session and the Count panel."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from engine.counters import Counter, Counting
from engine.values import Polygon, Polyline, Prediction
from gui.counting.panel import LINE, CountingPanel
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session
from gui.tools import registry as tools
from gui.tools.two_points import TwoPointTool
from models.task import Task

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult


class CountingLink(QObject):
    """The lines and zones are drawn on the canvas, and named and counted in the panel."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._counting = session.asking.counting
        self._sketch = window.canvas.sketch
        self._removed: Counter | None = None
        self._since, self._has_tallies = 0, False
        panel = self.panel = CountingPanel()
        panel.draw_requested.connect(self._on_draw)
        # Queued: the row is still in the middle of being edited.
        panel.renamed.connect(self._on_renamed, Qt.ConnectionType.QueuedConnection)
        panel.remove_requested.connect(self._on_remove)
        panel.at_chosen.connect(self._counting.set_at)
        panel.reset_requested.connect(self._counting.reset)
        self._sketch.drawn.connect(self._on_drawn)
        self._sketch.ended.connect(self._on_sketched)
        self._sketch.message.connect(window.say)
        self._counting.changed.connect(self._on_counting)
        session.live.shown.connect(self._on_shot)
        session.mode_changed.connect(self._on_mode)
        for changed in (
            session.weights.loaded_changed,
            session.weights.unloaded,
            session.store.changed,
        ):
            changed.connect(self._show_state)
        self._on_counting(self._counting.now)
        if session.live.shot is not None:
            self._on_shot(session.live.shot)

    # Drawing

    @Slot(str)
    def _on_draw(self, kind: str) -> None:
        self._sketch.end()
        if not kind:
            return
        if kind == LINE:
            self._sketch.begin(TwoPointTool())
            text = self.tr("Click two points, or drag: what goes over this line is counted.")
        else:
            self._sketch.begin(tools.get("polygon").build())
            text = self.tr("Click the corners of the zone, Enter closes it. Esc gives up.")
        self.panel.set_drawing(kind)
        self._window.say(text)

    @Slot(object)
    def _on_drawn(self, region: Polyline | Polygon) -> None:
        name = self.tr("line") if isinstance(region, Polyline) else self.tr("zone")
        points = tuple((round(x, 1), round(y, 1)) for x, y in region.points_xy.tolist())
        self._counting.add(points, name)

    @Slot()
    def _on_sketched(self) -> None:
        self.panel.set_drawing("")

    @Slot(object, str)
    def _on_renamed(self, counter: Counter, name: str) -> None:
        self._counting.rename(counter, name)
        self._on_counting(self._counting.now)  # Also where the name is none.

    @Slot(object)
    def _on_remove(self, counter: Counter) -> None:
        self._removed = counter
        self._counting.remove(counter)
        self._window.notice.show_note(
            self.tr("{0} counts no more.").format(counter.name),
            button=self.tr("Bring it back"),
            act=self._bring_back,
        )

    def _bring_back(self) -> None:
        if self._removed is not None:
            self._counting.add(self._removed.points, self._removed.name)

    # What is counted

    @Slot(object)
    def _on_counting(self, counting: Counting) -> None:
        self.panel.set_counting(counting)
        self._has_tallies = False
        shot = self._session.live.shot
        if shot is not None and shot.counted is not None:
            self._show_tallies(shot.counted)
        self._show_state()

    @Slot(str)
    def _on_mode(self, mode: str) -> None:
        if mode != CanvasMode.LIVE:
            self._sketch.end()
        self._show_state()

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        self._has_tallies = shot.counted is not None
        if shot.counted is not None and self.panel.isVisible():
            self._show_tallies(shot.counted)
            self._show_state()

    def _show_tallies(self, prediction: Prediction) -> None:
        names = {label.id: label.name for label in prediction.labels}
        self._since = max(tally.since for tally in prediction.tallies)
        self._has_tallies = True
        self.panel.set_tallies(prediction.tallies, names)

    @Slot()
    def _show_state(self) -> None:
        is_live = self._session.mode is CanvasMode.LIVE
        self.panel.set_state(is_live=is_live, hint=self._hint(is_live=is_live))

    def _hint(self, *, is_live: bool) -> str:
        """Why nothing is counted, or since when."""
        loaded = self._session.weights.loaded
        if not is_live:
            return self.tr("Open a video or a camera: what a detector finds there is counted.")
        is_detector = loaded is not None and loaded.task in (Task.DETECTION, Task.INSTANCE)
        if not (is_detector or self._has_tallies):
            return self.tr("Load a model that finds objects: only they are counted.")
        if not (self._session.store.now.live or self._has_tallies):
            return self.tr("Turn on Live in the Model panel: no model runs now.")
        if self._since and self._counting.now.counters:
            return self.tr("Counted since frame {0}").format(self._since)
        return ""
