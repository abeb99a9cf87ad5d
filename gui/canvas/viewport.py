"""A widget that looks at a frame through a View: zoom, pan, and which pixels to paint again."""

from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.values import Box
from gui.canvas.view import ZOOM_STEP, Area, View, fitted

BOX_SHARE = 0.4
"""How much of the window a box takes that is shown."""
MOST_MAGNIFIED = 8.0


class Viewport(QWidget):
    """Knows where the frame is on the screen; what is painted there is the Canvas's matter."""

    zoom_changed = Signal(float)
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = View()
        self._frame_hw: tuple[int, int] | None = None
        self._is_fitted = True

    @property
    def view(self) -> View:
        """Where the frame is on the screen."""
        return self._view

    @property
    def frame_hw(self) -> tuple[int, int] | None:
        """The frame's size, if there is a frame."""
        return self._frame_hw

    def set_frame_size(self, size_hw: tuple[int, int] | None) -> None:
        """There is a frame of this size now; one of another size is fitted."""
        if size_hw != self._frame_hw:
            self._frame_hw = size_hw
            self.fit()

    @property
    def zoom(self) -> float:
        """Screen pixels per frame pixel."""
        return self._view.scale

    def fit(self) -> None:
        """Show the whole frame, and keep doing so when the window changes."""
        self._is_fitted = True
        if self._frame_hw is not None:
            self._set_view(fitted(self._frame_hw, self.screen_wh))

    @property
    def is_fitted(self) -> bool:
        """Whether the whole frame shows, and goes on doing so."""
        return self._is_fitted

    def look(self, view: View) -> None:
        """Show the frame this way; a view that leaves it is brought back."""
        self._is_fitted = False
        self._set_view(view)

    def zoom_to(self, scale: float) -> None:
        """Show the middle of the window at this scale; 1 is 100 %."""
        width, height = self.screen_wh
        self._is_fitted = False
        self._set_view(self._view.at_scale(scale, width / 2, height / 2))

    def centre_on(self, x: float, y: float) -> None:
        """Bring a point of the frame into the middle of the window."""
        width, height = self.screen_wh
        scale = self._view.scale
        self._is_fitted = False
        self._set_view(View(scale, round(width / 2 - x * scale), round(height / 2 - y * scale)))

    def zoom_step(self, count: int) -> None:
        """So many steps closer; the middle of the window stays there."""
        self.zoom_at(ZOOM_STEP**count, QPointF(self.rect().center()))

    def show_box(self, box: Box) -> None:
        """Bring a part of the frame into the middle, so large that it and its surroundings show."""
        if self._frame_hw is None:
            return
        width, height = self.screen_wh
        whole = fitted(self._frame_hw, self.screen_wh).scale
        room = BOX_SHARE * min(width / (box.x2 - box.x1), height / (box.y2 - box.y1))
        scale = max(min(room, MOST_MAGNIFIED * self.devicePixelRatioF()), whole)
        x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
        self._is_fitted = False
        self._set_view(View(scale, width / 2 - x * scale, height / 2 - y * scale))

    def zoom_at(self, factor: float, position: QPointF) -> None:
        """Zoom; what is under this position stays there."""
        if self._frame_hw is None:
            return
        x, y = self.on_screen(position)
        self._is_fitted = False
        self._set_view(self._view.zoomed(factor, x, y))

    def pan(self, by: QPointF) -> None:
        """Move the frame with the mouse."""
        self._is_fitted = False
        self._set_view(self._view.moved(*self.on_screen(by)))

    def to_frame(self, position: QPointF) -> tuple[float, float]:
        """Position in the widget -> point in the frame."""
        return self._view.to_frame(*self.on_screen(position))

    def reach(self, distance: float) -> float:
        """A distance in the widget, in frame pixels."""
        return distance * self.devicePixelRatioF() / self._view.scale

    def update_area(self, area: Area | None) -> None:
        """Paint this part of the screen again."""
        if area is not None:
            density = self.devicePixelRatioF()
            x, y = int(area.x / density) - 1, int(area.y / density) - 1
            self.update(x, y, int(area.width / density) + 4, int(area.height / density) + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted frame fitted."""
        if self._is_fitted:
            self.fit()
        else:
            self._set_view(self._view)

    @property
    def screen_wh(self) -> tuple[int, int]:
        """The widget's size in pixels of the screen."""
        density = self.devicePixelRatioF()
        return max(round(self.width() * density), 1), max(round(self.height() * density), 1)

    def on_screen(self, position: QPointF) -> tuple[float, float]:
        """Position in the widget -> pixel of the screen."""
        density = self.devicePixelRatioF()
        return position.x() * density, position.y() * density

    def part_on_screen(self, rect: QRect) -> QRect:
        """A part of the widget in pixels of the screen."""
        density = self.devicePixelRatioF()
        x, y = int(rect.x() * density), int(rect.y() * density)
        right, bottom = rect.x() + rect.width(), rect.y() + rect.height()
        part = QRect(x, y, round(right * density + 0.5) - x, round(bottom * density + 0.5) - y)
        return part.intersected(QRect(0, 0, *self.screen_wh))

    @property
    def frame_part(self) -> QRect:
        """The part of the widget in which the frame lies."""
        height, width = self._frame_hw or (0, 0)
        area = self._view.area_on_screen(Area(0, 0, width, height))
        density = self.devicePixelRatioF()
        part = QRectF(
            area.x / density, area.y / density, area.width / density, area.height / density
        )
        return part.toAlignedRect().intersected(self.rect())

    def _set_view(self, view: View) -> None:
        view = view.kept_visible(self._frame_hw or (1, 1), self.screen_wh)
        if view.scale != self._view.scale:
            self.zoom_changed.emit(view.scale)
        is_other = view != self._view
        self._view = view
        self.update()
        if is_other:
            self.view_changed.emit()
