"""Asks over which pictures the model is to run."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from engine.words import counted
from gui.controllers.picture_range import PictureRange
from gui.panels import fields

Count = Callable[[PictureRange], int]
"""How many pictures a range has."""


class AutoLabelDialog(QDialog):
    """All pictures, those from here on, or some by their numbers; `chosen` is the range."""

    def __init__(
        self, total: int, here: int, count: Count, before: PictureRange | None, parent: QWidget
    ) -> None:
        """There are so many pictures, `here` is the number of the shown one; the checks are as
        they were `before`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Run model"))
        self.setMinimumWidth(380)
        self._total, self._here, self._count = total, here, count
        self.all = QRadioButton(self.tr("All pictures"))
        self.onward = QRadioButton(self.tr("From this picture on ({0})").format(f"{here:,}"))
        self.some = QRadioButton(self.tr("Pictures"))
        self.first = fields.number(1, total, here)
        self.last = fields.number(1, total, total)
        self.only_unlabelled = QCheckBox(self.tr("Only pictures without labels"))
        self.keeps_proposals = QCheckBox(self.tr("Keep proposals that wait: skip their pictures"))
        self.first.setAccessibleName(self.tr("First picture"))
        self.last.setAccessibleName(self.tr("Last picture"))
        self.only_unlabelled.setChecked(before is None or before.only_unlabelled)
        self.keeps_proposals.setChecked(before is not None and before.keeps_proposals)
        self.hint = fields.hint(self.tr("What a person drew or accepted stays in any case."))
        self.run, self.cancel = QPushButton(), QPushButton(self.tr("Cancel"))
        self.run.setObjectName("primary")
        self.run.setDefault(True)
        self._build()
        self.all.setChecked(True)
        self._show()

    def _build(self) -> None:
        group = QButtonGroup(self)
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        for widget in (self.some, self.first, QLabel(self.tr("to")), self.last):
            numbers.addWidget(widget)
        numbers.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.run)
        buttons.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self.all)
        layout.addWidget(self.onward)
        layout.addLayout(numbers)
        layout.addSpacing(8)
        layout.addWidget(self.only_unlabelled)
        layout.addWidget(self.keeps_proposals)
        layout.addWidget(self.hint)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        for choice in (self.all, self.onward, self.some):
            group.addButton(choice)
            choice.toggled.connect(self._show)
        for number in (self.first, self.last):
            number.valueChanged.connect(self._on_number)
        self.only_unlabelled.toggled.connect(self._show)
        self.run.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)

    @property
    def chosen(self) -> PictureRange:
        """What the person chose so far; numbers the wrong way round are turned."""
        first, last = 1, self._total
        if self.onward.isChecked():
            first = self._here
        elif self.some.isChecked():
            first, last = sorted((self.first.value(), self.last.value()))
        only_unlabelled, keeps = self.only_unlabelled.isChecked(), self.keeps_proposals.isChecked()
        return PictureRange(first, last, only_unlabelled, keeps)

    @Slot()
    @Slot(bool)
    def _show(self, is_on: bool = True) -> None:
        """The button says how many pictures it is about."""
        count = self._count(self.chosen)
        self.run.setText(self.tr("Run on {0}").format(counted(count, "picture")))
        self.run.setEnabled(count > 0)

    @Slot(int)
    def _on_number(self, number: int) -> None:
        self.some.setChecked(True)
        self._show()
