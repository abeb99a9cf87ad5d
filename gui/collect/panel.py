"""The Collect panel: the rules, how many frames have come, and why each of them."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.collect.rules import LEAST_GAP, MOST_CAP, Rules
from engine.formats.report import sample_name
from engine.values import FrameId
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint

FRAME = Qt.ItemDataRole.UserRole
USUAL_SECONDS = 10.0
MOST_SECONDS = 3600.0
PERCENT = 100


class CollectPanel(QWidget):
    """Shows what is set and reports what the person wants."""

    on_requested = Signal(bool)
    rules_requested = Signal(object)
    now_requested = Signal()
    picture_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._make_rules()
        self._on = QPushButton()
        self._on.setObjectName("primary")
        self._on.setCheckable(True)
        self._now = QPushButton(self.tr("This frame"))
        self._now.setToolTip(self.tr("Collect what is shown now, and go on"))
        self._count = fields.hint()
        self._warning = QLabel()
        self._warning.setObjectName("why")
        self._warning.setWordWrap(True)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Collected frames, the newest first"))
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        text = self.tr(
            "Frames that are collected stand here with the reason, and in the filmstrip."
        )
        EmptyHint(self._list, text)
        note = fields.hint(
            self.tr("What the model says of them waits as proposals: nothing is accepted by "
                    "itself, and each frame is one step to undo.")
        )  # fmt: skip
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._on, 1)
        buttons.addWidget(self._now)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(self._count)
        column.addLayout(self._rule_grid())
        column.addWidget(self._warning)
        column.addWidget(self._list, 1)
        column.addWidget(note)
        self._on.clicked.connect(self.on_requested)
        self._now.clicked.connect(self.now_requested)
        self._list.itemActivated.connect(self._on_item)
        self.set_rules(Rules())
        self.set_warning("")
        self.set_state(0, Rules().cap, is_on=False, is_possible=False)

    def _make_rules(self) -> None:
        self._every, self._unsure = QCheckBox(self.tr("Every")), QCheckBox(self.tr("Unsure, from"))
        self._new = QCheckBox(self.tr("New label, after"))
        self._differs = QCheckBox(self.tr("Two models differ, over"))
        self._seconds = self._field(0.5, MOST_SECONDS, self.tr("s"), self.tr("Seconds between"))
        self._away = self._field(
            0.5, MOST_SECONDS, self.tr("s"), self.tr("Seconds out of sight before")
        )
        self._low = self._field(0, 1, "", self.tr("Lowest score"), step=0.05)
        self._high = self._field(0, 1, "", self.tr("Highest score"), step=0.05)
        self._share = fields.number(0, PERCENT, 30, suffix=" %")
        self._share.setAccessibleName(self.tr("Least share that differs"))
        self._gap = self._field(LEAST_GAP, MOST_SECONDS, self.tr("s"), self.tr("Least gap"))
        self._cap = fields.number(1, MOST_CAP, Rules().cap)
        self._cap.setAccessibleName(self.tr("Most frames"))
        self._unsure.setToolTip(self.tr("An object has a score between the two"))
        self._new.setToolTip(self.tr("A label comes that was not in sight for so long"))
        self._differs.setToolTip(self.tr("Only while two models are compared"))
        for box in (self._every, self._unsure, self._new, self._differs):
            box.clicked.connect(self._on_change)
        for field in (self._seconds, self._away, self._low, self._high, self._gap):
            field.valueChanged.connect(self._on_change)
        for count in (self._share, self._cap):
            count.valueChanged.connect(self._on_change)

    def _field(
        self, low: float, high: float, unit: str, name: str, *, step: float = 1.0
    ) -> QDoubleSpinBox:
        box = fields.decimal(low, high, low, step=step, digits=2 if step < 1 else 1)
        box.setSuffix(f" {unit}" if unit else "")
        box.setAccessibleName(name)
        box.setToolTip(name)
        return box

    def _rule_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        rows: tuple[tuple[QWidget, ...], ...] = (
            (self._every, self._seconds),
            (self._unsure, self._low, QLabel(self.tr("to")), self._high),
            (self._new, self._away),
            (self._differs, self._share),
            (QLabel(self.tr("At most, and apart")), self._cap, QLabel(""), self._gap),
        )
        for row, widgets in enumerate(rows):
            for column, widget in enumerate(widgets):
                grid.addWidget(widget, row, column)
        grid.setColumnStretch(4, 1)
        return grid

    @property
    def rules(self) -> Rules:
        """What the fields say."""
        low, high = self._low.value(), self._high.value()
        return Rules(
            every=self._seconds.value() if self._every.isChecked() else 0.0,
            is_unsure=self._unsure.isChecked(),
            low=round(min(low, high), 2),
            high=round(max(low, high), 2),
            new_after=self._away.value() if self._new.isChecked() else 0.0,
            disagrees=self._differs.isChecked(),
            least_difference=self._share.value() / PERCENT,
            gap=self._gap.value(),
            cap=self._cap.value(),
        )

    def set_rules(self, rules: Rules) -> None:
        """Show these."""
        self.blockSignals(True)
        self._every.setChecked(bool(rules.every))
        self._seconds.setValue(rules.every or USUAL_SECONDS)
        self._unsure.setChecked(rules.is_unsure)
        self._low.setValue(rules.low)
        self._high.setValue(rules.high)
        self._new.setChecked(bool(rules.new_after))
        self._away.setValue(rules.new_after or USUAL_SECONDS)
        self._differs.setChecked(rules.disagrees)
        self._share.setValue(round(PERCENT * rules.least_difference))
        self._gap.setValue(rules.gap)
        self._cap.setValue(rules.cap)
        self.blockSignals(False)

    def set_state(self, count: int, cap: int, *, is_on: bool, is_possible: bool) -> None:
        """Whether it is on, whether it can be, and how many frames have come."""
        self._on.setChecked(is_on)
        self._on.setEnabled(is_possible or is_on)
        self._now.setEnabled(is_possible)
        self._on.setText(self.tr("Stop collecting") if is_on else self.tr("Collect while it plays"))
        if not is_possible and not count:
            text = self.tr("Open a video or a camera, with a model on it.")
        elif count >= cap:
            text = self.tr("{0} of {1} collected: that is all.").format(count, cap)
        else:
            text = self.tr("{0} of {1} collected").format(count, cap)
        self._count.setText(text)

    def set_warning(self, text: str) -> None:
        """Why a rule cannot find anything; nothing where it can."""
        self._warning.setText(text)
        self._warning.setVisible(bool(text))

    def add(self, frame_id: FrameId, why: str) -> None:
        """One more has come."""
        item = QListWidgetItem(f"{sample_name(frame_id)}  {why}")
        item.setToolTip(why)
        item.setData(FRAME, frame_id)
        self._list.insertItem(0, item)

    def clear(self) -> None:
        """Forget those of before."""
        self._list.clear()

    @Slot()
    def _on_change(self) -> None:
        self.rules_requested.emit(self.rules)

    @Slot(object)
    def _on_item(self, item: QListWidgetItem) -> None:
        self.picture_requested.emit(item.data(FRAME))
