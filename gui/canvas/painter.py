"""All that lies still while the mouse moves: frame, overlays, and how two of them share it."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTextOption

from engine.painting.both import bottom_first
from engine.painting.tone import PLAIN, Tone
from engine.values import Label, Prediction
from gui.canvas.deep_layer import DeepLayer
from gui.canvas.film_layer import FilmLayer
from gui.canvas.frame_layer import Buffers, FrameLayer, Pixels
from gui.canvas.items import Color, OverlayContent, picture_of_prediction, picture_of_scene
from gui.canvas.overlay import Overlay
from gui.canvas.pixel_grid import draw_pixel_grid
from gui.canvas.sheet import Sheet
from gui.canvas.view import View
from gui.tools.scene import Scene

GRIP = 9.0
PLATE = (235, 235, 235)


class CanvasPainter:
    """Paints the frame and what belongs to it through a View, in screen pixels."""

    def __init__(self) -> None:
        self.overlay = Overlay()
        self._sides: tuple[Overlay, Overlay] | None = None
        self._spare: dict[int, Overlay] = {}
        self._names = ("", "")
        self._is_turned = False
        """Whether the second of the sides lies below the first."""
        self.film: FilmLayer | None = None
        self.sheet: Sheet | None = None
        self.split = 0.5
        self.is_over = False
        self.density = 1.0
        self.is_bare = False
        self.colored_by = "label"
        self._tone = PLAIN
        self._layer: FrameLayer | None = None
        self._deep: DeepLayer | None = None
        self._shown: tuple[View, tuple[int, int]] | None = None
        self._pixels: Pixels | None = None
        self._buffers = Buffers()

    @property
    def size_hw(self) -> tuple[int, int] | None:
        """The frame's size, if there is a frame."""
        return None if self._layer is None else self._layer.size_hw

    def set_frame(
        self, pixels: Pixels | None, *, size_hw: tuple[int, int] | None, is_live: bool = False
    ) -> None:
        """Show this frame; pixels are used as they are, not copied."""
        self._pixels = None
        self._layer = self._deep = None
        if pixels is not None:
            self._layer = FrameLayer(pixels, size_hw=size_hw, is_live=is_live)

    def set_deep(self, values: NDArray[Any]) -> None:
        """What the shown frame holds in more than 8 bits, for the window of the Tone."""
        self._deep, self._pixels = DeepLayer(values), None

    @property
    def deep_values(self) -> NDArray[Any] | None:
        """The same, where it is known."""
        return None if self._deep is None else self._deep.pixels

    def _rendered(self, view: View, screen_wh: tuple[int, int], buffers: Buffers) -> Pixels:
        """The frame in its tone."""
        layer = self._deep if self._tone.window is not None and self._deep else self._layer
        assert layer is not None
        return layer.render(view, screen_wh, buffers, self._tone)

    def set_tone(self, tone: Tone) -> None:
        """How bright the frame is shown, and which of its channels."""
        self._tone, self._pixels = tone, None

    def thumbnail(self, width: int, height: int) -> QImage:
        """The frame in its tone, this large."""
        kind = QImage.Format.Format_RGB32
        if self._layer is None:
            return QImage(width, height, kind)
        view = View(width / self._layer.size_hw[1])
        pixels = self._rendered(view, (width, height), Buffers())
        return QImage(pixels.data, width, height, width * 4, kind).copy()

    def set_density(self, density: float) -> None:
        """Pixels of the screen per unit of the window system."""
        if density != self.density:
            self.density = density
            for overlay in (self.overlay, *(self._sides or ())):
                overlay.set_density(density)

    def set_sides(self, left: Prediction | None, right: Prediction | None) -> None:
        """Let these share the frame; without `left`, what is shown now is the left side."""
        self._sides = None
        if right is not None:
            first = self.overlay if left is None else self._overlay_of(left, 0)
            self._sides = (first, self._overlay_of(right, 1))
            self._names = (left.origin if left else "", right.origin)
            self._is_turned = left is not None and bottom_first(left, right)[0] is right

    def _overlay_of(self, prediction: Prediction, number: int) -> Overlay:
        """An Overlay of its own for one side, made once."""
        overlay = self._spare.setdefault(number, Overlay())
        overlay.set_density(self.density)
        overlay.set_opacity(self.overlay.opacity)
        overlay.set_picture(picture_of_prediction(prediction, colored_by=self.colored_by))
        return overlay

    @property
    def is_stretched(self) -> bool:
        """Whether what was painted last is to be painted exactly once the view rests."""
        return any(o.is_stretched for o in (self.overlay, *(self._sides or ())))

    def settle(self) -> None:
        """The view rests."""
        for overlay in (self.overlay, *(self._sides or ())):
            overlay.settle()

    def set_opacity(self, opacity: float) -> None:
        """How much of the frame the masks hide, 0..1."""
        for overlay in (self.overlay, *(self._sides or ())):
            overlay.set_opacity(opacity)

    def show_scene(self, scene: Scene, labels: Sequence[Label]) -> dict[str, Color]:
        """Lay the Sample's objects over the frame; the color of each by its id."""
        picture = picture_of_scene(scene, labels, colored_by=self.colored_by)
        self.overlay.set_picture(picture)
        return {item.id: item.color for item in picture.items}

    def show_prediction(self, prediction: Prediction) -> None:
        """Lay what a model says over the frame."""
        self.overlay.set_picture(picture_of_prediction(prediction, colored_by=self.colored_by))

    def clear(self, size_hw: tuple[int, int]) -> None:
        """Nothing over the frame."""
        self.overlay.set_picture(OverlayContent(size_hw))
        self._sides = None

    def is_on_split(self, x: float, screen_wh: tuple[int, int]) -> bool:
        """Whether a screen position is close enough to take the split line."""
        is_near = abs(x - self.split * screen_wh[0]) < GRIP * self.density
        return self._sides is not None and not self.is_over and is_near

    @property
    def is_comparing(self) -> bool:
        """Whether two Predictions share the frame."""
        return self._sides is not None

    def paint(self, painter: QPainter, view: View, screen_wh: tuple[int, int], part: QRect) -> None:
        """Paint this part of the screen."""
        if self._layer is None:
            return
        if self._pixels is None or self._shown != (view, screen_wh):
            self._pixels = self._rendered(view, screen_wh, self._buffers)
            self._shown = (view, screen_wh)
        width, height = screen_wh
        kind = QImage.Format.Format_RGB32
        painter.drawImage(part, QImage(self._pixels.data, width, height, width * 4, kind), part)
        if self.is_bare:
            return
        draw_pixel_grid(painter, view, self._layer.size_hw, screen_wh)
        if self._sides is not None:
            paint_both = self._paint_over if self.is_over else self._paint_beside
            paint_both(painter, view, screen_wh, part)
            return
        if self.film is not None:
            self.film.draw(painter, view, self._layer.size_hw, screen_wh, part)
        elif self.sheet is None or self.sheet.drawing.shows_objects:
            self.overlay.draw(painter, view, screen_wh, part)
        if self.sheet is not None:
            self.sheet.draw(painter, view, screen_wh, self.density)

    def _paint_over(
        self, painter: QPainter, view: View, screen_wh: tuple[int, int], part: QRect
    ) -> None:
        """One over the other, and their names from the upper one down."""
        pairs = list(zip(self._sides or (), self._names, strict=True))
        if self._is_turned:
            pairs.reverse()
        for overlay, _ in pairs:
            overlay.draw(painter, view, screen_wh, part)
        gap = y = round(8 * self.density)
        for _, name in reversed(pairs):
            if name:
                plate = self.overlay.captions.plate(name, PLATE)
                painter.drawPixmap(gap, y, plate)
                y += plate.height() + gap // 2

    def _paint_beside(
        self, painter: QPainter, view: View, screen_wh: tuple[int, int], part: QRect
    ) -> None:
        """The one left of the line, the other right of it."""
        middle = round(self.split * screen_wh[0])
        whole = QRect(0, 0, *screen_wh)
        areas = (whole.adjusted(0, 0, middle - whole.width(), 0), whole.adjusted(middle, 0, 0, 0))
        for overlay, side in zip(self._sides or (), areas, strict=True):
            piece = part.intersected(side)
            if not piece.isEmpty():
                painter.save()
                painter.setClipRect(piece)
                overlay.draw(painter, view, screen_wh, piece)
                painter.restore()
        self._paint_split(painter, middle, screen_wh)

    def _paint_split(self, painter: QPainter, middle: int, screen_wh: tuple[int, int]) -> None:
        """The line, its grip, and the names of both sides."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((QColor(0, 0, 0, 160), 4.0), (QColor(255, 255, 255), 1.5)):
            painter.setPen(QPen(color, width * self.density))
            painter.drawLine(QPointF(middle, 0), QPointF(middle, screen_wh[1]))
        size = GRIP * self.density
        painter.setBrush(QColor(255, 255, 255))
        painter.setPen(QPen(QColor(0, 0, 0, 160), self.density))
        painter.drawEllipse(QPointF(middle, screen_wh[1] / 2), size, size)
        painter.setPen(QPen(QColor(40, 40, 40), 1.5 * self.density))
        for side in (-1, 1):
            tip = QPointF(middle + side * size * 0.65, screen_wh[1] / 2)
            for up in (-1, 1):
                painter.drawLine(tip, tip + QPointF(-side * size * 0.3, up * size * 0.3))
        captions = self.overlay.captions
        gap = round(8 * self.density)
        for name, is_left in zip(self._names, (True, False), strict=True):
            if name:
                plate = captions.plate(name, PLATE)
                x = middle - gap - plate.width() if is_left else middle + gap
                painter.drawPixmap(x, gap, plate)


def paint_hint(painter: QPainter, text: str, rect: QRect) -> None:
    """A calm sentence in the middle of an empty canvas."""
    font = painter.font()
    font.setPixelSize(15)
    painter.setFont(font)
    painter.setPen(QColor(150, 150, 150))
    option = QTextOption(Qt.AlignmentFlag.AlignCenter)
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    painter.drawText(QRectF(rect).adjusted(24, 24, -24, -24), text, option)
