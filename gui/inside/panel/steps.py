"""The boxes on a detector's way: which step of it, how many of them, and what a cell says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from gui.inside.panel.cell import CellTable
from gui.inside.panel.log_slider import LogSlider
from gui.panels import fields

if TYPE_CHECKING:
    from engine.inside.draw_steps import CellBox, StepStyle
    from engine.inside.drawing import Drawing
    from engine.inside.steps import BoxStep

FIRST, MOST, LEAST = 100, 2000, 0.05


class StepsPage(QWidget):
    """Says which step the person wants to see, and how."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._has_grid = False
        self._make_fields()
        self._build()
        self.set_steps((), ())

    def _make_fields(self) -> None:
        self._step, self._order = fields.ChoiceField(), fields.ChoiceField()
        self._color, self._shade = fields.ChoiceField(), fields.ChoiceField()
        for data, text in (
            ("best", self.tr("Best score first")),
            ("own", self.tr("As the network gives them")),
        ):
            self._order.addItem(text, data)
        for data, text in (
            ("score", self.tr("By score")),
            ("order", self.tr("By order")),
            ("label", self.tr("By label")),
        ):
            self._color.addItem(text, data)
        for data, text in (
            ("confidence", self.tr("Their best confidence")),
            ("label", self.tr("Their most probable label")),
            ("none", self.tr("Nothing, lines only")),
        ):
            self._shade.addItem(text, data)
        self._first = LogSlider(1, MOST, FIRST, is_whole=True)
        self._first.set_name(self.tr("How many of the first boxes"))
        self._first.setToolTip(self.tr("How many boxes are drawn, from the first one on"))
        self._least = LogSlider(0.001, 0.95, LEAST, is_whole=False)
        self._least.set_name(self.tr("Least confidence"))
        self._least.setToolTip(
            self.tr("Boxes that score less are not drawn; the wider a line, the surer the box")
        )
        self._status, self._hint = fields.hint(), fields.hint()
        self.cell = CellTable()

    def _build(self) -> None:
        form = self._form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (self.tr("Step"), self._step),
            (self.tr("First"), self._first),
            (self.tr("Order"), self._order),
            (self.tr("At least"), self._least),
            (self.tr("Cells show"), self._shade),
            (self.tr("Color"), self._color),
            ("", self._status),
        ):
            form.addRow(text, field)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addLayout(form)
        body.addWidget(self.cell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._hint)
        layout.addWidget(self._body)
        self._step.activated.connect(self._on_step)
        for box in (self._order, self._color, self._shade):
            box.activated.connect(self._on_change)
        for slider in (self._first, self._least):
            slider.value_changed.connect(self._on_change)

    # Set from outside

    def set_steps(self, steps: "Sequence[BoxStep]", names: Sequence[str]) -> None:
        """Offer these steps; the one that was shown stays, by its place."""
        self._body.setVisible(bool(steps))
        if tuple(names) != self._names:
            self._names = tuple(names)
            chosen = max(0, self._step.currentIndex())
            with QSignalBlocker(self._step):
                self._step.clear()
                self._step.addItems(list(names))
                self._step.setCurrentIndex(min(chosen, len(names) - 1))
        if steps:
            self._show_kind(steps[self.step])

    def set_hint(self, text: str) -> None:
        """Say why there is nothing to see, or nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_drawn(self, step: "BoxStep", drawing: "Drawing") -> None:
        """Say how many of the step's boxes are drawn."""
        text = self.tr("{0:,} of {1:,} boxes drawn").format(len(drawing.boxes), len(step))
        if step.grid is not None:
            size = self.tr("{0} x {1} cells").format(step.grid.columns, step.grid.rows)
            text = f"{size} · {text}"
        elif len(drawing.boxes) < min(self._first.value, len(step)):
            text = self.tr("{0}: no more at once").format(text)
        self._status.setText(text)

    def set_cell(self, cell: int, boxes: "Sequence[CellBox]", *, is_kept: bool) -> None:
        """Show what a cell says; -1 for none."""
        if self._has_grid:
            self.cell.set_cell(cell, boxes, is_kept=is_kept)

    @property
    def step(self) -> int:
        """The number of the step to show."""
        return max(0, self._step.currentIndex())

    @property
    def step_style(self) -> "StepStyle":
        """How to draw it."""
        from engine.inside.draw_steps import StepStyle

        return StepStyle(
            first=int(self._first.value),
            order=self._order.currentData(),
            color_by=self._color.currentData(),
            least=self._least.value,
            shade=self._shade.currentData(),
        )

    # Inside

    def _show_kind(self, step: "BoxStep") -> None:
        """Show the fields that matter for this step."""
        self._has_grid = step.grid is not None
        for field, is_shown in (
            (self._first, not self._has_grid),
            (self._order, not self._has_grid),
            (self._least, self._has_grid),
            (self._shade, self._has_grid),
        ):
            self._form.setRowVisible(field, is_shown)
        self.cell.setVisible(self._has_grid)
        self._first.set_high(max(len(step), 1))
        row = self._color.findData("label")
        self._color.model().item(row).setEnabled(step.label_ids is not None)  # type: ignore[attr-defined]
        if step.label_ids is None and self._color.currentIndex() == row:
            self._color.setCurrentIndex(0)

    @Slot()
    def _on_step(self) -> None:
        self.cell.set_cell(-1, (), is_kept=False)
        self.changed.emit()

    @Slot()
    def _on_change(self) -> None:
        self.changed.emit()
