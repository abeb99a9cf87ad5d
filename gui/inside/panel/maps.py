"""The Look inside panel: which stage of the running network, and how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.inside.maps import COLUMNS, PER_PAGE, MapsSeen, MapsWish
from gui.inside.panel.channels import ChannelGrid, ColorScale
from gui.panels import fields

OPACITY = 70


@dataclass(frozen=True)
class StageRow:
    """One row of the stages: its text, path, kind of maps, their number and size, its runs."""

    text: str
    path: str
    kind: str
    shape: tuple[int, int, int]
    calls: int


class InsidePanel(QWidget):
    """Shows the stages and what was seen; says what the person wants to see."""

    wish_changed = Signal(object)
    opacity_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._stages: tuple[StageRow, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._page = 0
        self._make_fields()
        self._build()
        self.set_stages((), (), MapsWish())
        self.set_hint("")

    def _make_fields(self) -> None:
        self._stage, self._mode = fields.ChoiceField(), fields.ChoiceField()
        self._stage.setAccessibleName(self.tr("Stage"))
        self._size = QLabel()
        self._channel, self._call = fields.number(0, 0, 0), fields.number(1, 1, 1)
        self._channel.setAccessibleName(self.tr("Channel"))
        self._call.setAccessibleName(self.tr("Which call of the stage"))
        self._channel_name = QLabel()
        self._opacity = fields.slider()
        self._opacity.setRange(0, 100)
        self._opacity.setValue(OPACITY)
        self._opacity.setAccessibleName(self.tr("Opacity"))
        self._scale = ColorScale()
        self._status, self._hint, self._range = QLabel(), QLabel(), QLabel()
        self._has_grid = QCheckBox(self.tr("Channels side by side"))
        self._has_grid.setToolTip(self.tr("Small pictures of single channels; a click shows one"))
        self.grid = ChannelGrid(COLUMNS)
        self._back, self._on = QPushButton("‹"), QPushButton("›")
        for button, text in ((self._back, self.tr("Before")), (self._on, self.tr("Next"))):
            button.setObjectName("small")
            button.setAccessibleName(text)
            button.setToolTip(text)
        for label in (self._size, self._status, self._hint, self._range, self._channel_name):
            label.setObjectName("hint")
        for label in (self._status, self._hint, self._range):
            label.setWordWrap(True)

    def _build(self) -> None:
        form = self._form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Stage"), self._stage)
        form.addRow("", self._size)
        form.addRow(self.tr("Show"), self._mode)
        self._channel_row = _row(self._channel, self._channel_name)
        form.addRow(self.tr("Channel"), self._channel_row)
        self._call_name = QLabel()
        form.addRow(self._call_name, self._call)
        form.addRow(self.tr("Opacity"), self._opacity)
        form.addRow(self.tr("Values"), self._scale)
        form.addRow("", self._status)
        self._pager = _row(self._range, self._back, self._on)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addLayout(form)
        for widget in (self._has_grid, self._pager, self.grid):
            body.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._hint)
        layout.addWidget(self._body)
        layout.addStretch(1)
        self._stage.activated.connect(self._on_stage)
        self._mode.activated.connect(self._on_wish)
        self._channel.valueChanged.connect(self._on_wish)
        self._call.valueChanged.connect(self._on_wish)
        self._has_grid.clicked.connect(self._on_wish)
        self._opacity.valueChanged.connect(self._on_opacity)
        self._back.clicked.connect(self._on_back)
        self._on.clicked.connect(self._on_next)
        self.grid.channel_chosen.connect(self._on_channel)

    # Set from outside

    def set_stages(self, stages: Sequence[StageRow], labels: Sequence[str], wish: MapsWish) -> None:
        """Offer these stages of a network with these labels, and show the wish."""
        self._stages, self._labels = tuple(stages), tuple(labels)
        self._body.setVisible(bool(stages))
        with QSignalBlocker(self._stage):
            self._stage.clear()
            for stage in self._stages:
                self._stage.addItem(stage.text, stage.path)
                tip = Qt.ItemDataRole.ToolTipRole
                self._stage.setItemData(self._stage.count() - 1, stage.path, tip)
        self._show_wish(wish)

    def set_hint(self, text: str) -> None:
        """Say why there is nothing to see, or nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_seen(self, seen: MapsSeen | None) -> None:
        """Tell the numbers of what the canvas shows, and show the grid."""
        if seen is None:
            self._status.setText("")
            return
        self._show_size(seen.size)
        seconds = seen.glimpse.seconds
        text = self.tr("{0:.0f} ms on {1}").format(1000 * seconds, seen.device_text)
        if seen.rate:
            text = self.tr("{0:.1f} a second").format(seen.rate) + f" · {text}"
        self._status.setText(text)
        self._scale.set_range(seen.picture.low, seen.picture.high)
        self.grid.set_grid(seen.grid, seen.channels, self._channel.value() if self._is_one else -1)
        first = seen.wish.page * PER_PAGE
        range_text = self.tr("{0} to {1} of {2}, those that vary most first")
        count = len(seen.order)
        self._range.setText(range_text.format(first + 1, first + len(seen.channels), count))
        self._back.setEnabled(first > 0)
        self._on.setEnabled(first + PER_PAGE < count)

    @property
    def opacity(self) -> float:
        """How much of the frame the heat map hides, 0..1."""
        return self._opacity.value() / 100

    @property
    def wish(self) -> MapsWish:
        """What the fields say."""
        return MapsWish(
            stage=max(0, self._stage.currentIndex()),
            mode=self._mode.key or "mean",
            channel=self._channel.value(),
            call=self._call.value() - 1,
            has_grid=self._has_grid.isChecked(),
            page=self._page,
        )

    # Inside

    @property
    def _is_one(self) -> bool:
        return self._mode.currentData() == "channel"

    def _show_wish(self, wish: MapsWish) -> None:
        """Set the fields for the wish's stage; signals stay silent."""
        if not self._stages:
            return
        stage = self._stages[wish.stage]
        self._page = wish.page
        blocked = (self._stage, self._mode, self._channel, self._call, self._has_grid)
        blockers = [QSignalBlocker(field) for field in blocked]
        self._stage.setCurrentIndex(wish.stage)
        self._mode.clear()
        for mode, text in self._modes(stage):
            self._mode.addItem(text, mode)
        self._mode.setCurrentIndex(max(0, self._mode.findData(wish.mode)))
        self._channel.setRange(0, stage.shape[0] - 1)
        self._channel.setValue(wish.channel)
        self._call.setRange(1, stage.calls)
        self._call.setSuffix(self.tr(" of {0}").format(stage.calls))
        self._call.setValue(wish.call + 1)
        self._has_grid.setChecked(wish.has_grid)
        del blockers
        self._show_size(stage.shape)
        self._update_rows()

    def _show_size(self, shape: tuple[int, int, int]) -> None:
        channels, height, width = shape
        self._size.setText(self.tr("{0} channels at {1}x{2}").format(channels, width, height))

    def _modes(self, stage: StageRow) -> tuple[tuple[str, str], ...]:
        if stage.kind == "scores":
            return (
                ("labels", self.tr("All labels in their colors")),
                ("channel", self.tr("The probability of one label")),
            )
        if stage.kind == "refinement":
            return (("picture", self.tr("The picture itself")),)
        if stage.kind == "objectness":
            return (
                ("maximum", self.tr("The surest of all anchors")),
                ("channel", self.tr("One anchor")),
            )
        if stage.kind == "positions":
            return (
                ("mean", self.tr("How many channels kept this position")),
                ("channel", self.tr("One channel's positions")),
            )
        return (
            ("mean", self.tr("Mean strength of all channels")),
            ("maximum", self.tr("Largest value of all channels")),
            ("channel", self.tr("One channel")),
        )

    def _update_rows(self) -> None:
        """Show the fields that matter for this stage and mode."""
        stage = self._stages[max(0, self._stage.currentIndex())]
        is_scores = stage.kind == "scores"
        self._form.setRowVisible(self._channel_row, self._is_one)
        self._form.setRowVisible(self._call, stage.calls > 1)
        self._call_name.setText(self.tr("Region") if stage.kind == "regions" else self.tr("Run"))
        has_maps = stage.kind != "refinement"
        has_heat = has_maps and self._mode.currentData() != "labels"
        self._form.setRowVisible(self._scale, has_heat)
        self._form.setRowVisible(self._mode, has_maps)
        self._form.setRowVisible(self._size, has_maps)
        name = self._labels[self._channel.value()] if is_scores else ""
        self._channel_name.setText(name)
        self._has_grid.setVisible(has_maps)
        for widget in (self._pager, self.grid):
            widget.setVisible(has_maps and self._has_grid.isChecked())

    @Slot(int)
    def _on_stage(self, index: int) -> None:
        self._show_wish(MapsWish(index, self._mode.currentData(), has_grid=self.wish.has_grid))
        self._tell()

    @Slot()
    def _on_wish(self) -> None:
        self._update_rows()
        self._tell()

    def _tell(self) -> None:
        """Say what is wanted; some stages take a while on a slow machine."""
        self._status.setText(self.tr("Looking…"))
        self.wish_changed.emit(self.wish)

    @Slot(int)
    def _on_opacity(self, value: int) -> None:
        self.opacity_changed.emit(value / 100)

    @Slot()
    def _on_back(self) -> None:
        self._page = max(0, self._page - 1)
        self._tell()

    @Slot()
    def _on_next(self) -> None:
        self._page += 1
        self._tell()

    @Slot(int)
    def _on_channel(self, channel: int) -> None:
        """A tile was clicked: show this channel on the canvas."""
        with QSignalBlocker(self._channel), QSignalBlocker(self._mode):
            self._mode.setCurrentIndex(self._mode.findData("channel"))
            self._channel.setValue(channel)
        self._on_wish()


def _row(*widgets: QWidget) -> QWidget:
    """Widgets side by side, the first as wide as there is room."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for number, widget in enumerate(widgets):
        line.addWidget(widget, int(number == 0))
    return row
