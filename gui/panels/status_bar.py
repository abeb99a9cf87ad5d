"""The line at the bottom: what is told in passing has room, and what matters least gives way."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStatusBar, QStyle, QStyleOption, QToolTip, QWidget

GAP = 6
"""Qt's own beside a message, and between widgets."""
EDGES = 16
"""Qt's own at both ends."""
LEAST_ROOM = 160
"""For what stands at the left while nothing is told."""
_ANY_WIDTH = (1 << 24) - 1


class StatusBar(QStatusBar):
    """A message that is still too long ends in dots: its tooltip is the whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._widgets: tuple[QWidget, ...] = ()
        self._less_important: tuple[QWidget, ...] = ()
        self.messageChanged.connect(self._fit)

    def add(self, widgets: Sequence[QWidget], less_important: Sequence[QWidget]) -> None:
        """These stand at the right; of them these give way where there is no room, the first
        before the others."""
        self._widgets, self._less_important = tuple(widgets), tuple(less_important)
        for widget in widgets:
            self.addPermanentWidget(widget)

    @property
    def shown_message(self) -> str:
        """What can be read of the message."""
        room = self._message_room().width()
        cut = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.currentMessage(), cut, room)

    @Slot()
    def _fit(self) -> None:
        """Give the message its room, as far as there is any."""
        text = self.currentMessage()
        wanted = self.fontMetrics().horizontalAdvance(text) + 2 * GAP if text else LEAST_ROOM
        wanted += EDGES
        widths = {w: w.sizeHint().width() + GAP for w in self._widgets if not w.isHidden()}
        room = self.width() - sum(widths.values())
        for widget in self._less_important:
            gives_way = room < wanted and widget in widths
            room += widths[widget] if gives_way else 0
            most = 0 if gives_way else _ANY_WIDTH
            if widget.maximumWidth() != most:
                widget.setMaximumWidth(most)
        self.update()

    def _message_room(self) -> QRect:
        """Left of the first widget that is not a message."""
        shown = [w.x() for w in self._widgets if w.isVisible() and w.width()]
        right = min(shown, default=self.width()) - GAP
        return QRect(GAP, 0, max(0, right - GAP), self.height())

    # Qt's events

    def event(self, event: QEvent) -> bool:
        """Qt: another text, or the tooltip of a message that is cut."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        message = self.currentMessage()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and message:
            is_whole = self.shown_message == message
            QToolTip.showText(event.globalPos(), "" if is_whole else message, self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: there is another room to share."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a message that is cut ends in dots."""
        shown = self.shown_message
        if shown == self.currentMessage():
            super().paintEvent(event)
            return
        option, panel = QStyleOption(), QStyle.PrimitiveElement.PE_PanelStatusBar
        option.initFrom(self)
        with QPainter(self) as painter:
            self.style().drawPrimitive(panel, option, painter, self)
            painter.setPen(self.palette().windowText().color())
            flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self._message_room(), flags, shown)
