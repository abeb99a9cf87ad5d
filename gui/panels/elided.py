"""A text that is cut where it has no room, rather than widening what it stands in."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class Elided(QLabel):
    """One line, cut with dots where it has no room; the whole is its tooltip then."""

    def __init__(self, where: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._where = where
        self.setObjectName("hint")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.whole = ""  # the text before it is cut
        self._is_faded = False

    def set_text(self, text: str) -> None:
        """Say this."""
        self.whole = text
        self._fit()

    def set_faded(self, is_faded: bool) -> None:
        """Say nothing for a while."""
        self._is_faded = is_faded
        self._fit()

    def _fit(self) -> None:
        shown = "" if self._is_faded else self.whole
        room = self.contentsRect().width()
        cut = self.fontMetrics().elidedText(shown, self._where, room)
        self.setText(cut)
        self.setToolTip(shown if cut != shown else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: there is another room to fill."""
        super().resizeEvent(event)
        self._fit()
