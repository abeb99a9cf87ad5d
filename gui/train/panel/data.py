"""What a model is trained on: the project's corrected pictures, or txt lists."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gui.panels import fields


class DataRows(QObject):
    """Rows of a given form: where the samples come from, and the lists where those are asked."""

    browse_requested = Signal(str)

    def __init__(self, form: QFormLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._form = form
        self._kind = fields.ChoiceField()
        self._kind.addItem(self.tr("This project's labelled pictures"), "project")
        self._kind.addItem(self.tr("Txt lists"), "lists")
        self._lists = {"train": QLineEdit(), "val": QLineEdit()}
        form.addRow(self.tr("Data"), self._kind)
        texts = {"train": self.tr("Train list"), "val": self.tr("Val list")}
        self._rows = [self._list_row(key, text) for key, text in texts.items()]
        self._kind.currentIndexChanged.connect(self._update)
        self._update()

    def _list_row(self, key: str, text: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        button = QPushButton(self.tr("…"))
        button.setAccessibleName(self.tr("Choose the {0}").format(text))
        button.setToolTip(self.tr("Choose the {0}").format(text))
        button.setObjectName("small")
        button.setProperty("key", key)
        button.clicked.connect(self._on_browse)
        self._lists[key].setAccessibleName(text)
        line.addWidget(self._lists[key], 1)
        line.addWidget(button)
        self._form.addRow(text, row)
        return row

    @property
    def kind(self) -> QComboBox:
        """The field that chooses between them."""
        return self._kind

    @property
    def is_project(self) -> bool:
        """Whether the project's own samples are wanted."""
        return self._kind.currentData() == "project"

    def set_task(self, task: str) -> None:
        """A project holds objects in pictures, not labels of whole pictures: those need lists."""
        if task == "classification":
            self._kind.setCurrentIndex(self._kind.findData("lists"))
        self._kind.setEnabled(task != "classification")

    def set_list(self, key: str, path: str) -> None:
        """Train or validate on this list."""
        self._lists[key].setText(path)

    @property
    def kept(self) -> dict[str, str]:
        """What is filled in, to be filled in again another time."""
        return {"kind": self._kind.key, **{key: line.text() for key, line in self._lists.items()}}

    def fill(self, kept: Mapping[str, str]) -> None:
        """Fill in what was kept."""
        for key, line in self._lists.items():
            line.setText(str(kept.get(key, "")))
        self._kind.setCurrentIndex(max(0, self._kind.findData(kept.get("kind"))))

    def path(self, key: str) -> str:
        """The list's path; nothing where the project's samples are wanted."""
        return "" if self.is_project else self._lists[key].text().strip()

    @Slot()
    def _update(self) -> None:
        for row in self._rows:
            self._form.setRowVisible(row, not self.is_project)

    @Slot()
    def _on_browse(self) -> None:
        self.browse_requested.emit(str(self.sender().property("key")))
