"""Below the groove: which frames of the video were worked on, and where the track in hand is."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.values import SampleState
from gui.panels.filmstrip import state_color, state_text
from gui.panels.groove import Groove
from gui.theme import ThemeColors

if TYPE_CHECKING:
    from engine.project.tracks import TrackPlaces

STATES, TRACK = 5, 11
"""The heights of the two rows."""
NARROWEST, KEY = 3, 4
REACH = 6
"""Pixels from the mouse to a mark that it means."""


class FrameRows(QWidget):
    """A bar for each frame with a Sample, in the colour of its state; under them the track: its
    keyframes, what is interpolated and accepted, what waits, and gaps. A click asks for the nearest
    frame."""

    frame_requested = Signal(int)

    def __init__(self, groove: Groove, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groove = groove
        self._states: Mapping[int, SampleState] = {}
        self._places: TrackPlaces | None = None
        self._colors: ThemeColors | None = None
        self.setFixedHeight(STATES + TRACK)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Frames of the video that were worked on"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        self.update()

    def set_states(self, states: Mapping[int, SampleState]) -> None:
        """The states of the frames that have a Sample, by their indexes."""
        self._states = states
        self.update()

    def set_track(self, places: "TrackPlaces | None") -> None:
        """Where the track in hand is; None without one."""
        self._places = places
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw both rows."""
        if self._colors is not None:
            with QPainter(self) as painter:
                self._paint(painter, self._colors)

    def _paint(self, painter: QPainter, colors: ThemeColors) -> None:
        for index, state in sorted(self._states.items()):
            bar = QRectF(self._left(index), 0, self._wide(index), STATES - 1)
            is_new = state is SampleState.NEW  # Else its bar would not be seen.
            color = QColor(colors.faint) if is_new else state_color(state, colors)
            painter.fillRect(bar, color)
        if self._places is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_track(painter, self._places, colors)

    def _draw_track(self, painter: QPainter, places: "TrackPlaces", colors: ThemeColors) -> None:
        middle, accent = STATES + TRACK / 2, QColor(colors.accent)
        painter.setPen(QPen(QColor(colors.faint), 1, Qt.PenStyle.DotLine))
        for first, last in pairwise(places.keys):
            ends = QPointF(self._x(first), middle), QPointF(self._x(last), middle)
            painter.drawLine(*ends)
        for indexes, color in (
            (places.interpolated, accent),
            (places.waiting, QColor(colors.warning)),
        ):
            for first, last in runs(indexes):
                wide = self._left(last) + self._wide(last) - self._left(first)
                painter.fillRect(QRectF(self._left(first), middle - 1.5, wide, 3), color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.text))
        for index in places.keys:
            x = self._x(index)
            corners = ((x, middle - KEY), (x + KEY, middle), (x, middle + KEY), (x - KEY, middle))
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a button went down: the nearest mark is meant, else the frame there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.frame_requested.emit(self.index_at(event.position().x()))

    def index_at(self, x: float) -> int:
        """Which frame is meant: one with a mark near by, keyframes first."""
        keys = self._places.keys if self._places is not None else ()
        for indexes in (keys, tuple(self._states)):
            near = min(indexes, key=lambda index: abs(self._x(index) - x), default=None)
            if near is not None and abs(self._x(near) - x) <= REACH:
                return near
        return self._groove.index_at(round(x))

    def event(self, event: QEvent) -> bool:
        """Qt: the tool tip says what is in a frame."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._told(self.index_at(event.pos().x())), self)
            return True
        return super().event(event)

    def _told(self, index: int) -> str:
        lines = [self.tr("Frame {0}").format(index)]
        lines += [state_text(self._states[index])] if index in self._states else []
        if (places := self._places) is not None:
            kinds = (
                (places.keys, self.tr("keyframe of track {0}")),
                (places.interpolated, self.tr("track {0}, interpolated")),
                (places.waiting, self.tr("track {0}: waits to be accepted")),
            )
            lines += [text.format(places.track) for indexes, text in kinds if index in indexes]
        return "\n".join(lines)

    def _x(self, index: int) -> float:
        return self._groove.x_of(index) + 0.5

    def _left(self, index: int) -> float:
        return self._x(index) - self._wide(index) / 2

    def _wide(self, index: int) -> float:
        """As wide as a frame is, but to be seen."""
        return max(NARROWEST, self._groove.x_of(index + 1) - self._groove.x_of(index))


def runs(indexes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Indexes that follow one another, as their first and last."""
    found: list[tuple[int, int]] = []
    for index in indexes:
        if found and found[-1][1] == index - 1:
            found[-1] = found[-1][0], index
        else:
            found.append((index, index))
    return found
