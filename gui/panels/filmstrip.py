"""The pictures of the project in a row; any number of them, since only visible ones are painted."""

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from engine.formats.report import sample_name
from engine.values import FrameId, SampleState
from gui.controllers.thumbnails import ThumbnailsController
from gui.panels.thumbnail import paint_thumbnail
from gui.theme import ThemeColors

translate = QCoreApplication.translate

CELL, IMAGE, GAP, NAME = 104, 64, 8, 16

StateOf = Callable[[FrameId], SampleState]


class Filmstrip(QAbstractScrollArea):
    """Thumbnails with a coloured dot for their state; a click asks for that picture."""

    index_requested = Signal(int)

    def __init__(self, thumbnails: ThumbnailsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self._ids: Sequence[FrameId] = ()
        self._state_of: StateOf = lambda frame_id: SampleState.NEW
        self._current = -1
        self._colors: ThemeColors | None = None
        self.set_hint("")
        self.setObjectName("filmstrip")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFixedHeight(GAP + IMAGE + NAME + GAP + 12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Filmstrip"))
        thumbnails.arrived.connect(self._repaint)
        self.horizontalScrollBar().valueChanged.connect(self._want_visible)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        self.viewport().update()

    def set_hint(self, hint: str) -> None:
        """What an empty strip says; nothing for the usual invitation."""
        usual = self.tr("No pictures yet. Drop a folder here, or open one: menu File.")
        self._hint = hint or usual
        self.viewport().update()

    def set_ids(self, ids: Sequence[FrameId], state_of: StateOf) -> None:
        """Show these pictures; `state_of` is asked for those on screen."""
        self._ids, self._state_of = ids, state_of
        self._update_range()
        self._want_visible()

    def set_current(self, index: int) -> None:
        """Mark the picture shown and scroll it into view."""
        self._current = index
        bar = self.horizontalScrollBar()
        left, width = index * CELL, self.viewport().width()
        if index >= 0 and not bar.value() <= left <= bar.value() + width - 2 * CELL:
            bar.setValue(left - (width - CELL) // 2)
        self.viewport().update()

    def show_last(self) -> None:
        """Scroll to the last picture: it is new."""
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().maximum())

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()

    @Slot()
    def _want_visible(self) -> None:
        self.thumbnails.want([self._ids[index] for index in self._visible()])
        self.viewport().update()

    def _visible(self) -> range:
        first = self.horizontalScrollBar().value() // CELL
        count = self.viewport().width() // CELL + 2
        return range(first, min(first + count, len(self._ids)))

    def _update_range(self) -> None:
        bar, width = self.horizontalScrollBar(), self.viewport().width()
        bar.setRange(0, max(0, len(self._ids) * CELL + GAP - width))
        bar.setPageStep(width)
        bar.setEnabled(bar.maximum() > 0)  # Without anything to scroll, the style shows no handle.
        bar.setSingleStep(CELL)

    def _index_at(self, position: QPoint) -> int:
        index = (position.x() + self.horizontalScrollBar().value()) // CELL
        return index if 0 <= index < len(self._ids) else -1

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the row got wider or narrower."""
        self._update_range()
        self._want_visible()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: the wheel scrolls sideways."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - delta * CELL // 120)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click asks for a picture."""
        index = self._index_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.index_requested.emit(index)

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt: the tool tip names the picture and its state."""
        if isinstance(event, QHelpEvent):
            index = self._index_at(event.pos())
            if index >= 0:
                frame_id = self._ids[index]
                state = state_text(self._state_of(frame_id))
                QToolTip.showText(event.globalPos(), f"{frame_id.path}\n{state}", self)
                return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint the visible cells."""
        if self._colors is not None:
            with QPainter(self.viewport()) as painter:
                self._paint(painter, self._colors)

    def _paint(self, painter: QPainter, colors: ThemeColors) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.viewport().rect(), QColor(colors.window))
        if not self._ids:
            painter.setPen(QColor(colors.faint))
            how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(8, 0, -8, 0), how, self._hint)
        for index in self._visible():
            left = index * CELL - self.horizontalScrollBar().value() + GAP // 2
            self._paint_cell(painter, colors, index, QRect(left, GAP, CELL - GAP, IMAGE))

    def _paint_cell(self, painter: QPainter, colors: ThemeColors, index: int, frame: QRect) -> None:
        frame_id, is_current = self._ids[index], index == self._current
        paint_thumbnail(
            painter,
            colors,
            self.thumbnails,
            frame_id,
            frame,
            unreadable=self.tr("unreadable"),
            is_chosen=is_current,
        )
        dot = QRect(frame.left() + 2, frame.bottom() + 6, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(state_color(self._state_of(frame_id), colors))
        painter.drawEllipse(dot)
        painter.setPen(QColor(colors.text if is_current else colors.faint))
        name = QRect(frame.left() + 14, frame.bottom() + 2, frame.width() - 14, NAME)
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        text = short_name(frame_id, painter.fontMetrics(), name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)


def short_name(frame_id: FrameId, metrics: QFontMetrics, width: int) -> str:
    """As much of its name as there is room for; of a video's frame its number always."""
    name, frame = sample_name(frame_id), f" {frame_id.index}"
    if not frame_id.index or metrics.horizontalAdvance(name) <= width:
        return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)
    room = width - metrics.horizontalAdvance(frame)
    stem = os.path.splitext(os.path.basename(frame_id.path))[0]
    return metrics.elidedText(stem, Qt.TextElideMode.ElideRight, room) + frame


def state_color(state: SampleState, colors: ThemeColors) -> QColor:
    """The colour of a state's dot."""
    return QColor(
        {
            SampleState.NEW: colors.line,
            SampleState.PREDICTED: colors.warning,
            SampleState.LABELLED: colors.text,
            SampleState.CORRECTED: colors.accent,
            SampleState.VERIFIED: colors.good,
            SampleState.SKIPPED: colors.faint,
        }[state]
    )


def state_text(state: SampleState) -> str:
    """What a state means, in words."""
    return {
        SampleState.NEW: translate("Filmstrip", "new"),
        SampleState.PREDICTED: translate("Filmstrip", "predicted: waits for a look"),
        SampleState.LABELLED: translate("Filmstrip", "labelled: as its file says"),
        SampleState.CORRECTED: translate("Filmstrip", "corrected"),
        SampleState.VERIFIED: translate("Filmstrip", "verified"),
        SampleState.SKIPPED: translate("Filmstrip", "skipped"),
    }[state]
