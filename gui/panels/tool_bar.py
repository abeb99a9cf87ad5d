"""The tool bar at the left edge: icons with a word below each, or in a low window icons alone."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolBar

WITH_TEXT = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
ICONS_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
ICON_SIZE = QSize(20, 20)


class ToolBar(QToolBar):
    """Leaves the texts to the tooltips rather than its last buttons to Qt's overflow menu."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._height_with_text = 0
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setToolButtonStyle(WITH_TEXT)
        self.setIconSize(ICON_SIZE)

    def event(self, event: QEvent) -> bool:
        """Qt: room or buttons may have changed."""
        is_handled = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return is_handled

    def _fit(self) -> None:
        if self.toolButtonStyle() == WITH_TEXT:
            self._height_with_text = self.sizeHint().height()
        has_room = self._height_with_text <= self.height()
        wanted = WITH_TEXT if has_room else ICONS_ONLY
        if wanted != self.toolButtonStyle():
            self.setToolButtonStyle(wanted)
