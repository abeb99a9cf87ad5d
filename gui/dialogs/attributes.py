"""Defines what the objects of a label may say of themselves."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.attributes import AttributeKind, AttributeSpec, Specs, checked_specs
from engine.errors import AppError
from gui import icons
from gui.panels import fields

SIZE = QSize(560, 360)


class SpecRow(QWidget):
    """Name, kind and choices of one attribute, and a button that takes it away."""

    removed = Signal()

    def __init__(self, spec: AttributeSpec | None = None) -> None:
        super().__init__()
        self._name, self._kind, self._choices = QLineEdit(), fields.ChoiceField(), QLineEdit()
        self._name.setPlaceholderText(self.tr("Name"))
        self._name.setAccessibleName(self.tr("Name of the attribute"))
        self._kind.setAccessibleName(self.tr("Kind of the attribute"))
        self._choices.setPlaceholderText(self.tr("Choices, such as: red, green, blue"))
        self._choices.setAccessibleName(self.tr("What can be chosen"))
        texts = (self.tr("Text"), self.tr("Choice"), self.tr("Number"), self.tr("Yes or no"))
        for kind, text in zip(AttributeKind, texts, strict=True):
            self._kind.addItem(text, kind.value)
        gone = QToolButton()
        gone.setIcon(icons.sign("mdi6.close"))
        gone.setToolTip(self.tr("Take this attribute away"))
        gone.setAccessibleName(self.tr("Take this attribute away"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name, 3)
        row.addWidget(self._kind, 2)
        row.addWidget(self._choices, 4)
        row.addWidget(gone)
        gone.clicked.connect(self.removed)
        self._kind.currentIndexChanged.connect(self._on_kind)
        if spec is not None:
            self._name.setText(spec.name)
            self._kind.setCurrentIndex(self._kind.findData(spec.kind.value))
            self._choices.setText(_joined(spec.choices))
            self._choices.setCursorPosition(0)
        policy = self._choices.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # So that the rows stand below one another.
        self._choices.setSizePolicy(policy)
        self._on_kind()

    @property
    def spec(self) -> AttributeSpec:
        """The definition; ValueError where it makes no sense."""
        kind = AttributeKind(self._kind.key)
        choices = _split(self._choices.text()) if kind is AttributeKind.CHOICE else ()
        return AttributeSpec(self._name.text().strip(), kind, choices)

    def begin(self) -> None:
        """Type the name."""
        self._name.setFocus()

    @Slot()
    def _on_kind(self) -> None:
        is_choice = self._kind.key == AttributeKind.CHOICE.value
        self._choices.setVisible(is_choice)


class AttributesDialog(QDialog):
    """The attributes of one label. `specs` are what was agreed to."""

    def __init__(self, label: str, specs: Sequence[AttributeSpec], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Attributes of {0}").format(label))
        self.resize(SIZE)
        self.specs: Specs = tuple(specs)
        self._rows: list[SpecRow] = []
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setObjectName("bare")
        area.setWidget(page)
        page.setAutoFillBackground(False)
        add = QPushButton(self.tr("Add an attribute"))
        add.clicked.connect(self._on_add)
        add.setAutoDefault(False)
        self._trouble = QLabel()
        self._trouble.setObjectName("hint")
        self._trouble.setWordWrap(True)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        text = self.tr("What every object of this label can say of itself, below the objects list.")
        kept = self.tr("Values that objects have already stay, whatever is changed here.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(fields.hint(f"{text} {kept}"))
        layout.addWidget(area, 1)
        layout.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._trouble)
        layout.addWidget(buttons)
        for spec in specs:
            self._add(spec)
        if not specs:
            self._on_add()

    @property
    def rows(self) -> tuple[SpecRow, ...]:
        """The attributes as they are typed."""
        return tuple(self._rows)

    def accept(self) -> None:
        """Qt: close, unless something makes no sense, which is said."""
        try:
            self.specs = checked_specs([row.spec for row in self._rows])
        except ValueError as error:
            self._trouble.setText(str(error))
            return
        except AppError as error:
            self._trouble.setText(str(error))
            return
        super().accept()

    def _add(self, spec: AttributeSpec | None = None) -> SpecRow:
        row = SpecRow(spec)
        row.removed.connect(self._on_removed)
        self._rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)
        return row

    @Slot()
    def _on_add(self) -> None:
        self._add().begin()

    @Slot()
    def _on_removed(self) -> None:
        row = self.sender()
        if isinstance(row, SpecRow):
            self._rows.remove(row)
            row.hide()
            row.deleteLater()


def _joined(choices: Sequence[str]) -> str:
    """With commas between them; where one has a comma in it, with semicolons."""
    return ("; " if any("," in choice for choice in choices) else ", ").join(choices)


def _split(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.split(";" if ";" in text else ","))
    return tuple(dict.fromkeys(part for part in parts if part))
