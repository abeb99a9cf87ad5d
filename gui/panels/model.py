"""The Model dock: weights, device really in use, live options, refinement, thresholds."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from gui.controllers.weights import WeightsChoice
from gui.panels import fields
from gui.panels.after import AfterPanel
from gui.panels.options_form import OptionsForm
from gui.panels.ranking import RankingPanel
from gui.settings import Settings
from models.about import Option


class ModelPanel(QWidget):
    """Shows what is loaded and how it decides; asks for other weights and thresholds."""

    weights_chosen = Signal(str)  # or "" for none
    open_requested = Signal()
    settings_requested = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._weights = fields.ChoiceField()
        self._weights.setAccessibleName(self.tr("Weights"))
        self._open = QPushButton(self.tr("Open…"))
        self._about = fields.hint()
        self.options, self.ranking = OptionsForm(), RankingPanel()
        self.refine = self._refine_row()
        self.after = AfterPanel()
        self._live = QCheckBox(self.tr("Live: run on whatever is shown"))
        self._sliders: dict[str, tuple[QSlider, QLabel]] = {}
        self._slider_rows: dict[str, tuple[QWidget, ...]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._weights, 1)
        row.addWidget(self._open)
        layout.addLayout(row)
        layout.addWidget(self._about)
        layout.addWidget(self.options)
        layout.addLayout(self._refine_form)
        layout.addLayout(self._slider_grid())
        layout.addWidget(self._live)
        layout.addWidget(self.after)
        layout.addWidget(self.ranking)
        self._weights.activated.connect(self._on_weights)
        self.after.settings_requested.connect(self.settings_requested)
        self._open.clicked.connect(self.open_requested)
        self._live.clicked.connect(self._on_live)
        self.set_loaded("", "", "")
        self.set_refinements((), "")
        self.set_task("")

    def _refine_row(self) -> QComboBox:
        box = fields.ChoiceField()
        box.setAccessibleName(self.tr("Refine"))
        box.setToolTip(self.tr("Smooths the labels by the picture's own colors and borders"))
        box.activated.connect(self._on_refine)
        self._refine_form = QFormLayout()
        self._refine_form.setSpacing(8)
        self._refine_form.addRow(fields.name(self.tr("Refine")), box)
        return box

    def _slider_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        texts = {
            "conf": self.tr("Confidence"),
            "iou": self.tr("Overlap (IoU)"),
            "opacity": self.tr("Mask opacity"),
        }
        for row, (name, text) in enumerate(texts.items()):
            slider, value = fields.slider(), QLabel()
            slider.setObjectName(name)
            slider.setRange(0, 100)
            slider.setAccessibleName(text)
            slider.setMinimumHeight(20)  # Rates below may want more room than there is.
            slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            value.setMinimumWidth(32)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            slider.valueChanged.connect(self._on_slider)
            self._sliders[name] = slider, value
            self._slider_rows[name] = (QLabel(text), slider, value)
            for column, widget in enumerate(self._slider_rows[name]):
                grid.addWidget(widget, row, column)
        grid.setColumnStretch(1, 1)
        return grid

    def set_choices(self, choices: Sequence[WeightsChoice], loaded: str) -> None:
        """Offer these weights and mark the loaded ones."""
        with QSignalBlocker(self._weights):
            self._weights.clear()
            self._weights.addItem(self.tr("No model"), "")
            for choice in choices:
                self._weights.addItem(choice.text, choice.key)
                tip = Qt.ItemDataRole.ToolTipRole
                self._weights.setItemData(self._weights.count() - 1, choice.tip, tip)
            self._weights.setCurrentIndex(max(0, self._weights.findData(loaded)))

    def set_loaded(self, name: str, device: str, about: str) -> None:
        """Say which weights run where; nothing loaded is an empty name."""
        if not name:
            hint = self.tr(
                "No model yet. Choose weights above or drop a .safetensors or ONNX file here."
            )
            self._about.setText(hint)
            return
        self._about.setText("\n".join(line for line in (about, device) if line))

    def set_loading(self) -> None:
        """Say that the first weights are on their way."""
        self._about.setText(self.tr("The model is being loaded; the first one takes longest."))

    def set_options(self, options: Sequence[Option], values: Mapping[str, Any]) -> None:
        """Offer the live options of what is loaded."""
        self.options.set_options(options, values)

    def set_refinements(self, refinements: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer these ways to refine, each a name and what it does; without any, hide the row."""
        titles = {
            "none": self.tr("None: as the network says"),
            "crf": self.tr("Dense CRF"),
            "superpixels": self.tr("Superpixels"),
            "tree_cut": self.tr("Best cut of a tree"),
        }
        self.refine.clear()
        for name, text in refinements:
            self.refine.addItem(titles.get(name, name), name)
            tip = Qt.ItemDataRole.ToolTipRole
            self.refine.setItemData(self.refine.count() - 1, text, tip)
        self.refine.setCurrentIndex(max(0, self.refine.findData(chosen)))
        self._refine_form.setRowVisible(0, bool(refinements))

    def set_task(self, task: str) -> None:
        """Show what means something to models of this task; "" is no model yet."""
        shown = {
            "conf": task != "classification",
            "iou": task not in ("semantic", "classification"),
            "opacity": task != "classification",
        }
        for name, is_shown in shown.items():
            for widget in self._slider_rows[name]:
                widget.setVisible(is_shown)
        self.after.set_task(task)
        self.ranking.setVisible(task == "classification")

    def set_settings(self, settings: Settings) -> None:
        """Show the thresholds in use, and speak the language of the cards."""
        self.options.set_language(settings.card_language)
        self.refine.setCurrentIndex(max(0, self.refine.findData(settings.refine)))
        for name, (slider, value) in self._sliders.items():
            number = getattr(settings, name)
            with QSignalBlocker(slider):
                slider.setValue(round(100 * number))
            value.setText(f"{number:.2f}")
        self.after.set_settings(settings)
        with QSignalBlocker(self._live):
            self._live.setChecked(settings.live)

    @Slot(int)
    def _on_weights(self, index: int) -> None:
        self.weights_chosen.emit(str(self._weights.itemData(index)))

    @Slot(int)
    def _on_refine(self, index: int) -> None:
        self.settings_requested.emit({"refine": str(self.refine.itemData(index))})

    @Slot(int)
    def _on_slider(self, value: int) -> None:
        self.settings_requested.emit({self.sender().objectName(): value / 100})

    @Slot(bool)
    def _on_live(self, is_on: bool) -> None:
        self.settings_requested.emit({"live": is_on})
