"""The Export panel: which samples, as what, where to, and what came of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.export.options import DONE, ExportOptions, Split
from engine.formats.txt_label_files import FORMATS
from engine.values import SampleState
from gui.controllers.export import ExportRequest
from gui.panels import fields
from models.task import Task

TASKS = ("semantic", "detection", "instance")
STATES = {
    "reviewed": DONE,
    "verified": frozenset({SampleState.VERIFIED}),
    "all": DONE | {SampleState.PREDICTED},
}


class ExportPanel(QWidget):
    """A form, one button, a report."""

    export_requested = Signal(object)
    cancel_requested = Signal()
    browse_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._task, self._which = fields.ChoiceField(), fields.ChoiceField()
        for task, text in zip(
            TASKS,
            (
                self.tr("Semantic: a label map (PNG)"),
                self.tr("Detection: boxes (YOLO txt)"),
                self.tr("Instance: boxes and masks (JSON)"),
            ),
            strict=True,
        ):
            self._task.addItem(text, task)
        self._which.addItem(self.tr("Corrected and verified"), "reviewed")
        self._which.addItem(self.tr("Verified only"), "verified")
        self._which.addItem(self.tr("Every picture with objects"), "all")
        self._percent = [fields.number(0, 100, value, suffix=" %") for value in (80, 10, 10)]
        for box in self._percent:
            box.valueChanged.connect(self._update)
        self._seed = fields.number(0, 999_999, 0)
        self._folder = QLineEdit()
        self._folder.setPlaceholderText(self.tr("Choose a folder"))
        self._folder.textChanged.connect(self._update)
        self._browse = QPushButton(self.tr("Browse…"))
        self._sum = fields.hint()
        self._start, self._cancel = QPushButton(self.tr("Export")), QPushButton(self.tr("Cancel"))
        self._start.setObjectName("primary")
        self._cancel.hide()
        self._bar = QProgressBar()
        self._bar.hide()
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setPlaceholderText(
            self.tr("After the export this says what was written, converted and left out.")
        )
        self._build()
        self._update()

    def _build(self) -> None:
        hint = fields.hint(
            self.tr(
                "Writes train.txt, val.txt and test.txt: one picture and its label a line. Frames "
                "of one video and near duplicates stay on one side."
            )
        )
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Labels"), self._task)
        form.addRow(self.tr("Pictures"), self._which)
        split = QGridLayout()
        split.setSpacing(8)
        for column, text in enumerate((self.tr("Train"), self.tr("Val"), self.tr("Test"))):
            caption = QLabel(text)
            caption.setObjectName("caption")
            split.addWidget(caption, 0, column)
            split.addWidget(self._percent[column], 1, column)
        form.addRow(self.tr("Split"), split)
        form.addRow(self.tr("Seed"), self._seed)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self._folder, 1)
        folder.addWidget(self._browse)
        form.addRow(self.tr("Folder"), folder)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._start)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(hint)
        layout.addLayout(form)
        layout.addWidget(self._sum)
        layout.addLayout(buttons)
        layout.addWidget(self._bar)
        layout.addWidget(self.report, 1)
        self._browse.clicked.connect(self.browse_requested)
        self._start.clicked.connect(self._on_start)
        self._cancel.clicked.connect(self.cancel_requested)

    def set_folder(self, folder: str) -> None:
        """Write into this folder."""
        self._folder.setText(folder)

    def set_task(self, task: str) -> None:
        """Offer this label format first."""
        self._task.setCurrentIndex(max(0, self._task.findData(task)))

    def set_progress(self, done: int, total: int) -> None:
        """So many samples of so many are written."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def set_running(self, is_running: bool) -> None:
        """Whether an export is under way."""
        self._start.setEnabled(not is_running)
        self._cancel.setVisible(is_running)
        self._bar.setVisible(is_running)
        self._bar.setRange(0, 0)

    def set_report(self, lines: Sequence[str]) -> None:
        """Say what came of it."""
        self.report.setPlainText("\n".join(lines))

    @property
    def request(self) -> ExportRequest:
        """What the form says."""
        train, val, test = (box.value() / 100 for box in self._percent)
        return ExportRequest(
            Path(self._folder.text()),
            ExportOptions(
                FORMATS[Task(self._task.key)],
                states=STATES[self._which.key],
                split=Split((train, val, test), self._seed.value()),
            ),
        )

    @Slot()
    def _update(self) -> None:
        total = sum(box.value() for box in self._percent)
        is_right = total == 100
        wrong = self.tr("Train, val and test must add up to 100 %, not {0} %.").format(total)
        self._sum.setText("" if is_right else wrong)
        self._sum.setVisible(not is_right)
        self._start.setEnabled(is_right and bool(self._folder.text().strip()))

    @Slot()
    def _on_start(self) -> None:
        self.export_requested.emit(self.request)
