"""How the training pictures are changed at random, labels together with pixels."""

from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from engine.model_facts import ModelFacts
from gui.panels import fields
from gui.train.panel.part import FormPart
from gui.train.panel.preview import PreviewGrid

FLAGS = ("flip", "flip_vertical", "quarter_turns")
SHARES = ("shift", "color", "noise", "mosaic")
MOST_ELASTIC = 10
"""In per cent of the input's sides, as far as the trainer goes."""


class AugmentPart(FormPart):
    """One row for each kind of change, and what comes of them on some samples."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flags = {key: QCheckBox() for key in FLAGS}
        self._flags["flip"].setChecked(True)
        self._rotate = fields.number(0, 180, 0, suffix="°")
        self._scale = [fields.number(10, 400, 100, suffix=" %") for _ in range(2)]
        self._shares = {key: fields.number(0, 100, 0, suffix=" %") for key in SHARES}
        self._crop = fields.number(10, 100, 100, suffix=" %")
        self._elastic = fields.decimal(0, MOST_ELASTIC, 0, step=1, digits=1)
        self._elastic.setSuffix(" %")
        self._blur = fields.decimal(0, 10, 0, step=0.5, digits=1)
        self._blur.setSuffix(" px")
        self._can_mix = False
        self._can_bend = True
        self.preview = PreviewGrid()
        self._add_rows()
        self.column.addWidget(self.preview)
        self.update_rows()

    def _add_rows(self) -> None:
        tr = self.tr
        once_in_two = tr("Every other time, by chance")
        self.add(tr("Flip left and right"), self._flags["flip"], once_in_two)
        self.add(tr("Flip top and bottom"), self._flags["flip_vertical"], once_in_two)
        tip = tr("By 0, 90, 180 or 270 degrees: where up and down mean nothing")
        self.add(tr("Quarter turns"), self._flags["quarter_turns"], tip)
        self.add(tr("Rotate up to"), self._rotate, tr("So many degrees either way"))
        self._scale_row = QWidget()
        row = QHBoxLayout(self._scale_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for box, text in zip(self._scale, (tr("Scale from"), tr("Scale to")), strict=True):
            box.setAccessibleName(text)
            box.setToolTip(tr("Smaller and larger than the picture fits, at random"))
            self.watch(box)
        row.addWidget(self._scale[0], 1)
        row.addWidget(QLabel(tr("to")))
        row.addWidget(self._scale[1], 1)
        self.form.addRow(fields.name(tr("Scale from")), self._scale_row)
        tip = tr("Up to this share of the input, any way")
        self.add(tr("Shift up to"), self._shares["shift"], tip)
        tip = tr("A window of at least this share of the sides fills the input")
        self.add(tr("Crop down to"), self._crop, tip)
        tip = tr("Pulls the picture about like rubber; 2 % as for U-Net")
        self.add(tr("Elastic"), self._elastic, tip)
        tip = tr("Brightness, contrast, saturation and hue; 100 % is strong")
        self.add(tr("Color"), self._shares["color"], tip)
        self.add(tr("Blur up to"), self._blur, tr("As out of focus, by so many pixels"))
        self.add(tr("Noise up to"), self._shares["noise"], tr("Grain, as a share of full white"))
        tip = tr("How often four pictures are put into one")
        self.add(tr("Mosaic"), self._shares["mosaic"], tip)

    def set_model(self, facts: ModelFacts | None) -> None:
        """The mosaic is for detectors, and boxes cannot be bent. Proposals are those of a whole
        picture that is straight."""
        is_detection = facts is not None and facts.task == "detection"
        given_boxes = facts is not None and facts.proposals
        self._can_mix = is_detection and not given_boxes
        self._can_bend = not is_detection and not given_boxes
        self.update_rows()

    def update_rows(self) -> None:
        """Show what the model can be trained with."""
        self.show_row(self._shares["mosaic"], self._can_mix)
        self.show_row(self._elastic, self._can_bend)

    @property
    def augment(self) -> dict[str, Any]:
        """The `augment` of a config: only what is switched on."""
        found: dict[str, Any] = {key: True for key in FLAGS if self._flags[key].isChecked()}
        if self._rotate.value():
            found["rotate"] = float(self._rotate.value())
        low, high = sorted(box.value() / 100 for box in self._scale)
        if (low, high) != (1.0, 1.0):
            found["scale"] = [low, high]
        if self._crop.value() < 100:
            found["crop"] = [self._crop.value() / 100, 1.0]
        if self._elastic.value() and self._can_bend:
            found["elastic"] = self._elastic.value() / 100
        if self._blur.value():
            found["blur"] = self._blur.value()
        for key, box in self._shares.items():
            if box.value() and (key != "mosaic" or self._can_mix):
                found[key] = box.value() / 100
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """`augment`, always: what it does not name is off."""
        return {"augment": self.augment}

    @property
    def summary(self) -> str:
        """The kinds of change."""
        names = {
            "flip": self.tr("flip"),
            "flip_vertical": self.tr("upside down"),
            "quarter_turns": self.tr("turns"),
            "rotate": self.tr("rotate"),
            "scale": self.tr("scale"),
            "shift": self.tr("shift"),
            "crop": self.tr("crop"),
            "elastic": self.tr("elastic"),
            "color": self.tr("color"),
            "blur": self.tr("blur"),
            "noise": self.tr("noise"),
            "mosaic": self.tr("mosaic"),
        }
        return ", ".join(names[key] for key in self.augment) or self.tr("none")
