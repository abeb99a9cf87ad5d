"""The brush and the fill are as they were the last time."""

from PySide6.QtCore import QObject, QTimer, Slot

from gui.main_window import MainWindow
from gui.session.session import Session

DELAY_MS = 1000


class BrushLink(QObject):
    """Between the canvas, which keeps what its tools work with, and the settings."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._store, self._canvas = session.store, window.canvas
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.note)
        now = session.store.now
        window.canvas.set_brush(
            now.brush_radius, keeps_others=now.keeps_others, is_square=now.is_square
        )
        window.canvas.set_tolerance(now.fill_tolerance)
        window.tool_options.set_brush(now.brush_radius, keeps_others=now.keeps_others)
        window.tool_options.brush.set_ways(is_square=now.is_square, paints_inside=False)
        window.tool_options.set_tolerance(now.fill_tolerance)
        window.canvas.brush_changed.connect(self._on_changed)
        window.tool_options.brush.ways_requested.connect(self._on_ways)
        window.tool_options.tolerance_requested.connect(self._on_changed)
        session.at_close(self.note)

    @Slot(bool, bool)
    def _on_ways(self, is_square: bool, paints_inside: bool) -> None:
        radius = self._canvas.scene.radius
        self._canvas.set_brush(radius, is_square=is_square, paints_inside=paints_inside)

    @Slot()
    def _on_changed(self) -> None:
        self._timer.start()

    @Slot()
    def note(self) -> None:
        """Keep what the tools work with now."""
        self._timer.stop()
        scene = self._canvas.scene
        self._store.change(
            brush_radius=scene.radius,
            keeps_others=scene.keeps_others,
            is_square=scene.is_square,
            fill_tolerance=scene.tolerance,
        )
