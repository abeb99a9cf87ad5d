"""How a Run goes: progress, curves, what it began with, and what to do with the result."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.training.events import Stepped
from engine.weights.warm_start import WarmStart
from engine.words import hours_minutes
from gui.panels import fields
from gui.train.panel.curves import Curves


class RunProgress(QWidget):
    """Shows what the Run says of itself."""

    use_requested = Signal()
    compare_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.use = QPushButton(self.tr("Use the new weights"))
        self.use.setObjectName("primary")
        self.compare = QPushButton()
        self.compare.setToolTip(self.tr("Old and new weights side by side on the same picture"))
        self.compare.setCheckable(True)
        self.bar = QProgressBar()
        self.status, self.pace, self.busy = fields.hint(), fields.hint(), fields.hint()
        self.encoder, self.table = fields.hint(), QPlainTextEdit()
        self.busy.setToolTip(
            self.tr("The rest of the time the device waits for samples: less is wasted above 90 %.")
        )
        self.table.setReadOnly(True)
        self.table.setFixedHeight(112)
        self.table.setAccessibleName(self.tr("What the warm start took over"))
        self.curves = Curves()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.use)
        row.addWidget(self.compare)
        row.addStretch(1)
        column.addLayout(row)
        shown = (self.bar, self.pace, self.status, self.encoder, self.curves, self.busy, self.table)
        for widget in shown:
            column.addWidget(widget)
        self.use.clicked.connect(self.use_requested)
        self.compare.clicked.connect(self.compare_requested)
        self.curves.hide()
        self.set_busy(None)
        self.set_encoder("")
        self.set_comparing(False)

    def set_running(self, is_running: bool) -> None:
        """Whether a Run is under way; the curves stay to be looked at."""
        self.bar.setVisible(is_running)
        self.pace.setVisible(is_running)
        self.pace.setText("")
        if is_running:
            self.bar.setRange(0, 0)
            self.curves.show()
            self.set_busy(None)

    def set_over(self) -> None:
        """No step comes any more: nothing of it is left to wait for."""
        self.bar.hide()
        self.pace.hide()

    def set_progress(self, done: int, total: int) -> None:
        """So many steps of so many."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(self.tr("step {0} of {1}").format(done, total))

    def set_pace(self, step: Stepped, epochs: int) -> None:
        """In which epoch the Run is, how fast, and how long it still takes."""
        parts = (
            self.tr("Epoch {0} of {1}").format(step.epoch, epochs),
            self.tr("{0:.1f} pictures/s").format(step.samples_per_second),
            self.time_text(step.seconds_left),
        )
        self.pace.setText(" · ".join(parts))

    def time_text(self, seconds: float) -> str:
        """How long it still takes, no more exactly than that is known."""
        hours, minutes = hours_minutes(seconds)
        if hours and minutes:
            return self.tr("about {0} h {1} min left").format(hours, minutes)
        if hours:
            return self.tr("about {0} h left").format(hours)
        if minutes:
            return self.tr("about {0} min left").format(minutes)
        return self.tr("less than a minute left")

    def set_busy(self, share: float | None) -> None:
        """The share of an epoch, 0 to 1, in which the device computed; None says nothing."""
        self.busy.setVisible(share is not None)
        if share is not None:
            self.busy.setText(self.tr("Device busy {0:.0f} % of the epoch").format(100 * share))

    def set_encoder(self, text: str) -> None:
        """Where a pretrained encoder's weights come from, and what is kept of a frozen one; nothing
        for a Run without."""
        self.encoder.setVisible(bool(text))
        self.encoder.setText(self.tr("Encoder: {0}").format(text))

    def set_warm_start(self, found: WarmStart | None) -> None:
        """The table of what the warm start took over and what not."""
        self.table.setVisible(found is not None)
        if found is None:
            return
        missing = self.tr("not in the file, begins anew")
        extra = self.tr("in the file only, left out")
        other_shape = self.tr("another shape, begins anew")
        lines = [
            f"{len(found.matched)}  {self.tr('taken over')}",
            *found.mapping,
            f"{len(found.missing)}  {missing}",
            f"{len(found.extra)}  {extra}",
            f"{len(found.other_shape)}  {other_shape}",
            *(f"{other_shape}: {name} {found.shape_text(name)}" for name in found.other_shape),
            *(f"{missing}: {name}" for name in found.missing),
            *(f"{extra}: {name}" for name in found.extra),
        ]
        self.table.setPlainText("\n".join(lines))

    def set_result(self, *, can_use: bool = False, can_compare: bool = False) -> None:
        """Whether new weights wait to be used, and whether there are older ones beside them."""
        self.use.setVisible(can_use)
        self.compare.setVisible(can_compare)

    def set_comparing(self, is_on: bool) -> None:
        """Whether old and new weights are compared now: the button ends it then."""
        text = self.tr("End (Esc)") if is_on else self.tr("Compare")
        self.compare.setText(text)
        self.compare.setChecked(is_on)
