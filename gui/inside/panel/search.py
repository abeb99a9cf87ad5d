"""Selective search over the shown picture: how it is grouped, and how many regions are left."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QVBoxLayout, QWidget

from gui.inside.panel.log_slider import LogSlider
from gui.inside.search import SearchSeen, SearchWish
from gui.panels import fields

OPACITY = 75
REGIONS = 100


class SearchPage(QWidget):
    """Says which level of which grouping the person wants to see."""

    wish_changed = Signal(object)
    opacity_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_fields()
        self._build()
        self.set_hint("")

    def _make_fields(self) -> None:
        self._regions = LogSlider(1, 500, REGIONS, is_whole=True)
        self._regions.set_name(self.tr("Regions left"))
        self._regions.setToolTip(
            self.tr("From the first regions, at the right end, to the whole picture as one")
        )
        self._space, self._similarity = fields.ChoiceField(), fields.ChoiceField()
        self._scale, self._fill = fields.ChoiceField(), fields.ChoiceField()
        self._fill_choices()
        self._boxes = QCheckBox(self.tr("Boxes around the regions"))
        self._boxes.setChecked(True)
        self._opacity = fields.slider()
        self._opacity.setRange(0, 100)
        self._opacity.setValue(OPACITY)
        self._opacity.setAccessibleName(self.tr("Opacity"))
        self._hint, self._status = fields.hint(), fields.hint()
        self._about = fields.hint(
            self.tr(
                "Neighbouring regions that are most alike become one, again and again. The box "
                "around every region that ever was is a proposal: R-CNN, SPPnet and Fast R-CNN "
                "judge those."
            )
        )

    def _fill_choices(self) -> None:
        spaces = (
            ("hsv", self.tr("Hue, saturation, value")),
            ("lab", self.tr("Lab")),
            ("rgi", self.tr("Shares of red and green, intensity")),
            ("hue", self.tr("Hue alone")),
            ("intensity", self.tr("Intensity alone")),
            ("rgb", self.tr("Red, green, blue")),
        )
        likenesses = (
            ("CTSF", self.tr("Color, texture, size, fill")),
            ("TSF", self.tr("Texture, size, fill")),
            ("F", self.tr("Fill alone")),
            ("S", self.tr("Size alone")),
        )
        fills = (
            ("mean", self.tr("Their mean color")),
            ("distinct", self.tr("A color of their own")),
            ("none", self.tr("Their borders only")),
        )
        scales = (50.0, self.tr("Small")), (100.0, self.tr("Medium")), (200.0, self.tr("Large"))
        for box, choices in (
            (self._space, spaces),
            (self._similarity, likenesses),
            (self._fill, fills),
            (self._scale, scales),
        ):
            for data, text in choices:
                box.addItem(text, data)
        self._scale.setCurrentIndex(1)

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (self.tr("Regions left"), self._regions),
            (self.tr("Regions show"), self._fill),
            ("", self._boxes),
            (self.tr("Opacity"), self._opacity),
            (self.tr("Colors"), self._space),
            (self.tr("First regions"), self._scale),
            (self.tr("Alike by"), self._similarity),
            ("", self._status),
        ):
            form.addRow(text, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._hint)
        layout.addWidget(self._about)
        layout.addLayout(form)
        for box in (self._space, self._scale, self._similarity, self._fill):
            box.activated.connect(self._on_change)
        self._boxes.clicked.connect(self._on_change)
        self._regions.value_changed.connect(self._on_change)
        self._opacity.valueChanged.connect(self._on_opacity)

    # Set from outside

    def set_hint(self, text: str) -> None:
        """Say why there is nothing to see, or nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_seen(self, seen: SearchSeen | None) -> None:
        """Say what the canvas shows."""
        if seen is None:
            self._status.setText("")
            return
        most = seen.searched.most
        self._regions.set_high(most)
        left = min(seen.wish.regions, most)
        text = self.tr("{0:,} of {1:,} regions left after {2:,} merges")
        self._status.setText(text.format(left, most, most - left))

    @property
    def opacity(self) -> float:
        """How much of the frame the regions hide, 0..1."""
        return self._opacity.value() / 100

    @property
    def wish(self) -> SearchWish:
        """What the fields say."""
        return SearchWish(
            space=str(self._space.currentData()),
            scale=float(self._scale.currentData()),
            similarity=str(self._similarity.currentData()),
            regions=int(self._regions.value),
            fill=str(self._fill.currentData()),
            has_boxes=self._boxes.isChecked(),
        )

    @Slot()
    def _on_change(self) -> None:
        self.wish_changed.emit(self.wish)

    @Slot(int)
    def _on_opacity(self, value: int) -> None:
        self.opacity_changed.emit(value / 100)
