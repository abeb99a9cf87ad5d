"""A page that scrolls and is never higher than what is in it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

SLACK = 1
"""A dock takes its title for a pixel lower than it is, and would let its page scroll by that."""
LEAST_HEIGHT = 44
"""A row is seen, and that there are more."""


class FollowingArea(QScrollArea):
    """Says how high it would like to be: as its page, but no more than a limit."""

    wanted_changed = Signal(int)

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.wanted = 0
        self._page = page
        self._limit = 0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(page)
        page.installEventFilter(self)
        self._follow()

    def set_limit(self, limit: int) -> None:
        """Scroll rather than want more than this."""
        self._limit = limit
        self._follow()

    def minimumSizeHint(self) -> QSize:
        """Qt: in a low window it leaves the room to what does not scroll."""
        return QSize(super().minimumSizeHint().width(), LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: what is in the page has another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._follow()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: texts are wrapped otherwise in another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._follow()

    def _follow(self) -> None:
        page = self._page
        height = page.sizeHint().height()
        if page.hasHeightForWidth():
            height = page.heightForWidth(self.viewport().width())
        height = max(height, 1)
        self.setMaximumHeight(height + SLACK)
        wanted = min(height, self._limit)
        if wanted != self.wanted:
            self.wanted = wanted
            self.wanted_changed.emit(wanted)
