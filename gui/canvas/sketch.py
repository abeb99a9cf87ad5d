"""A line or an area drawn over any frame, also a live one, that becomes no annotation."""

from PySide6.QtCore import QCoreApplication, QObject, QPointF, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.annotations.edits import Edit
from gui.canvas.view import View
from gui.canvas.viewport import Viewport
from gui.tools.registry import Tool
from gui.tools.scene import NO_SAMPLE, PointerEvent, Scene


class Sketch(QObject):
    """Lends a Tool an empty scene, and passes on the Region that it draws."""

    drawn = Signal(object)
    ended = Signal()
    message = Signal(str)

    def __init__(self, viewport: Viewport) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._tool: Tool | None = None
        self._scene = Scene()

    @property
    def is_on(self) -> bool:
        """Whether the mouse draws for whoever began this."""
        return self._tool is not None

    def begin(self, tool: Tool) -> None:
        """Draw with this Tool until it has drawn something, or Esc."""
        self._tool = tool
        self._scene = Scene(self._viewport.frame_hw or (1, 1), NO_SAMPLE)
        self._viewport.setFocus()
        self._viewport.update()

    def end(self) -> None:
        """Draw nothing more."""
        if self._tool is not None:
            self._tool = None
            self._viewport.update()
            self.ended.emit()

    def use(self, verb: str, event: PointerEvent) -> bool:
        """Take a mouse event; False if nothing is drawn here."""
        tool = self._tool
        if tool is None:
            return False
        edit = getattr(tool, verb)(event, self._scene)
        if tool.message:
            self.message.emit(QCoreApplication.translate("tools", tool.message))
        self._take(edit)
        return True

    def press_key(self, name: str) -> bool:
        """Pass a key to the Tool; Esc ends it before its first point."""
        if self._tool is None or not self.wants(name):
            return False
        if self._tool.wants(name, self._scene):
            self._take(self._tool.key(name, self._scene))
        else:
            self.end()
        return True

    def wants(self, name: str) -> bool:
        """Whether this key belongs here now."""
        tool = self._tool
        return tool is not None and (name == "escape" or tool.wants(name, self._scene))

    def paint(self, painter: QPainter, view: View, density: float) -> None:
        """What is drawn so far, in screen pixels."""
        if self._tool is None:
            return
        points = [QPointF(*view.to_screen(x, y)) for x, y in self._tool.preview.path]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((QColor(25, 25, 25, 160), 5.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(QPen(color, width * density))
            painter.drawPolyline(QPolygonF(points))
            for point in points:
                painter.drawEllipse(point, 2 * density, 2 * density)

    def _take(self, edit: Edit | None) -> None:
        if edit is not None:
            region = edit(NO_SAMPLE).annotations[-1].region
            self.end()
            self.drawn.emit(region)
        self._viewport.update()
