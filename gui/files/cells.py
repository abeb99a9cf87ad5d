"""Paints a row of the list of pictures: its thumbnail, number and name, state and badges."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.values import Label
from gui.controllers.thumbnails import ThumbnailsController
from gui.files.rows import BADGE, FRAME, STATE
from gui.panels.filmstrip import state_color
from gui.panels.thumbnail import paint_thumbnail
from gui.theme import ThemeColors

if TYPE_CHECKING:
    from engine.project.badges import Badge

Index = QModelIndex | QPersistentModelIndex
HEIGHT, GAP, DOT = 56, 8, 8
IMAGE = QSize(64, 48)
LINE = 18
SMALL = 11
MOST_LABELS = 4
VERTICAL = Qt.AlignmentFlag.AlignVCenter


class FileCells(QStyledItemDelegate):
    """All rows are equally high: a list of any length knows where each is."""

    def __init__(self, thumbnails: ThumbnailsController) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self.colors: ThemeColors | None = None
        self.labels: dict[int, Label] = {}
        self.state_text: Callable[[object], str] = str

    def set_labels(self, labels: Sequence[Label]) -> None:
        """The names and colors of badges."""
        self.labels = {label.id: label for label in labels}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Qt: of any row."""
        return QSize(IMAGE.width() + 2 * GAP, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt: paint a row."""
        colors = self.colors
        if colors is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            painter.fillRect(rect, QColor(colors.raised))
        image = QRect(rect.topLeft() + QPoint(GAP, (HEIGHT - IMAGE.height()) // 2), IMAGE)
        paint_thumbnail(
            painter,
            colors,
            self._thumbnails,
            index.data(FRAME),
            image,
            unreadable="!",
            is_chosen=is_chosen,
        )
        left = image.right() + GAP
        text = QRect(left, rect.top() + GAP, rect.right() - left - GAP, LINE)
        self._paint_name(painter, colors, index, text)
        self._paint_state(painter, colors, index, text.translated(0, LINE + 2))
        painter.restore()

    def _paint_name(
        self, painter: QPainter, colors: ThemeColors, index: Index, line: QRect
    ) -> None:
        number = f"{index.row() + 1:,}"
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(number) + GAP
        painter.setPen(QColor(colors.faint))
        painter.drawText(line, VERTICAL, number)
        painter.setPen(QColor(colors.text))
        room = line.adjusted(width, 0, 0, 0)
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        middle = Qt.TextElideMode.ElideMiddle
        painter.drawText(room, VERTICAL, metrics.elidedText(name, middle, room.width()))

    def _paint_state(
        self, painter: QPainter, colors: ThemeColors, index: Index, line: QRect
    ) -> None:
        """The state, then what of the badges has room."""
        state = index.data(STATE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(state_color(state, colors))
        painter.drawEllipse(QRect(line.left(), line.center().y() - DOT // 2 + 1, DOT, DOT))
        font = painter.font()
        font.setPixelSize(SMALL)
        painter.setFont(font)
        place = line.adjusted(DOT + 4, 0, 0, 0)
        place = _write(painter, self.state_text(state), place, QColor(colors.faint))
        badge: Badge | None = index.data(BADGE)
        if badge is None:
            return
        if badge.lowest is not None:
            place = _write(painter, f"{badge.lowest:.2f}", place, QColor(colors.warning))
        for label_id, count in badge.labels[:MOST_LABELS]:
            label = self.labels.get(label_id)
            if label is None:
                continue
            text = label.name if count == 1 else f"{label.name} {count}"
            if place.width() < DOT + 4 + _width(painter.fontMetrics(), text):
                return
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*label.color))
            painter.drawRoundedRect(
                QRect(place.left(), place.center().y() - DOT // 2 + 1, DOT, DOT), 2, 2
            )
            place = _write(painter, text, place.adjusted(DOT + 4, 0, 0, 0), QColor(colors.text))


def _width(metrics: QFontMetrics, text: str) -> int:
    return metrics.horizontalAdvance(text)


def _write(painter: QPainter, text: str, place: QRect, color: QColor) -> QRect:
    """A text, as far as there is room; what is left of the place."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.setPen(color)
    painter.drawText(place, VERTICAL, shown)
    return place.adjusted(_width(painter.fontMetrics(), shown) + GAP, 0, 0, 0)
