"""How the network learns: steps, optimizer, learning rate and its schedule, precision."""

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from gui.panels import fields
from gui.train.panel.part import FormPart

DEFAULTS: dict[str, Any] = {
    "optimizer": "adamw",
    "accumulate": 1,
    "precision": "auto",
    "ema": 0.0,
    "early_stop": 0,
}
"""What the trainer does without being told."""
EMA_DECAY = 0.999


class LearningPart(FormPart):
    """The rows from batch size to early stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batch = fields.number(1, 1024, 8)
        self._accumulate = fields.number(1, 1024, 1)
        self._optimizer, self._schedule = fields.ChoiceField(), fields.ChoiceField()
        self._precision = fields.ChoiceField()
        self._rate = fields.decimal(0.000001, 10, 0.001, step=0.0005, digits=6)
        self._momentum = fields.decimal(0, 0.999, 0.9, step=0.05, digits=3)
        self._decay = fields.decimal(0, 1, 0.01, step=0.005, digits=5)
        self._step_size = fields.number(1, 100_000, 10, suffix=self.tr(" epochs"))
        self._milestones = QLineEdit("10, 15")
        self._gamma = fields.decimal(0.001, 1, 0.1, step=0.1, digits=3)
        self._power = fields.decimal(0.1, 10, 0.9, step=0.1, digits=2)
        self._ema = QCheckBox()
        self._early = fields.number(0, 10_000, 0)
        self._early.setSpecialValueText(self.tr("never"))
        self._fill_choices()
        self._add_rows()
        self.update_rows()

    def _fill_choices(self) -> None:
        for key, text in (("adamw", "AdamW"), ("adam", "Adam"), ("sgd", self.tr("SGD + momentum"))):
            self._optimizer.addItem(text, key)
        for key, text in (
            ("step", self.tr("Step: every few epochs")),
            ("multi_step", self.tr("Milestones: at set epochs")),
            ("cosine", self.tr("Cosine: down in half a wave")),
            ("one_cycle", self.tr("One cycle: up, then down")),
            ("poly", self.tr("Polynomial: down to zero")),
            ("constant", self.tr("Constant")),
        ):
            self._schedule.addItem(text, key)
        for key, text in (
            ("auto", self.tr("Best of the device")),
            ("float32", self.tr("float32: plain")),
            ("bfloat16", self.tr("bfloat16: mixed")),
            ("float16", self.tr("float16: mixed")),
        ):
            self._precision.addItem(text, key)

    def _add_rows(self) -> None:
        tr = self.tr
        for text, field, tip in (
            (tr("Batch size"), self._batch, tr("Pictures in one pass: fewer need less memory")),
            (
                tr("Accumulate"),
                self._accumulate,
                tr("So many batches make one step: a large batch in little memory"),
            ),
            (tr("Optimizer"), self._optimizer, tr("How a step follows from the gradients")),
            (tr("Learning rate"), self._rate, tr("How large a step is")),
            (tr("Momentum"), self._momentum, tr("How much of the last step goes into this one")),
            (
                tr("Weight decay"),
                self._decay,
                tr("Pulls all numbers towards zero: less overfitting"),
            ),
            (tr("Schedule"), self._schedule, tr("How the learning rate changes while training")),
            (
                tr("Step size"),
                self._step_size,
                tr("After so many epochs the learning rate becomes smaller"),
            ),
            (tr("Milestones"), self._milestones, tr("Epochs at which it becomes smaller: 10, 15")),
            (tr("Gamma"), self._gamma, tr("The learning rate is multiplied by this each time")),
            (tr("Power"), self._power, tr("1 falls in a straight line, more falls earlier")),
            (tr("Precision"), self._precision, tr("Mixed precision is faster on graphics cards")),
            (
                tr("Early stop after"),
                self._early,
                tr("Ends after so many validations without a better one"),
            ),
            (
                tr("Average the weights (EMA)"),
                self._ema,
                tr("Keeps a moving average, which is calmer and often better"),
            ),
        ):
            self.add(text, field, tip)

    def update_rows(self) -> None:
        """Each schedule and optimizer has numbers of its own."""
        schedule = self._schedule.currentData()
        self.show_row(self._momentum, self._optimizer.currentData() == "sgd")
        self.show_row(self._step_size, schedule == "step")
        self.show_row(self._milestones, schedule == "multi_step")
        self.show_row(self._gamma, schedule in ("step", "multi_step"))
        self.show_row(self._power, schedule == "poly")

    def _schedule_settings(self) -> dict[str, Any]:
        kind = str(self._schedule.currentData())
        found: dict[str, Any] = {"kind": kind}
        if kind == "step":
            found["step_size"] = self._step_size.value()
        if kind == "multi_step":
            found["milestones"] = milestones(self._milestones.text())
        if kind in ("step", "multi_step"):
            found["gamma"] = self._gamma.value()
        if kind == "poly":
            found["power"] = self._power.value()
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the config from `batch_size` to `early_stop`."""
        found: dict[str, Any] = {
            "optimizer": str(self._optimizer.currentData()),
            "accumulate": self._accumulate.value(),
            "precision": str(self._precision.currentData()),
            "ema": EMA_DECAY if self._ema.isChecked() else 0.0,
            "early_stop": self._early.value(),
        }
        found = {key: value for key, value in found.items() if value != DEFAULTS[key]}
        found |= {
            "batch_size": self._batch.value(),
            "learning_rate": self._rate.value(),
            "weight_decay": self._decay.value(),
            "schedule": self._schedule_settings(),
        }
        if self._optimizer.currentData() == "sgd":
            momentum = self._momentum.value()
            found |= {"momentum": momentum, "nesterov": momentum > 0}
        return found

    @property
    def summary(self) -> str:
        """Optimizer and schedule."""
        schedule = self._schedule.currentText().partition(":")[0]
        return f"{self._optimizer.currentText()}, {self._rate.value():g}, {schedule.lower()}"


def milestones(text: str) -> list[int]:
    """The whole numbers in a text, in rising order: "15, 10" -> [10, 15]."""
    parts = "".join(c if c.isdigit() else " " for c in text).split()
    return sorted({int(part) for part in parts if int(part) > 0})
