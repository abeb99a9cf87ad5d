"""A model's options as rows of a form, whatever the model has."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from gui.language import words
from gui.panels import fields
from models.about import Option


class OptionsForm(QWidget):
    """One row for each option; `chosen` tells all values when a person changes one."""

    chosen = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[Option, ...] = ()
        self._language = "auto"
        self._choices: dict[str, tuple[Any, ...]] = {}
        self._boxes: dict[str, QComboBox] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.hide()

    def set_options(self, options: Sequence[Option], values: Mapping[str, Any]) -> None:
        """Offer these options, each at its value or else its default."""
        choices = {o.name: choices_of(o, values.get(o.name, o.default)) for o in options}
        if (tuple(options), choices) != (self._options, self._choices):
            self._options, self._choices = tuple(options), choices
            self._build()
        for option in self._options:
            box = self._boxes[option.name]
            value = values.get(option.name, option.default)
            with QSignalBlocker(box):
                box.setCurrentIndex(choices[option.name].index(value))

    def set_language(self, language: str) -> None:
        """Explain the options in the language of the cards."""
        if language != self._language:
            self._language = language
            values = self.values
            self._build()
            self.set_options(self._options, values)

    @property
    def values(self) -> dict[str, Any]:
        """What is chosen, by the options' names."""
        return {
            name: choices[self._boxes[name].currentIndex()]
            for name, choices in self._choices.items()
        }

    @property
    def changes(self) -> dict[str, Any]:
        """What is chosen and is not the default."""
        return {o.name: v for o in self._options if (v := self.values[o.name]) != o.default}

    def box(self, name: str) -> QComboBox:
        """The field of one option."""
        return self._boxes[name]

    def _build(self) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._boxes = {option.name: self._box(option) for option in self._options}
        for option in self._options:
            self._form.addRow(fields.name(name_text(option)), self._boxes[option.name])
        self.setVisible(bool(self._options))

    def _box(self, option: Option) -> QComboBox:
        box = fields.ChoiceField()
        for choice in self._choices[option.name]:
            box.addItem(choice_text(choice), choice)
        box.setAccessibleName(name_text(option))
        box.setToolTip(words(option.text, self._language))
        box.activated.connect(self._on_activated)
        return box

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self.values)


def choices_of(option: Option, value: Any) -> tuple[Any, ...]:
    """What is offered: numbers in their order, and a config's own value that is no usual choice."""
    choices = option.choices if value in option.choices else (*option.choices, value)
    is_numbers = all(type(choice) in (int, float) for choice in choices)
    return tuple(sorted(choices)) if is_numbers else choices


def name_text(option: Option) -> str:
    """How an option's name reads: "Unpooling". What it means is its text, a sentence."""
    return option.name.replace("_", " ").capitalize()


def choice_text(choice: Any) -> str:
    """How a choice reads: `bed_of_nails` without its underscores, a flag as on or off."""
    if isinstance(choice, bool):
        translate = QCoreApplication.translate
        return translate("options", "on") if choice else translate("options", "off")
    return str(choice).replace("_", " ")
