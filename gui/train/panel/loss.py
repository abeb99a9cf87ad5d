"""What a semantic model minimises: a sum of losses, each with its factor."""

from typing import Any

from PySide6.QtWidgets import QWidget

from engine.model_facts import ModelFacts
from gui.panels import fields
from gui.train.panel.part import FormPart

DEFAULT = {"cross_entropy": 1.0, "dice": 1.0, "focal": 0.0}
"""What the models minimise without being told."""
FOCAL_GAMMA = 2.0


class LossPart(FormPart):
    """Cross entropy, Dice and focal loss, and weights for rare labels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._factors = {
            key: fields.decimal(0, 100, value, step=0.5, digits=2) for key, value in DEFAULT.items()
        }
        self._gamma = fields.decimal(0, 10, FOCAL_GAMMA, step=0.5, digits=2)
        self._weights = fields.ChoiceField()
        self._weights.addItem(self.tr("None: all pixels alike"), "none")
        self._weights.addItem(self.tr("Median frequency"), "median_frequency")
        texts = {
            "cross_entropy": (
                self.tr("Cross entropy"),
                self.tr("How surprised the network is by the true label, pixel by pixel"),
            ),
            "dice": (
                self.tr("Dice"),
                self.tr("How little of each label overlaps: good for small ones"),
            ),
            "focal": (self.tr("Focal"), self.tr("Cross entropy that looks at the hard pixels")),
        }
        for key, (text, tip) in texts.items():
            tip = self.tr("{0}. Its share in the sum; 0 leaves it out").format(tip)
            self.add(text, self._factors[key], tip)
        tip = self.tr("0 is plain cross entropy; more leaves the easy pixels out")
        self.add(self.tr("Focal gamma"), self._gamma, tip)
        tip = self.tr(
            "Weighs cross entropy and focal loss by how rare a label is in the train list"
        )
        self.add(self.tr("Label weights"), self._weights, tip)
        self._is_semantic = True
        self.update_rows()

    def set_model(self, facts: ModelFacts | None) -> None:
        """Only models that label every pixel take another loss than their own."""
        self._is_semantic = facts is None or facts.task == "semantic"

    @property
    def is_of_use(self) -> bool:
        """Whether the chosen model takes these."""
        return self._is_semantic

    def update_rows(self) -> None:
        """Gamma belongs to the focal loss."""
        self.show_row(self._gamma, self._factors["focal"].value() > 0)

    @property
    def _values(self) -> dict[str, float]:
        return {key: box.value() for key, box in self._factors.items()}

    @property
    def settings(self) -> dict[str, Any]:
        """`loss`, where it is not the model's own."""
        weights = str(self._weights.currentData())
        if not self._is_semantic or (self._values == DEFAULT and weights == "none"):
            return {}
        loss: dict[str, Any] = {**self._values, "label_weights": weights}
        if self._values["focal"] > 0:
            loss["focal_gamma"] = self._gamma.value()
        return {"loss": loss}

    @property
    def summary(self) -> str:
        """The losses in the sum."""
        names = {
            "cross_entropy": self.tr("cross entropy"),
            "dice": "Dice",
            "focal": self.tr("focal"),
        }
        return " + ".join(names[key] for key, value in self._values.items() if value)
