"""A small list at the mouse: type to find a label, or to name one that is not there yet."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.values import Label
from gui import icons

WIDTH = 264
ROW = 24
MOST_ROWS = 9
NAME = Qt.ItemDataRole.UserRole
_STEPS: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LabelPopup(QDialog):
    """Enter or a click takes the marked row; Esc, or a click elsewhere, takes none.

    `name` is what was chosen, "" for nothing. `suggested` are labels that a model knows and the
    project does not have. `chosen` is what it is anyway: the row that is marked at first.
    """

    def __init__(
        self,
        labels: Sequence[Label],
        suggested: Sequence[Label] = (),
        parent: QWidget | None = None,
        *,
        chosen: str = "",
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("label_popup")
        self.name, self._chosen = "", chosen
        self._labels, self._suggested = tuple(labels), tuple(suggested)
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("Find a label or name a new one"))
        self._field.setAccessibleName(self.tr("Name of the label"))
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Labels"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        keeps = self.tr("Enter takes it, Esc keeps “{0}”.").format(chosen)
        hint = QLabel(keeps if chosen else self.tr("Enter takes it, Esc gives up."))
        hint.setObjectName("hint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for widget in (self._field, self._list, hint):
            column.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._take)
        self._fill("")

    @property
    def texts(self) -> list[str]:
        """What the rows say."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def show_at(self, place: QPoint) -> None:
        """Open beside this point of the screen, wholly on it."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = min(place.x() + 8, room.right() - self.width())
        y = min(place.y() + 8, room.bottom() - self.height())
        self.move(max(x, room.left()), max(y, room.top()))
        self._field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: arrows and Enter in the field are for the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, count = event.key(), self._list.count()
            if key in _STEPS and count:
                self._list.setCurrentRow((self._list.currentRow() + _STEPS[key]) % count)
                return True
            if key in _ENTER:
                self._take(self._list.currentItem())
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _fill(self, text: str) -> None:
        """The rows that hold the text, and a last one that makes a label of it."""
        wanted = text.strip()
        self._list.clear()
        for label in self._labels:
            if wanted.casefold() in label.name.casefold():
                self._add(label.name, label.name, icons.swatch(label.color))
        for label in self._suggested:
            if wanted.casefold() in label.name.casefold():
                shown = self.tr("{0}, as the model calls it").format(label.name)
                self._add(shown, label.name, icons.swatch(label.color, is_hollow=True))
        written = [self._list.item(row).data(NAME) for row in range(self._list.count())]
        names = [name.casefold() for name in written]
        if wanted and wanted.casefold() not in names:
            self._add(self.tr("New label “{0}”").format(wanted), wanted, _blank())
        looked_for = wanted.casefold()
        best = [row for row, name in enumerate(names) if name.startswith(looked_for)]
        exact = [row for row, name in enumerate(written) if name == (wanted or self._chosen)]
        looked_for = looked_for or self._chosen.casefold()
        exact += [row for row, name in enumerate(names) if name == looked_for]
        if self._list.count():
            self._list.setCurrentRow((exact or best or [0])[0])
        self._list.setVisible(self._list.count() > 0)
        self._list.setFixedHeight(min(self._list.count(), MOST_ROWS) * ROW + 2)
        self.adjustSize()

    def _add(self, text: str, name: str, icon: QIcon) -> None:
        item = QListWidgetItem(icon, text)
        item.setData(NAME, name)
        item.setSizeHint(QSize(0, ROW))
        self._list.addItem(item)

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.name = str(item.data(NAME))
            self.accept()


def _blank() -> QIcon:
    """As wide as a swatch, so that all names stand below one another."""
    pixmap = QPixmap(12, 12)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)
