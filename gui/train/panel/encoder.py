"""What the network's encoder begins with, and how much of it still learns."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from engine.model_facts import ModelFacts
from engine.weights.encoder_catalog import (
    PRETRAINED_RATE,
    EncoderWeights,
    find_encoder,
    how_to_get,
)
from gui.controllers.weights import WeightsChoice
from gui.panels import fields
from gui.train.panel.part import FormPart

STAGES = 4
"""A whole encoder has as many, or one more: those are "all"."""
MOST_VERSIONS = 100
"""Of a picture, whose features are kept: more are as good as new ones."""


class EncoderPart(FormPart):
    """Pretrained by default, where its weights are here and no warm start brings others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: ModelFacts | None = None
        self._name = ""
        self._weights: EncoderWeights | None = None
        self._is_narrow = False
        self._warm_start: WeightsChoice | None = None
        self._is_wanted = True
        self._usual_rate = PRETRAINED_RATE
        self._pretrained, self._origin = QCheckBox(), fields.hint()
        self._freeze = fields.ChoiceField()
        self._freeze.addItem(self.tr("None: all of it learns"), "none")
        self._freeze.addItem(self.tr("The first"), 1)
        for count in range(2, STAGES + 1):
            self._freeze.addItem(self.tr("The first {0}").format(count), count)
        self._freeze.addItem(self.tr("All"), "all")
        self._rate = fields.decimal(0.001, 10, PRETRAINED_RATE, step=0.05, digits=3)
        self.add(self.tr("Pretrained encoder"), self._pretrained, "")
        self.form.addRow(self._origin)
        tip = self.tr("They stay as they are, batch norm too: counted from the picture on")
        self.add(self.tr("Frozen stages"), self._freeze, tip)
        self._versions = fields.number(0, MOST_VERSIONS, 0)
        self._versions.setSpecialValueText(self.tr("Off"))
        tip = self.tr(
            "Each picture is augmented in so many versions only, and the frozen encoder computes "
            "the features of each once: epochs are shorter"
        )
        self.add(self.tr("Versions to keep"), self._versions, tip)
        tip = self.tr("The encoder's share of the learning rate: less keeps more of what it knows")
        self.add(self.tr("Share of the rate"), self._rate, tip)
        self._pretrained.toggled.connect(self._on_wanted)
        self.set_network(None, {})

    def set_network(
        self,
        facts: ModelFacts | None,
        options: Mapping[str, Any],
        warm_start: WeightsChoice | None = None,
    ) -> None:
        """Follow a model and its options; a warm start brings its own encoder."""
        self._facts, self._warm_start = facts, warm_start
        self._name = facts.encoder_with(options) if facts is not None else ""
        self._weights = find_encoder(self._name) if self._name else None
        self._is_narrow = (
            facts is not None and facts.scales_encoder and options.get("width", 1) != 1
        )
        trouble = self._trouble
        with QSignalBlocker(self._pretrained):
            self._pretrained.setEnabled(not trouble)
            self._pretrained.setChecked(not trouble and self._is_wanted)
        text = self._weights.text if self._weights is not None else ""
        self._origin.setText(trouble or text)
        self._pretrained.setToolTip(
            trouble or self.tr("The encoder begins with these weights: {0}").format(text)
        )
        self.update_rows()

    @property
    def _trouble(self) -> str:
        """Why the encoder cannot begin pretrained, and what to do about it."""
        if self._facts is None:
            return self.tr("No model is chosen.")
        if not self._name:
            text = self.tr("{0} has no encoder that could be pretrained.").format(self._facts.name)
            return f"{text} {self.tr('Models with the option Backbone have one.')}"
        if self._warm_start is not None:
            text = self.tr("The warm start brings its own encoder.")
            return f"{text} {self._warm_start.encoder}".strip()
        if self._weights is None:
            text = self.tr("There are no weights for the encoder {0} here.").format(self._name)
            return f"{text} {how_to_get(self._name)}"
        if self._is_narrow:
            return self.tr("The weights are for the encoder's full width: set the width to 1.")
        return ""

    @property
    def _has_learned(self) -> bool:
        """Whether there is an encoder, and it begins with weights."""
        return bool(self._name) and (self._pretrained.isChecked() or self._warm_start is not None)

    def update_rows(self) -> None:
        """What has learned already may be frozen, or learn more slowly."""
        usual = PRETRAINED_RATE if self._pretrained.isChecked() else 1.0
        if usual != self._usual_rate:
            self._usual_rate = usual
            self._rate.setValue(usual)
        self.show_row(self._freeze, self._has_learned)
        is_frozen = self._freeze.currentData() == "all"
        self.show_row(self._versions, self._has_learned and is_frozen)
        self.show_row(self._rate, self._has_learned and not is_frozen)

    @property
    def settings(self) -> dict[str, Any]:
        """`pretrained`, `freeze`, `keep_features` and `encoder_rate`."""
        found: dict[str, Any] = {}
        if self._pretrained.isChecked():
            found["pretrained"] = True
        if not self._has_learned:
            return found
        freeze = self._freeze.currentData()
        if freeze != "none":
            found["freeze"] = freeze
        if freeze == "all" and self._versions.value():
            found["keep_features"] = self._versions.value()
        if freeze != "all" and self._rate.value() != self._usual_rate:
            found["encoder_rate"] = self._rate.value()
        return found

    @property
    def summary(self) -> str:
        """What it begins with, and what is frozen."""
        if not self._name:
            return self.tr("none")
        if not self._has_learned:
            return self.tr("from scratch")
        origin = (
            self.tr("of the warm start") if self._warm_start is not None else self.tr("pretrained")
        )
        frozen = {"none": "", "all": self.tr("frozen")}
        part = frozen.get(self._freeze.currentData(), self.tr("partly frozen"))
        return ", ".join(filter(None, (origin, part)))

    @Slot(bool)
    def _on_wanted(self, is_on: bool) -> None:
        """What a person wants stays wanted where it cannot be had for a while."""
        self._is_wanted = is_on
