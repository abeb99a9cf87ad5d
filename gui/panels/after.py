"""After the network: what is left out or closed, tiles, and what is followed over time."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.thresholds import MOST_AREA, MOST_SMOOTHING
from gui.panels import fields
from gui.panels.section import Section
from gui.settings import Settings

TILES = (0, 512, 1024, 2048)
"""The sides of tiles that are offered; 0 is none."""
SHOWN = {
    "tile": ("semantic", "detection", "instance"),
    "least_area": ("semantic", "detection", "instance"),
    "smoothing": ("semantic",),
    "fills_holes": ("semantic", "instance"),
    "tracks": ("detection", "instance"),
    "has_trails": ("detection", "instance"),
}
"""For which tasks each means something."""


class AfterPanel(QWidget):
    """Rows that fold below a title, which says what differs from what the network says."""

    settings_requested = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._task = Settings(), ""
        self.tile = fields.ChoiceField()
        for side in TILES:
            text = self.tr("{0} pixels").format(side) if side else self.tr("None: see it whole")
            self.tile.addItem(text, side)
        self.tile.setToolTip(
            self.tr("Sees larger pictures part by part, so that small things keep their pixels")
        )
        self.least_area = fields.number(0, MOST_AREA, 0, suffix=self.tr(" pixels"))
        self.least_area.setKeyboardTracking(False)
        self.least_area.setSingleStep(50)
        self.least_area.setToolTip(self.tr("Leaves out what is smaller"))
        self.smoothing, self._share = fields.slider(), QLabel()
        self.smoothing.setRange(0, round(100 * MOST_SMOOTHING))
        self.smoothing.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.smoothing.setToolTip(
            self.tr("How much label scores keep of the frames of a video before, until a cut")
        )
        self.fills_holes = QCheckBox(self.tr("Fill holes"))
        self.tracks = QCheckBox(self.tr("Track: a number for each object of a video"))
        self.has_trails = QCheckBox(self.tr("Trails: where it has been"))
        self._form = self._rows()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(self._form)
        for box in (self.fills_holes, self.tracks, self.has_trails):
            column.addWidget(box)
        self.section = Section(self.tr("After the network"), body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.section)
        self._connect()
        self.set_settings(self._settings)
        self.set_task("")

    def _rows(self) -> QFormLayout:
        form, row = QFormLayout(), QHBoxLayout()
        form.setSpacing(8)
        self._share.setMinimumWidth(32)
        self._share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.smoothing, 1)
        row.addWidget(self._share)
        self._smooth_row = row
        for text, field in (
            (self.tr("Tiles"), self.tile),
            (self.tr("Smallest area"), self.least_area),
        ):
            field.setAccessibleName(text)
            form.addRow(fields.name(text), field)
        text = self.tr("Smoothing")
        self.smoothing.setAccessibleName(text)
        form.addRow(fields.name(text), row)
        return form

    def _connect(self) -> None:
        self.section.toggled.connect(self._on_folded)
        self.tile.activated.connect(self._on_tile)
        self.least_area.valueChanged.connect(self._on_area)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        for name in ("fills_holes", "tracks", "has_trails"):
            box: QCheckBox = getattr(self, name)
            box.setObjectName(name)
            box.clicked.connect(self._on_box)

    def set_task(self, task: str) -> None:
        """Show what means something to models of this task; "" is no model yet."""
        self._task = task
        rows = {name: task in tasks for name, tasks in SHOWN.items()}
        self._form.setRowVisible(self.tile, rows["tile"])
        self._form.setRowVisible(self.least_area, rows["least_area"])
        self._form.setRowVisible(self._smooth_row, rows["smoothing"])
        for name in ("fills_holes", "tracks", "has_trails"):
            getattr(self, name).setVisible(rows[name])
        self.setVisible(any(rows.values()))
        self.section.set_summary(self._summary())

    def set_settings(self, settings: Settings) -> None:
        """Show what is set."""
        self._settings = settings
        if self.tile.findData(settings.tile) < 0:  # Written into the file by hand.
            self.tile.addItem(self.tr("{0} pixels").format(settings.tile), settings.tile)
        self.tile.setCurrentIndex(self.tile.findData(settings.tile))
        with QSignalBlocker(self.least_area), QSignalBlocker(self.smoothing):
            self.least_area.setValue(settings.least_area)
            self.smoothing.setValue(round(100 * settings.smoothing))
        self._share.setText(f"{settings.smoothing:.2f}")
        self.fills_holes.setChecked(settings.fills_holes)
        self.tracks.setChecked(settings.tracks)
        self.has_trails.setChecked(settings.has_trails)
        self.has_trails.setEnabled(settings.tracks)
        self.section.set_summary(self._summary())
        self.section.set_open(settings.is_after_open)

    def _summary(self) -> str:
        """What is on, in a few words."""
        now = self._settings
        texts = {
            "tile": self.tr("tiles") if now.tile else "",
            "least_area": self.tr("from {0} px").format(now.least_area) if now.least_area else "",
            "smoothing": self.tr("smooth") if now.smoothing else "",
            "fills_holes": self.tr("no holes") if now.fills_holes else "",
            "tracks": self.tr("tracks") if now.tracks else "",
        }
        return ", ".join(t for name, t in texts.items() if t and self._task in SHOWN[name])

    @Slot(bool)
    def _on_folded(self, is_open: bool) -> None:
        self.settings_requested.emit({"is_after_open": is_open})

    @Slot(int)
    def _on_tile(self, index: int) -> None:
        self.settings_requested.emit({"tile": int(self.tile.itemData(index))})

    @Slot(int)
    def _on_area(self, area: int) -> None:
        self.settings_requested.emit({"least_area": area})

    @Slot(int)
    def _on_smoothing(self, hundredths: int) -> None:
        self.settings_requested.emit({"smoothing": hundredths / 100})

    @Slot(bool)
    def _on_box(self, is_on: bool) -> None:
        self.settings_requested.emit({self.sender().objectName(): is_on})
