"""The Train panel: model, data and epochs; all else folds away until it is wanted."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.model_facts import ModelFacts
from engine.training.run_record import RunRecord
from gui.panels import fields
from gui.panels.model_card import ModelCard
from gui.panels.section import Section
from gui.theme import ThemeColors
from gui.train.form import TrainForm
from gui.train.panel.augment import AugmentPart
from gui.train.panel.data import DataRows
from gui.train.panel.encoder import EncoderPart
from gui.train.panel.glimpses import GlimpsesView
from gui.train.panel.learning import LearningPart
from gui.train.panel.loss import LossPart
from gui.train.panel.network import NetworkPart
from gui.train.panel.part import FormPart
from gui.train.panel.picker import ModelPicker
from gui.train.panel.report import RunProgress
from gui.train.panel.runs import RunsList
from gui.train.panel.warm_start import WarmStartPicker


class TrainPanel(QWidget):
    """A form whose parts fold, start and stop, what comes of it."""

    start_requested = Signal(object)
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._is_running = False
        self.picker, self.card = ModelPicker(), ModelCard()
        self.card.set_open(False)
        self.network, self.encoder = NetworkPart(), EncoderPart()
        self.learning, self.loss, self.augment = LearningPart(), LossPart(), AugmentPart()
        self._sections: dict[FormPart, Section] = {
            self.network: Section(self.tr("Network"), self.network),
            self.encoder: Section(self.tr("Encoder"), self.encoder),
            self.learning: Section(self.tr("Learning"), self.learning),
            self.loss: Section(self.tr("Loss"), self.loss),
            self.augment: Section(self.tr("Augmentation"), self.augment),
        }
        self._parts: dict[str, FormPart] = {
            "network": self.network,
            "encoder": self.encoder,
            "learning": self.learning,
            "loss": self.loss,
            "augment": self.augment,
        }
        self.warm_start = WarmStartPicker()
        self._epochs = fields.number(1, 100_000, 20)
        self._epochs.setToolTip(self.tr("How often every picture is looked at"))
        self._name = QLineEdit("my-model")
        self._name.setToolTip(self.tr("What the new weights are called"))
        self.start, self.stop = QPushButton(self.tr("Start training")), QPushButton()
        self.start.setObjectName("primary")
        for button in (self.start, self.stop):  # One goes as the other comes: keys stay elsewhere.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.report, self.runs, self.glimpses = RunProgress(), RunsList(), GlimpsesView()
        self._runs = Section(self.tr("Runs"), self.runs, is_open=True)
        self._runs.hide()
        self._build()
        self.set_status(
            self.tr("The training runs in a process of its own: go on correcting meanwhile.")
        )
        self.set_running(False)
        self.report.set_result()
        self.report.set_warm_start(None)

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Model"), self.picker)
        form.addRow(self.card)
        self.data = DataRows(form, self)
        form.addRow(self.tr("Warm start"), self.warm_start)
        form.addRow(self.tr("Epochs"), self._epochs)
        form.addRow(self.tr("Name"), self._name)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(form)
        for part, section in self._sections.items():
            layout.addWidget(section)
            part.changed.connect(self._show_summaries)
        layout.addLayout(buttons)
        layout.addWidget(self._runs)
        layout.addWidget(self.report)
        layout.addWidget(self.glimpses)
        layout.addStretch(1)
        self.start.clicked.connect(self._on_start)
        self.stop.clicked.connect(self.stop_requested)
        self.picker.currentIndexChanged.connect(self._on_model)
        self.warm_start.origin_changed.connect(self._on_warm_start)
        self.network.changed.connect(self._on_network)
        self._on_model()

    # Set from outside

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self.report.curves.set_colors(colors)

    def set_language(self, language: str) -> None:
        """Show cards and options in "en", "ko", or as the system speaks ("auto")."""
        self.card.set_language(language)
        self.network.set_language(language)

    def set_models(self, models: Sequence[ModelFacts]) -> None:
        """Offer these trainable models."""
        self.picker.set_models(models)
        self._update_start()

    def set_running(self, is_running: bool) -> None:
        """Whether a Run is under way."""
        self._is_running = is_running
        self._update_start()
        self.stop.setEnabled(is_running)
        self.stop.setVisible(is_running)
        self.start.setVisible(not is_running)
        self.stop.setText(self.tr("Stop and keep a checkpoint"))
        self.report.set_running(is_running)
        self.runs.set_running(is_running)

    def set_runs(self, records: Sequence[RunRecord], colors: dict[Path, str]) -> None:
        """The project's Runs; those with a color are laid over the curves."""
        self.runs.set_runs(records, colors)
        self._runs.set_summary(self.runs.summary)
        self._runs.setVisible(bool(records))

    def set_name(self, name: str) -> None:
        """What the Run is called."""
        self._name.setText(name)

    def set_stopping(self) -> None:
        """The Run was asked to stop and saves its checkpoint."""
        self.stop.setText(self.tr("Stopping: saving a checkpoint…"))
        self.stop.setEnabled(False)

    def set_finishing(self) -> None:
        """The Run is over, its process not quite."""
        self.stop.setText(self.tr("Finishing…"))
        self.stop.setEnabled(False)
        self.report.set_over()

    def set_status(self, text: str) -> None:
        """Say how the Run goes."""
        self.report.status.setText(text)

    @property
    def form(self) -> TrainForm:
        """What is filled in."""
        settings: dict[str, Any] = {}
        for part in self._sections:
            settings |= part.settings
        return TrainForm(
            model=self.picker.name,
            name=self._name.text().strip() or "my-model",
            epochs=self._epochs.value(),
            train_list=self.data.path("train"),
            val_list=self.data.path("val"),
            warm_start=self.warm_start.key,
            settings=settings,
        )

    @property
    def kept(self) -> dict[str, Any]:
        """All that is filled in, to be filled in again another time."""
        return {
            "model": self.picker.name,
            "name": self._name.text(),
            "epochs": self._epochs.value(),
            "data": self.data.kept,
            "warm_start": self.warm_start.chosen,
            "options": self.network.options.values,
            **{name: part.kept for name, part in self._parts.items()},
        }

    def fill(self, kept: Mapping[str, Any]) -> None:
        """Fill in what was kept; what is not offered any more stays as it is."""
        self.picker.choose(str(kept.get("model", "")))
        self._name.setText(str(kept.get("name", self._name.text())))
        if isinstance(kept.get("epochs"), int):
            self._epochs.setValue(kept["epochs"])
        if isinstance(kept.get("data"), dict) and self.data.kind.isEnabled():
            self.data.fill(kept["data"])
        if isinstance(kept.get("warm_start"), str):
            self.warm_start.choose(kept["warm_start"])
        if isinstance(kept.get("options"), dict):
            self.network.choose_options(kept["options"])
        for name, part in self._parts.items():
            if isinstance(kept.get(name), dict):
                part.fill(kept[name])

    def _update_start(self) -> None:
        self.start.setEnabled(not self._is_running and bool(self.picker.name))

    @Slot()
    def _on_model(self) -> None:
        facts: ModelFacts | None = self.picker.facts
        self.card.set_facts(facts)
        for part in self._sections:
            part.set_model(facts)
        self.warm_start.set_model(self.picker.name)
        self.data.set_task(facts.task if facts else "")
        self._sections[self.loss].setVisible(self.loss.is_of_use)
        self.picker.setToolTip(facts.tip if facts else "")
        self._show_summaries()
        self._update_start()

    @Slot()
    def _on_warm_start(self) -> None:
        self.network.set_origin(self.warm_start.origin)
        self._on_network()

    @Slot()
    def _on_network(self) -> None:
        options, origin = self.network.options.values, self.warm_start.origin
        self.encoder.set_network(self.picker.facts, options, origin)
        self._show_summaries()

    @Slot()
    def _show_summaries(self) -> None:
        for part, section in self._sections.items():
            section.set_summary(part.summary)

    @Slot()
    def _on_start(self) -> None:
        self.start_requested.emit(self.form)
