"""A folding part of the Train panel: rows of a form that make a piece of the config."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.model_facts import ModelFacts
from gui.panels import fields


class FormPart(QWidget):
    """Rows with tooltips; `changed` follows every edit. What they mean, the children say."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched: list[QWidget] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 0, 0, 8)
        self.column.setSpacing(8)
        self.form = QFormLayout()
        self.form.setSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(self.form)

    def add(self, text: str, field: QWidget, tip: str) -> None:
        """One row: its name, its field, and what it is for."""
        field.setToolTip(tip)
        field.setAccessibleName(text)
        if isinstance(field, QAbstractButton):
            field.setText(text)
            self.form.addRow(field)
        else:
            self.form.addRow(fields.name(text), field)
        self.watch(field)

    def watch(self, field: QWidget) -> None:
        """Tell when this field is edited, and keep what is filled in."""
        self._watched.append(field)
        if isinstance(field, QAbstractButton):
            field.toggled.connect(self._on_edited)
        elif isinstance(field, QComboBox):
            field.currentIndexChanged.connect(self._on_edited)
        elif isinstance(field, QSpinBox | QDoubleSpinBox):
            field.valueChanged.connect(self._on_edited)
        elif isinstance(field, QLineEdit):
            field.textChanged.connect(self._on_edited)
        if isinstance(field, QComboBox | QSpinBox | QDoubleSpinBox):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)

    def show_row(self, field: QWidget, is_shown: bool) -> None:
        """Show a row only where it makes a difference."""
        self.form.setRowVisible(field, is_shown)

    def set_model(self, facts: ModelFacts | None) -> None:
        """Another model is chosen."""

    @property
    def kept(self) -> dict[str, Any]:
        """What is filled in, by the names of the fields, to be filled in again another time."""
        return {field.accessibleName(): _value_of(field) for field in self._watched}

    def fill(self, kept: Mapping[str, Any]) -> None:
        """Fill in what was kept; what makes no sense any more stays as it is."""
        for field in self._watched:
            _fill(field, kept.get(field.accessibleName()))

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the config that differ from its defaults."""
        return {}

    @property
    def summary(self) -> str:
        """What is chosen, in a few words, for when the part is folded."""
        return ""

    def update_rows(self) -> None:
        """Show the rows that make a difference now."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the wheel scrolls the panel, it changes no field that was not clicked first."""
        is_wheel = event.type() == QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_edited(self) -> None:
        self.update_rows()
        self.changed.emit()


def _value_of(field: QWidget) -> Any:
    if isinstance(field, QAbstractButton):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QSpinBox | QDoubleSpinBox):
        return field.value()
    return field.text() if isinstance(field, QLineEdit) else None


def _fill(field: QWidget, value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(field, QAbstractButton) and isinstance(value, bool):
        field.setChecked(value)
    elif isinstance(field, QComboBox) and (place := field.findData(value)) >= 0:
        field.setCurrentIndex(place)
    elif isinstance(field, QSpinBox) and is_number:
        field.setValue(int(value))
    elif isinstance(field, QDoubleSpinBox) and is_number:
        field.setValue(float(value))
    elif isinstance(field, QLineEdit) and isinstance(value, str):
        field.setText(value)
