"""Between the canvas and the status bar: what is under the mouse."""

import numpy as np
from PySide6.QtCore import QObject, QPointF, Slot
from PySide6.QtGui import QCursor

from gui.main_window import MainWindow
from gui.session.session import Session
from gui.tools.hits import hits
from gui.tools.scene import PointerEvent


class ReadoutLink(QObject):
    """Says which pixel is there, its color in the file, and what it belongs to."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._canvas, self._readout = window.canvas, window.readout
        self._canvas.cursor_moved.connect(self._on_cursor)
        self._canvas.view_changed.connect(self._look_again)
        session.shown.changed.connect(self._look_again)
        session.annotations.sample_changed.connect(self._look_again)

    @Slot()
    def _look_again(self) -> None:
        """Under a mouse that rests, something else may lie now."""
        if self._canvas.underMouse():
            place = self._canvas.mapFromGlobal(QPointF(QCursor.pos()))
            self._on_cursor(*self._canvas.to_frame(place))

    @Slot(float, float)
    def _on_cursor(self, x: float, y: float) -> None:
        scene = self._canvas.scene
        height, width = scene.size_hw
        if not (0 <= x < width and 0 <= y < height):
            self._readout.clear()
            return
        self._readout.set_position(int(x), int(y))
        color = None
        if scene.pixels is not None:
            red, green, blue = scene.pixels[int(y), int(x)].tolist()
            color = red, green, blue
        deep = self._canvas.deep_values
        self._readout.set_color(
            color, () if deep is None else np.ravel(deep[int(y), int(x)]).tolist()
        )
        at = PointerEvent(x, y, tolerance=0)
        under = hits(at, scene, with_locked=True) if self._canvas.is_editable else []
        names = {label.id: label.name for label in self._session.shown_labels}
        name = names.get(under[0].label_id, self.tr("ignored")) if under else ""
        self._readout.set_label(name)
