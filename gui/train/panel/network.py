"""The network's options and the size of its input."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.model_facts import ModelFacts
from gui.controllers.weights import WeightsChoice
from gui.panels import fields
from gui.panels.options_form import OptionsForm, choice_text
from gui.train.panel.part import FormPart

SIZES = (
    (64, 64),
    (128, 128),
    (192, 192),
    (256, 256),
    (320, 320),
    (360, 480),
    (416, 416),
    (512, 512),
)
"""Heights and widths that are offered, where the model takes them."""
OTHER = "other"


class NetworkPart(FormPart):
    """Backbone, width, unpooling, whatever the model has; and how large it sees the pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: ModelFacts | None = None
        self._origin: WeightsChoice | None = None
        self.options = OptionsForm()
        self.column.insertWidget(0, self.options)
        self._size, self._resize = fields.ChoiceField(), fields.ChoiceField()
        self._height, self._width = (fields.number(8, 8192, 256, suffix=" px") for _ in range(2))
        self._other = QWidget()
        row = QHBoxLayout(self._other)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for box, text in ((self._height, self.tr("Height")), (self._width, self.tr("Width"))):
            box.setAccessibleName(text)
            box.setToolTip(text)
            row.addWidget(box, 1)
            self.watch(box)
        self._resize.addItem(self.tr("Keep shape, add borders"), "letterbox")
        self._resize.addItem(self.tr("Stretch to the input"), "stretch")
        tip = self.tr("How large the network sees every picture: larger is finer and slower")
        self.add(self.tr("Input size"), self._size, tip)
        self.form.addRow(fields.name(""), self._other)
        tip = self.tr("What happens to pictures of another shape than the input")
        self.add(self.tr("Fit pictures"), self._resize, tip)
        self.options.chosen.connect(self._on_options)
        self.set_model(None)

    def set_model(self, facts: ModelFacts | None) -> None:
        """Offer this model's options and the sizes that it takes."""
        self._facts = facts
        self._offer()

    def set_origin(self, origin: WeightsChoice | None) -> None:
        """Begin with these weights: those of the same model bring their own options and size, but
        a size that a person has chosen stays."""
        if origin != self._origin:
            self._origin = origin
            chosen, sides = self._size.currentData(), (self._height.value(), self._width.value())
            self._offer()
            self._size.setCurrentIndex(max(0, self._size.findData(chosen)))
            if chosen == OTHER:
                self._height.setValue(sides[0])
                self._width.setValue(sides[1])
            self.update_rows()

    @property
    def _parent(self) -> WeightsChoice | None:
        """The weights to begin with, if they are of the same model."""
        facts, origin = self._facts, self._origin
        return origin if facts and origin and origin.model == facts.name else None

    def _offer(self) -> None:
        facts, parent = self._facts, self._parent
        step = facts.size_multiple if facts else 1
        own, text = facts.input_hw if facts else (256, 256), self.tr("As the model: {0}")
        if parent is not None and parent.size_hw is not None:
            own, text = parent.size_hw, self.tr("As the weights: {0}")
        self._own = own
        self.options.set_options(facts.options if facts else (), parent.options if parent else {})
        self._size.clear()
        self._size.addItem(text.format(_text(own)), "")
        for size in SIZES:
            if size != own and size[0] % step == 0 and size[1] % step == 0:
                self._size.addItem(_text(size), f"{size[0]}x{size[1]}")
        self._size.addItem(self.tr("Other…"), OTHER)
        for box, side in ((self._height, own[0]), (self._width, own[1])):
            box.setSingleStep(step)
            box.setValue(side)
        self.update_rows()

    def choose_options(self, values: Mapping[str, Any]) -> None:
        """Choose these values, where the model has such options with such choices."""
        options = self._facts.options if self._facts else ()
        known = {o.name: v for o in options if (v := values.get(o.name)) in o.choices}
        self.options.set_options(options, self.options.values | known)
        self.changed.emit()

    def set_language(self, language: str) -> None:
        """Explain the options in the language of the cards."""
        self.options.set_language(language)

    def update_rows(self) -> None:
        """The two numbers show where no size of the list is wanted."""
        self.show_row(self._other, self._size.currentData() == OTHER)

    @property
    def size_hw(self) -> tuple[int, int] | None:
        """The chosen input size; None leaves it to the model, or to the weights it starts from."""
        size = self._size.currentData()
        if size == OTHER:
            return self._height.value(), self._width.value()
        height, _, width = str(size or "").partition("x")
        return (int(height), int(width)) if height else None

    @property
    def settings(self) -> dict[str, Any]:
        """`options`, `size_hw` and `resize`."""
        found: dict[str, Any] = {}
        # The trainer takes the options of its warm start, unless it is told any: then all it gets.
        inherited = dict(self._parent.options) if self._parent else {}
        values, options = self.options.values, self._facts.options if self._facts else ()
        if any(values[o.name] != inherited.get(o.name, o.default) for o in options):
            found["options"] = inherited | values if inherited else self.options.changes
        if self.size_hw is not None:
            found["size_hw"] = list(self.size_hw)
        if self._resize.currentData() != "letterbox":
            found["resize"] = self._resize.currentData()
        return found

    @property
    def summary(self) -> str:
        """The options that are not as the paper has them, and the size."""
        parts = [f"{name} {choice_text(v)}" for name, v in self.options.changes.items()]
        parts.append(_text(self.size_hw or self._own))
        return ", ".join(parts)

    @Slot(dict)
    def _on_options(self, values: dict[str, Any]) -> None:
        self.changed.emit()


def _text(size_hw: tuple[int, int]) -> str:
    """Width by height, as people say it."""
    return f"{size_hw[1]} × {size_hw[0]}"
