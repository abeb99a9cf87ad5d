"""The Evaluate panel: which weights on which list, what came of it, and every error."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from engine.metric_names import metric_name
from gui.controllers.weights import WeightsChoice
from gui.evaluate.panel.errors import ErrorsView
from gui.evaluate.panel.figures import ConfusionView, CurvesView
from gui.panels import fields
from gui.theme import ThemeColors

if TYPE_CHECKING:
    from engine.evaluation.stored import StoredReport

FIGURES = (
    "ap", "ap50", "ap75", "ap_voc", "ar100", "boundary_ap",
    "miou", "pixel_accuracy", "mean_boundary_iou", "top1", "top5",
    "iou_1", "iou_3", "iou_box", "noc85",
)  # fmt: skip
"""The numbers in the summary, those that a report has."""


class EvaluatePanel(QWidget):
    """A short form, figures, and tabs for errors, curves and confusion."""

    evaluate_requested = Signal(str, str)
    cancel_requested = Signal()
    browse_requested = Signal()
    open_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._weights = fields.ChoiceField()
        self._data = QLineEdit()
        self._data.setPlaceholderText(self.tr("A txt list with the truth"))
        self._data.setAccessibleName(self.tr("A txt list with the truth"))
        self._browse = QPushButton(self.tr("…"))
        self._browse.setObjectName("small")
        self._browse.setAccessibleName(self.tr("Choose a list"))
        self._start = QPushButton(self.tr("Evaluate"))
        self._start.setObjectName("primary")
        self._open = QPushButton(self.tr("Open a report…"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._save = QPushButton(self.tr("Save report…"))
        self._bar = QProgressBar()
        self._about, self._figures = QLabel(), QLabel()
        self._about.setObjectName("hint")
        for label in (self._about, self._figures):
            label.setWordWrap(True)
        self.errors, self.curves, self.confusion = ErrorsView(), CurvesView(), ConfusionView()
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName(self.tr("What the report says"))
        self._is_running, self._has_loaded = False, False
        self._build()
        self.set_report(None)
        self.set_running(False)

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Weights"), self._weights)
        form.addRow(self.tr("List"), _row(self._data, self._browse, stretch=0))
        form.addRow("", _row(self._start, self._cancel, self._open, stretch=3))
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self.errors, self.tr("Errors"))
        self._tabs.addTab(self.curves, self.tr("Curves"))
        self._tabs.addTab(self.confusion, self.tr("Confusion"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(form)
        for widget in (self._bar, self._about, self._figures):
            layout.addWidget(widget)
        layout.addWidget(_row(self._save, stretch=1))
        layout.addWidget(self._tabs, 1)
        layout.addStretch(0)
        self._weights.activated.connect(self._update)
        self._data.textChanged.connect(self._update)
        self._start.clicked.connect(self._on_start)
        self._cancel.clicked.connect(self.cancel_requested)
        self._browse.clicked.connect(self.browse_requested)
        self._open.clicked.connect(self.open_requested)
        self._save.clicked.connect(self.save_requested)

    # Set from outside

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self.curves.set_colors(colors)
        self.confusion.set_colors(colors)

    def set_choices(self, choices: Sequence[WeightsChoice], loaded: str) -> None:
        """Offer the weights that are loaded now, "" if none are, and those that are here."""
        chosen = self._weights.currentData()
        with QSignalBlocker(self._weights):
            self._weights.clear()
            now = self.tr("Loaded now: {0}").format(loaded)
            self._weights.addItem(now if loaded else self.tr("No weights are loaded"), "")
            for choice in choices:
                if choice.is_here:
                    self._weights.addItem(choice.text, choice.key)
            self._weights.setCurrentIndex(max(0, self._weights.findData(chosen)))
        self._has_loaded = bool(loaded)
        self._update()

    def set_data(self, path: str) -> None:
        """Evaluate on this list."""
        self._data.setText(path)

    @property
    def data(self) -> str:
        """The list that is named."""
        return self._data.text().strip()

    def set_running(self, is_running: bool) -> None:
        """Whether a report is being made."""
        self._is_running = is_running
        self._bar.setVisible(is_running)
        self._cancel.setVisible(is_running)
        self._open.setVisible(not is_running)
        if is_running:
            self._bar.setRange(0, 0)
        self._update()

    def set_progress(self, done: int, total: int, text: str) -> None:
        """So many of so many pictures are scored."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setFormat(f"%v / %m  {text}")

    def set_report(self, report: "StoredReport | None", *, can_save: bool = False) -> None:
        """Show a report; None while there is none."""
        self._tabs.setVisible(report is not None)
        self._figures.setVisible(report is not None)
        self._save.setVisible(can_save)
        self.curves.set_report(report)
        self.confusion.set_report(report)
        if report is None:
            self._about.setText(
                self.tr(
                    "Runs the weights over every picture of a list and compares with its labels: "
                    "figures, curves, and each object that was missed, made up, mislabelled or "
                    "poorly boxed. A click shows it on the picture, where it can be corrected."
                )
            )
            return
        self._about.setText(self.tr("{0} on {1}").format(_name(report.weights), report.data))
        self._figures.setText(self._summary(report.metrics))
        self.errors.set_errors(report.errors)

    # Inside

    @Slot()
    def _update(self) -> None:
        has_weights = bool(self._weights.currentData()) or self._has_loaded
        self._start.setEnabled(not self._is_running and has_weights and bool(self.data))

    def _summary(self, metrics: Mapping[str, Any]) -> str:
        shown = [
            f"<b>{metrics[key]:.3f}</b>&nbsp;{metric_name(key).replace(' ', '&nbsp;')}"
            for key in FIGURES
            if isinstance(metrics.get(key), float)
        ]
        pictures = self.tr("pictures")
        shown.append(f"<b>{metrics.get('images', 0)}</b>&nbsp;{pictures}")
        return " &nbsp; ".join(shown)

    @Slot()
    def _on_start(self) -> None:
        self.evaluate_requested.emit(self._weights.key, self.data)


def _name(weights: str) -> str:
    return weights.replace("\\", "/").rpartition("/")[2]


def _row(*widgets: QWidget, stretch: int) -> QWidget:
    """Widgets side by side; the one at `stretch` takes the room, or nothing does."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for place, widget in enumerate(widgets):
        line.addWidget(widget, 1 if place == stretch else 0)
    if stretch >= len(widgets):
        line.addStretch(1)
    return row
