"""A part of a panel that folds away below its title."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels.elided import Elided


class Section(QWidget):
    """A title to click, its summary too, or to press with the space bar; and what it shows or
    hides."""

    toggled = Signal(bool)

    def __init__(self, title: str, body: QWidget, *, is_open: bool = False) -> None:
        super().__init__()
        self.body = body
        self._title = TabButton()
        self._title.setObjectName("section")
        self._title.setCheckable(True)
        self._title.setText(title)
        self._title.setIconSize(QSize(8, 8))
        self._title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._summary = Elided()
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(body)
        self._title.toggled.connect(self._on_toggled)
        self._summary.installEventFilter(self)
        self.set_open(is_open)

    def set_title(self, title: str) -> None:
        """Say something else in the title."""
        self._title.setText(title)

    def set_summary(self, text: str) -> None:
        """Say in a few words what is inside, for when it is folded."""
        self._summary.set_text(text)

    @property
    def title(self) -> "TabButton":
        """The button that folds and unfolds."""
        return self._title

    @property
    def is_open(self) -> bool:
        """Whether the body shows."""
        return self._title.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Show or hide the body."""
        self._title.setChecked(is_open)
        self._show(is_open)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: what is right of the title belongs to it."""
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._title.click()
            return True
        return super().eventFilter(watched, event)

    def _show(self, is_open: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._title.setArrowType(arrow)
        self.body.setVisible(is_open)
        self._summary.set_faded(is_open)

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        self._show(is_open)
        self.toggled.emit(is_open)


class TabButton(QToolButton):
    """A button that the Tab key reaches, and a click leaves the keys where they are.

    While it has them the space bar presses it, whatever it does elsewhere in the window.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def event(self, event: QEvent) -> bool:
        """Qt: keep the space bar from being taken as a shortcut."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)
