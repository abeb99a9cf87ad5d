"""The field above the filmstrip that says in which order the pictures stand."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui.panels import fields

AS_OPENED = ""
TOOL_TIP = Qt.ItemDataRole.ToolTipRole
WIDTH = 300


class OrderField(QWidget):
    """Hidden until somebody wants another order; while there is one it stays."""

    chosen = Signal(str)
    again_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.field = fields.ChoiceField()
        self.field.setAccessibleName(self.tr("Order of the pictures"))
        self.field.setMinimumWidth(WIDTH)
        for text, key, tip in (
            (self.tr("As opened"), AS_OPENED, ""),
            (
                self.tr("Least sure first: entropy"),
                "entropy",
                self.tr("First where many labels seem possible to the loaded model"),
            ),
            (
                self.tr("Least sure first: margin"),
                "margin",
                self.tr("First where the best two labels are close"),
            ),
            (
                self.tr("Least sure first: mirror image"),
                "disagreement",
                self.tr("First where the model says something else of the mirror image"),
            ),
        ):
            self.field.addItem(text, key)
            self.field.setItemData(self.field.count() - 1, tip, TOOL_TIP)
        self.again = QPushButton(self.tr("Judge again"))
        self.again.setToolTip(self.tr("Judge what is new, by the weights that are loaded now"))
        self._hint = QLabel()
        self._hint.setObjectName("hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        name = QLabel(self.tr("Order"))
        for widget in (name, self.field, self.again):
            row.addWidget(widget)
        row.addWidget(self._hint, 1)
        self.field.activated.connect(self._on_activated)
        self.again.clicked.connect(self.again_requested)
        self.again.hide()
        self.hide()

    def begin(self) -> None:
        """Somebody wants to choose."""
        self.show()
        self.field.setFocus()

    def set_order(self, key: str) -> None:
        """The pictures stand in this order now."""
        with QSignalBlocker(self.field):
            self.field.setCurrentIndex(max(0, self.field.findData(key)))
        self.again.setVisible(key != AS_OPENED)
        if key == AS_OPENED:
            self.say("")

    def say(self, text: str) -> None:
        """How far the judging is, or by what was judged."""
        self._hint.setText(text)

    @property
    def text(self) -> str:
        """What is said."""
        return self._hint.text()

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self.field.key)
        if self.field.key == AS_OPENED:
            self.hide()
