"""Finds any action by its words: type, choose, Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.panels.empty_hint import EmptyHint

ACTION = Qt.ItemDataRole.UserRole
LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """All that can be done now, with its keys; what is chosen is done once this is closed."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find an action"))
        self.resize(520, 420)
        self._actions = sorted((a for a in actions if a.text()), key=_name_of)
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("What do you want to do?"))
        self._field.setAccessibleName(self.tr("What do you want to do?"))
        self._field.setClearButtonEnabled(True)
        self._list = QTreeWidget()
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(self.tr("Actions"))
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        EmptyHint(self._list, self.tr("No action has all these words. Try fewer, or others."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._show)
        self._field.installEventFilter(self)
        self._field.returnPressed.connect(self.accept)
        self._list.itemClicked.connect(self.accept)
        self.accepted.connect(self._do)
        self._show()

    @property
    def shown(self) -> list[str]:
        """What is found, from top to bottom."""
        items = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        return [item.text(0) for item in items if item is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the field has the keys."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() in LIST_KEYS:
            self._list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _show(self) -> None:
        """What has all the words, beginning with what begins with them."""
        words = self._field.text().casefold().split()
        found = [a for a in self._actions if all(word in _name_of(a) for word in words)]
        found.sort(key=lambda a: not _name_of(a).startswith(tuple(words[:1])))
        self._list.clear()
        for action in found:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            item = QTreeWidgetItem([action.text().replace("&", ""), keys])
            item.setIcon(0, action.icon())
            item.setData(0, ACTION, action)
            item.setDisabled(not action.isEnabled())
            self._list.addTopLevelItem(item)
        self._list.setCurrentIndex(self._list.model().index(0, 0))

    @Slot()
    def _do(self) -> None:
        item = self._list.currentItem()
        if item is not None and not item.isDisabled():
            item.data(0, ACTION).trigger()


def _name_of(action: QAction) -> str:
    return action.text().replace("&", "").casefold()
