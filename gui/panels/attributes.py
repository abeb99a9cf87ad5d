"""The attributes of the selected objects, as a form below their list."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from engine.annotations.attribute_fields import AttributeField
from engine.attributes import NO, YES, AttributeKind
from gui.panels import fields
from gui.panels.elided import Elided

SEVERAL = "\0several"
"""What a choice holds where the values differ; no value is like that."""
HIGHEST, LOWEST = 132, 40
"""More rows than these scroll, so that the list above keeps its room."""
NAME_WIDTH = 96


class AttributesForm(QScrollArea):
    """One row for each attribute. `changed` tells the name, and the value that a person gave."""

    changed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Attributes of the selected objects"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setObjectName("panel")
        self._form = QFormLayout(self._page)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setWidget(self._page)
        self._fields: tuple[AttributeField, ...] = ()
        self._target: object = None
        self._boxes: dict[str, QWidget] = {}
        self.hide()

    def set_fields(self, shown: Sequence[AttributeField], target: object) -> None:
        """Show these, of this target. What is being typed is kept while both stay the same."""
        same = target == self._target and tuple(shown) == self._fields
        rows = [(f.spec, f.is_defined) for f in shown]
        if rows != [(f.spec, f.is_defined) for f in self._fields]:
            self._build(shown)
        self._fields, self._target = tuple(shown), target
        if not same:
            self.show_again()
        height = self.sizeHint().height()
        self.setMinimumHeight(min(LOWEST, height))
        self.setMaximumHeight(max(height, 1))
        self.updateGeometry()
        self.setVisible(bool(shown))

    def show_again(self) -> None:
        """What was typed is given up: show what there is."""
        for field in self._fields:
            box = self._boxes[field.spec.name]
            with QSignalBlocker(box):
                self._fill(box, field)

    def sizeHint(self) -> QSize:
        """Qt: as high as what is in it, up to a few rows."""
        return QSize(super().sizeHint().width(), min(HIGHEST, self._page.sizeHint().height()))

    def box(self, name: str) -> QWidget:
        """The field of one attribute."""
        return self._boxes[name]

    def _build(self, shown: Sequence[AttributeField]) -> None:
        for box in self._boxes.values():
            box.blockSignals(True)  # One that goes would tell what was typed for others.
        while self._form.rowCount():
            taken = self._form.takeRow(0)
            for widget in (taken.labelItem.widget(), taken.fieldItem.widget()):
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()  # It may be the one that is being heard.
        self._boxes = {}
        for field in shown:
            box = self._boxes[field.spec.name] = self._box(field)
            box.setAccessibleName(field.spec.name)
            if not field.is_defined:
                box.setToolTip(self.tr("Not among the attributes of its label"))
            self._form.addRow(self._name(field), box)

    def _name(self, field: AttributeField) -> QWidget:
        name = Elided()
        name.setObjectName("" if field.is_defined else "hint")  # A hint is faint.
        name.setFixedWidth(NAME_WIDTH)
        name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        name.set_text(field.spec.name)
        return name

    def _box(self, field: AttributeField) -> QWidget:
        kind = field.spec.kind
        if kind is AttributeKind.CHOICE:
            choice = fields.ChoiceField()
            choice.activated.connect(self._on_chosen)
            return choice
        if kind is AttributeKind.FLAG:
            flag = QCheckBox()
            flag.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            flag.clicked.connect(self._on_clicked)
            return flag
        line = QLineEdit()
        line.editingFinished.connect(self._on_typed)
        return line

    def _fill(self, box: QWidget, field: AttributeField) -> None:
        several = self.tr("several values")
        if isinstance(box, QComboBox):
            box.clear()
            if field.value is None:
                box.addItem(several, SEVERAL)
            box.addItem("–", "")
            for choice in field.spec.choices:
                box.addItem(choice, choice)
            for odd in (v for v in field.values if v and v not in field.spec.choices):
                box.addItem(self.tr("{0} (no choice)").format(odd), odd)
            box.setCurrentIndex(0 if field.value is None else box.findData(field.value))
        elif isinstance(box, QCheckBox):
            is_mixed = field.value is None and YES in field.values
            partly = Qt.CheckState.PartiallyChecked
            on = Qt.CheckState.Checked if field.value == YES else Qt.CheckState.Unchecked
            box.setCheckState(partly if is_mixed else on)
            odd_values = [v for v in field.values if v not in ("", YES, NO)]
            box.setText(several if is_mixed else ", ".join(odd_values))
        elif isinstance(box, QLineEdit):
            box.setText(field.value or "")
            box.setCursorPosition(0)
            is_number = field.spec.kind is AttributeKind.NUMBER
            empty = self.tr("a number") if is_number else ""
            box.setPlaceholderText(several if field.value is None else empty)

    def _asked(self) -> tuple[QWidget, AttributeField] | None:
        """The box that tells something, and what it shows."""
        box = self.sender()
        if isinstance(box, QWidget):
            for field in self._fields:
                if self._boxes.get(field.spec.name) is box:
                    return box, field
        return None

    @Slot()
    def _on_typed(self) -> None:
        asked = self._asked()
        if asked is not None and isinstance(asked[0], QLineEdit):
            text, field = asked[0].text(), asked[1]
            if text != (field.value or ""):
                self.changed.emit(field.spec.name, text)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        asked = self._asked()
        if asked is not None and isinstance(asked[0], fields.ChoiceField):
            key, field = asked[0].key, asked[1]
            if key not in (field.value, SEVERAL):
                self.changed.emit(field.spec.name, key)

    @Slot(bool)
    def _on_clicked(self, is_on: bool) -> None:
        asked = self._asked()
        if asked is not None:
            self.changed.emit(asked[1].spec.name, YES if is_on else NO)
