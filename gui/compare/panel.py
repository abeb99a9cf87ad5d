"""The Compare models panel: two side by side on the canvas, and all of them in numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.compare.measured_table import MeasuredTable
from gui.compare.measuring import MeasureRequest
from gui.controllers.weights import WeightsChoice
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint

if TYPE_CHECKING:
    from engine.bench.models import Measured

KEY = Qt.ItemDataRole.UserRole
BESIDE, OVER = "beside", "over"


class ComparePanel(QWidget):
    """Says which two to show and which to measure; shows what came of it."""

    side_chosen = Signal(int, str)
    compare_requested = Signal(bool)
    over_chosen = Signal(bool)
    propose_requested = Signal()
    measure_requested = Signal(object)
    cancel_requested = Signal()
    browse_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._devices: dict[str, None] = {}  # As an ordered set.
        self._make_sides()
        self._make_measuring()
        self._build()
        self.set_comparing(False, is_over=False)
        self.set_running(False)
        self.set_times("")

    def _make_sides(self) -> None:
        self._sides = fields.ChoiceField(), fields.ChoiceField()
        self._names = QLabel(), QLabel()
        self._way = fields.ChoiceField()
        self._way.addItem(self.tr("Side by side"), BESIDE)
        self._way.addItem(self.tr("Over one another"), OVER)
        self._compare = QPushButton(self.tr("Show both"))
        self._compare.setObjectName("primary")
        self._compare.setCheckable(True)
        self._propose = QPushButton(self.tr("Propose what both say"))
        self._propose.setToolTip(
            self.tr("The objects of both wait as proposals on this picture. Nothing is accepted.")
        )
        self._times = fields.hint()

    def _make_measuring(self) -> None:
        self._weights = QListWidget()
        self._weights.setFixedHeight(128)
        self._weights.setAccessibleName(self.tr("Weights to measure"))
        self._where = fields.ChoiceField()
        self._where.addItem(self.tr("Where the settings say"), "auto")
        self._where.addItem(self.tr("On every device and backend"), "all")
        self._data = QLineEdit()
        self._data.setPlaceholderText(self.tr("A txt list, for a score as well"))
        self._data.setAccessibleName(self.tr("A txt list, for a score as well"))
        self._browse = QPushButton(self.tr("…"))
        self._browse.setObjectName("small")
        self._browse.setAccessibleName(self.tr("Choose a list"))
        self._measure = QPushButton(self.tr("Measure"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._bar = QProgressBar()
        self.table = MeasuredTable()
        EmptyHint(self.table, self.tr("Tick weights above and press Measure."))
        EmptyHint(self._weights, self.tr("No weights are here yet: train a model, or open a file."))
        self._detail = fields.hint()
        self._note = QLabel()
        self._note.setObjectName("hint")
        self._note.setWordWrap(True)
        self._note.setText(
            self.tr("Each runs on the shown picture, or on made ones of 640x480. A click on a "
                    "column sorts by it.")
        )  # fmt: skip

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(_title(self.tr("Two on one frame")))
        form.addRow(self._names[0], self._sides[0])
        form.addRow(self._names[1], self._sides[1])
        form.addRow(self.tr("Shown"), self._way)
        form.addRow("", _row(self._compare))
        form.addRow("", _row(self._propose))
        form.addRow("", self._times)
        form.addRow(_title(self.tr("In numbers")))
        form.addRow(self._weights)
        form.addRow(self.tr("Run"), self._where)
        form.addRow(self.tr("Score on"), _row(self._data, self._browse, stretch=0))
        form.addRow("", _row(self._measure, self._cancel))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(form)
        for widget in (self._bar, self._note):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._detail)
        self.table.setMinimumHeight(120)
        self.table.detail_changed.connect(self._detail.setText)
        for side in self._sides:
            side.activated.connect(self._on_side)
        self._way.activated.connect(self._on_way)
        self._compare.clicked.connect(self.compare_requested)
        self._propose.clicked.connect(self.propose_requested)
        self._measure.clicked.connect(self._on_measure)
        self._cancel.clicked.connect(self.cancel_requested)
        self._browse.clicked.connect(self.browse_requested)
        self._weights.itemChanged.connect(self._update)

    # Set from outside

    def set_choices(self, choices: Sequence[WeightsChoice], chosen: tuple[str, str]) -> None:
        """Offer these weights, of which only those that are here can be run."""
        here = [choice for choice in choices if choice.is_here]
        texts = (self.tr("The weights loaded before"), self.tr("The weights loaded now"))
        for side, text, key in zip(self._sides, texts, chosen, strict=True):
            self._fill(side, text, here, key)
        checked = {item.data(KEY) for item in self._items if item.checkState() == CHECKED}
        with QSignalBlocker(self._weights):
            self._weights.clear()
            for choice in here:
                item = QListWidgetItem(choice.text)
                item.setData(KEY, choice.key)
                item.setToolTip(choice.tip)
                is_checked = choice.key in checked
                item.setCheckState(CHECKED if is_checked else Qt.CheckState.Unchecked)
                self._weights.addItem(item)
        self._update()

    def set_comparing(self, is_on: bool, *, is_over: bool) -> None:
        """Whether two are compared now, the button ends it then; and how both are shown."""
        self._compare.setText(self.tr("End the comparison") if is_on else self.tr("Show both"))
        self._compare.setChecked(is_on)
        self._way.setCurrentIndex(self._way.findData(OVER if is_over else BESIDE))
        beside, over = (self.tr("Left"), self.tr("Right")), (self.tr("One"), self.tr("Other"))
        for name, text in zip(self._names, over if is_over else beside, strict=True):
            name.setText(text)

    def set_proposable(self, is_proposable: bool) -> None:
        """Whether it is known what both say of a picture."""
        self._propose.setEnabled(is_proposable)

    def set_times(self, text: str) -> None:
        """How long both take."""
        self._times.setText(text or self.tr("Both on the same frame, also of a video or camera."))

    def set_data(self, path: str) -> None:
        """Score on this list."""
        self._data.setText(path)

    def set_running(self, is_running: bool) -> None:
        """Whether something is being measured."""
        self._is_running = is_running
        self._bar.setVisible(is_running)
        self._cancel.setVisible(is_running)
        if is_running:
            self._bar.setRange(0, 0)
            self.table.setRowCount(0)
            self._devices.clear()
        self._update()

    def set_progress(self, done: int, total: int, text: str) -> None:
        """So many of so many weights are measured; this is next."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setFormat(text)

    def add_measured(self, measured: "Measured") -> None:
        """One more row of numbers."""
        self.table.add(measured)
        if not measured.trouble:
            self._devices[f"{measured.backend} · {measured.device}"] = None
            self._note.setText(self.tr("On {0}").format("; ".join(self._devices)))

    @property
    def request(self) -> MeasureRequest:
        """What is to be measured."""
        keys = tuple(str(item.data(KEY)) for item in self._items if item.checkState() == CHECKED)
        where = str(self._where.currentData())
        return MeasureRequest(keys, where, where, self._data.text().strip())

    # Inside

    @property
    def _items(self) -> list[QListWidgetItem]:
        return [self._weights.item(row) for row in range(self._weights.count())]

    def _fill(self, box: QComboBox, text: str, choices: Sequence[WeightsChoice], key: str) -> None:
        with QSignalBlocker(box):
            box.clear()
            box.addItem(text, "")
            for choice in choices:
                box.addItem(choice.text, choice.key)
            box.setCurrentIndex(max(0, box.findData(key)))

    @Slot()
    def _update(self) -> None:
        self._measure.setEnabled(not self._is_running and bool(self.request.weights))

    @Slot(int)
    def _on_side(self, index: int) -> None:
        for number, side in enumerate(self._sides):
            if side is self.sender():
                self.side_chosen.emit(number, str(side.itemData(index)))

    @Slot()
    def _on_way(self) -> None:
        self.over_chosen.emit(self._way.key == OVER)

    @Slot()
    def _on_measure(self) -> None:
        self.measure_requested.emit(self.request)


CHECKED = Qt.CheckState.Checked


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("title")
    return label


def _row(*widgets: QWidget, stretch: int | None = None) -> QWidget:
    """Widgets side by side; one of them stretches, or what is left stays empty."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for number, widget in enumerate(widgets):
        line.addWidget(widget, int(number == stretch))
    if stretch is None:
        line.addStretch(1)
    return row
