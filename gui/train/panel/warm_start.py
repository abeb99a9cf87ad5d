"""Which weights a training begins with."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.controllers.weights import WeightsChoice
from gui.panels import fields


class WarmStartPicker(fields.ChoiceField):
    """None, or some weights. Until a person chooses, the loaded ones if they are of the model to be
    trained: those of another one mostly fit nowhere. `origin_changed` follows both."""

    origin_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, WeightsChoice] = {}
        self._model, self._loaded = "", ""
        self._is_chosen, self._wanted = False, ""
        self.setToolTip(self.tr("Begin with the tensors of these weights, where they fit"))
        self.addItem(self.tr("None"), "")
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: Sequence[WeightsChoice], loaded: str) -> None:
        """Offer these; `loaded` is the key of the weights in use, or nothing."""
        if loaded != self._loaded:  # What was chosen before there were any stays.
            self._is_chosen, self._loaded = self._is_chosen and not self._loaded, loaded
        self._choices = {choice.key: choice for choice in choices}
        with QSignalBlocker(self):
            while self.count() > 1:
                self.removeItem(1)
            for choice in choices:
                self.addItem(choice.text, choice.key)
        self._choose()

    @property
    def chosen(self) -> str | None:
        """The key of what a person has chosen; None where nobody has."""
        return self._wanted if self._is_chosen else None

    def choose(self, key: str) -> None:
        """Choose these weights, now or once they are offered."""
        self._is_chosen, self._wanted = True, key
        self._choose()

    def set_model(self, model: str) -> None:
        """This model is to be trained."""
        self._model = model
        self._choose()

    @property
    def origin(self) -> WeightsChoice | None:
        """What is chosen, with what its card tells; None to begin from chance."""
        return self._choices.get(self.key)

    def _choose(self) -> None:
        loaded = self._choices.get(self._loaded)
        usual = self._loaded if loaded and loaded.model == self._model else ""
        self.setCurrentIndex(max(0, self.findData(self._wanted if self._is_chosen else usual)))
        self.origin_changed.emit()

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._is_chosen, self._wanted = True, self.key
        self.origin_changed.emit()
