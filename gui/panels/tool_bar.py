"""The tool bar at the left edge: icons with a word below each, or in a low window icons alone."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton

from gui.tools import registry

WITH_TEXT = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
ICONS_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
ICON_SIZE, SMALL = QSize(20, 20), QSize(18, 18)
"""With a word below, and alone: in the lowest window every button has its place."""


class ToolBar(QToolBar):
    """Leaves the texts to the tooltips rather than its last buttons to Qt's overflow menu."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._height_with_text = 0
        self._families: dict[str, QToolButton] = {}
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setToolButtonStyle(WITH_TEXT)
        self.setIconSize(ICON_SIZE)

    def add_tools(self, tools: Iterable[QAction]) -> None:
        """A button for each family of tools: it shows the one used last, and all in its menu."""
        for action in tools:
            family = registry.get(str(action.data())).family
            if not family:
                self.addAction(action)
                continue
            if family not in self._families:
                self._families[family] = self._make_family(action)
            button = self._families[family]
            menu = button.menu()
            assert menu is not None
            menu.addAction(action)
            action.toggled.connect(self._on_taken)
            if action.isChecked():
                button.setDefaultAction(action)

    def _make_family(self, first: QAction) -> QToolButton:
        button = QToolButton()
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setMenu(QMenu(button))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setDefaultAction(first)
        button.setToolButtonStyle(self.toolButtonStyle())
        button.setIconSize(self.iconSize())
        self.toolButtonStyleChanged.connect(button.setToolButtonStyle)
        self.iconSizeChanged.connect(button.setIconSize)
        self.addWidget(button)
        return button

    @Slot(bool)
    def _on_taken(self, is_on: bool) -> None:
        """A family shows which of its tools was taken up last."""
        action = self.sender()
        if is_on and isinstance(action, QAction):
            family = registry.get(str(action.data())).family
            self._families[family].setDefaultAction(action)

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
            self.setIconSize(ICON_SIZE if has_room else SMALL)
            self.setToolButtonStyle(wanted)
