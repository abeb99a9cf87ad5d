"""The form of a network that is brought: what a person may change of how it is used."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QSizePolicy, QWidget

from engine.exchange.usual import COLORS, Colors, with_head
from engine.foreign.head import Corners, Scores, Units
from engine.foreign.layout_names import LAYOUTS
from engine.foreign.seen import Guess
from gui.panels import fields
from models.task import Task

if TYPE_CHECKING:
    from engine.exchange.probe import Draft

OWN = "own"
MOST_SIDE = 2048
_BOX_FORMS = ("yolo_v5", "yolo_v8", "yolo_v10", "yolo_v5_seg", "yolo_v8_seg", "yolo_v10_seg",
              "detr", "ssd", "lists")  # fmt: skip
"""The heads whose boxes may be in several forms; those of grids, and rotated ones, are in none."""
_SCORE_FORMS = ("yolo_v5", "yolo_v8", "yolo_v5_seg", "yolo_v8_seg", "yolo_v8_obb", "yolox",
                "nanodet", "detr", "ssd", "semantic", "saliency", "classification")  # fmt: skip


class BringForm(QWidget):
    """Shows a draft and says when the person changes it."""

    changed = Signal()
    side_changed = Signal(int)

    def __init__(self, draft: "Draft", guesses: Sequence[Guess], *, is_fixed: bool) -> None:
        super().__init__()
        self.draft = draft
        self._guesses = tuple(guesses)
        self.head, self.scores, self.corners, self.units = (fields.ChoiceField() for _ in range(4))
        self.colors, self.order, self.resize_rule = (fields.ChoiceField() for _ in range(3))
        self.mean, self.std = QLineEdit(), QLineEdit()
        self.side = fields.number(32, MOST_SIDE, draft.preprocessing.size_hw[0], suffix=" px")
        self.side.setSingleStep(32)
        self.side.setKeyboardTracking(False)
        self._is_fixed = is_fixed
        self.why = fields.hint()
        self._fill()
        self._build()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._show()

    def _fill(self) -> None:
        names = [*dict.fromkeys(g.head.layout for g in self._guesses)]
        for name in (*names, *(each for each in LAYOUTS if each not in names)):
            self.head.addItem(LAYOUTS[name].text, name)
        scores = self.tr("Probabilities"), self.tr("Before a sigmoid"), self.tr("Before a softmax")
        corners = self.tr("Centre and sides"), self.tr("Corners: x, y"), self.tr("Corners: y, x")
        units = self.tr("in pixels"), self.tr("in parts of the input")
        order = self.tr("Red first (RGB)"), self.tr("Blue first (BGR)")
        rule = self.tr("Keep proportions"), self.tr("Stretch to the input")
        texts = (
            (self.scores, get_args(Scores), scores),
            (self.corners, get_args(Corners), corners),
            (self.units, get_args(Units), units),
            (self.order, ("rgb", "bgr"), order),
            (self.resize_rule, ("letterbox", "stretch"), rule),
        )
        for field, keys, words in texts:
            for key, text in zip(keys, words, strict=True):
                field.addItem(text, key)
        for colors in COLORS:
            self.colors.addItem(self.tr(colors.text), colors.text)
        self.colors.addItem(self.tr("Numbers of its own"), OWN)

    def _build(self) -> None:
        self._form = form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        rows = (
            (self.tr("Outputs are"), self.head),
            ("", self.why),
            (self.tr("Scores are"), self.scores),
            (self.tr("Boxes are"), self.corners),
            ("", self.units),
            (self.tr("Side of the input"), self.side),
            (self.tr("Pictures"), self.resize_rule),
            (self.tr("Colors"), self.order),
            (self.tr("Their numbers"), self.colors),
            (self.tr("Mean"), self.mean),
            (self.tr("Deviation"), self.std),
        )
        for text, field in rows:
            form.addRow(fields.name(text), field)
            if text:
                field.setAccessibleName(text)
        for field in (self.head, self.scores, self.corners, self.units, self.colors, self.order,
                      self.resize_rule):  # fmt: skip
            field.activated.connect(self._on_choice)
        for edit in (self.mean, self.std):
            edit.editingFinished.connect(self._on_numbers)
        self.side.valueChanged.connect(self.side_changed)

    def set_draft(self, draft: "Draft", guesses: Sequence[Guess]) -> None:
        """Show another draft, of another probe."""
        self.draft, self._guesses = draft, tuple(guesses)
        self._show()

    def _show(self) -> None:
        draft = self.draft
        head, size = draft.head, draft.preprocessing
        key = next((c.text for c in COLORS if (c.mean, c.std) == (size.mean, size.std)), OWN)
        shown: tuple[tuple[fields.ChoiceField, Any], ...] = (
            (self.head, head.layout), (self.scores, head.scores), (self.corners, head.corners),
            (self.units, head.units), (self.order, "bgr" if draft.feed.is_bgr else "rgb"),
            (self.resize_rule, size.resize), (self.colors, key),
        )  # fmt: skip
        for field, value in shown:
            field.setCurrentIndex(field.findData(value))
        with QSignalBlocker(self.side):
            height, width = size.size_hw
            self.side.setMaximum(max(MOST_SIDE, height))
            self.side.setValue(height)
            self.side.setSuffix(" px" if height == width else f" x {width} px")
        self.side.setEnabled(not self._is_fixed)
        if self._is_fixed:
            self.side.setToolTip(self.tr("The file fixes it"))
        self.mean.setText(_text(size.mean))
        self.std.setText(_text(size.std))
        guess = next((g for g in self._guesses if g.head.layout == head.layout), None)
        sure = self.tr("{0:.0f} % sure: {1}")
        unlikely = self.tr("Nothing of the numbers speaks for it.")
        self.why.setText(sure.format(100 * guess.confidence, guess.why) if guess else unlikely)
        self._form.setRowVisible(self.scores, head.layout in _SCORE_FORMS)
        for row in (self.corners, self.units):
            self._form.setRowVisible(row, head.layout in _BOX_FORMS)
        self._form.setRowVisible(self.order, draft.feed.channels == 3)
        for edit in (self.mean, self.std):
            self._form.setRowVisible(edit, key in (OWN, COLORS[2].text))
        self._form.invalidate()  # Else rows share the height of those that were there before.
        self.updateGeometry()

    @property
    def is_semantic(self) -> bool:
        """Whether its first label is the background."""
        return LAYOUTS[self.draft.head.layout].task is Task.SEMANTIC

    @Slot()
    def _on_choice(self) -> None:
        draft, head, size = self.draft, self.draft.head, self.draft.preprocessing
        if self.sender() is self.head:
            head = with_head(head, self.head.key, [guess.head for guess in self._guesses])
            draft = replace(draft, names=())
        else:
            forms: dict[str, Any] = {
                "scores": self.scores.key,
                "corners": self.corners.key,
                "units": self.units.key,
            }
            head = replace(head, **forms)
        chosen: Colors | None = next((c for c in COLORS if c.text == self.colors.key), None)
        if chosen is not None:
            size = replace(size, mean=chosen.mean, std=chosen.std)
        rule: dict[str, Any] = {"resize": self.resize_rule.key}
        size = replace(size, **rule)
        feed = replace(draft.feed, is_bgr=self.order.key == "bgr")
        self.draft = replace(draft, head=head, feed=feed, preprocessing=size)
        self._show()
        if chosen is None:
            for edit in (self.mean, self.std):
                self._form.setRowVisible(edit, True)
        self.changed.emit()

    @Slot()
    def _on_numbers(self) -> None:
        size = self.draft.preprocessing
        try:
            size = replace(size, mean=_numbers(self.mean.text()), std=_numbers(self.std.text()))
        except ValueError:
            self._show()  # What is no number is taken back.
            return
        if size != self.draft.preprocessing:
            self.draft = replace(self.draft, preprocessing=size)
            self.changed.emit()


def _text(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:.4g}" for number in numbers)


def _numbers(text: str) -> tuple[float, float, float]:
    first, second, third = (float(part) for part in text.split(","))
    return first, second, third
