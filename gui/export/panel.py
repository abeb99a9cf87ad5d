"""The Export panel: which samples, as what, where to, and what came of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import AppError
from engine.export.options import DONE, REVIEWED, ExportOptions
from engine.values import Label, SampleState
from gui.controllers.export import ExportRequest
from gui.export.choices import ExportChoices, FormatChoice
from gui.export.label_table import LabelTable
from gui.export.parts import DividePart, PicturesPart, SplitFields
from gui.panels import fields
from gui.panels.section import Section

STATES = {
    "labelled": DONE,
    "reviewed": REVIEWED,
    "verified": frozenset({SampleState.VERIFIED}),
    "all": DONE | {SampleState.PREDICTED},
}


class ExportPanel(QWidget):
    """A form whose parts fold, one button, a report."""

    export_requested = Signal(object)
    refused = Signal(object)
    cancel_requested = Signal()
    browse_requested = Signal()
    discard_requested = Signal()
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._formats: dict[str, FormatChoice] = {}
        self._is_chosen = self._is_running = False
        self._unheld_format = ""
        self._format, self._which = fields.ChoiceField(), fields.ChoiceField()
        self._format.setPlaceholderText(self.tr("Open pictures first"))
        self._which.addItem(self.tr("Every labelled picture"), "labelled")
        self._which.addItem(self.tr("Corrected and verified"), "reviewed")
        self._which.addItem(self.tr("Verified only"), "verified")
        self._which.addItem(self.tr("Those with proposals, too"), "all")
        self.split, self.divide = SplitFields(), DividePart()
        self.labels, self.pictures = LabelTable(), PicturesPart()
        self._folder = QLineEdit()
        self._folder.setPlaceholderText(self.tr("Choose a folder"))
        self._folder.setAccessibleName(self.tr("Folder to export to"))
        self._browse = QPushButton(self.tr("Browse…"))
        self._wrong = fields.hint()
        self._start, self._cancel = QPushButton(self.tr("Export")), QPushButton(self.tr("Cancel"))
        self._discard = QPushButton(self.tr("Discard what is there"))
        self._unheld = QPushButton(self.tr("Export those pictures too"))
        self._unheld.setToolTip(self.tr("More: pictures, Unfit objects says what becomes of them"))
        self._start.setObjectName("primary")
        self._bar = QProgressBar()
        for widget in (self._cancel, self._discard, self._unheld, self._bar):
            widget.hide()
        self.report = QPlainTextEdit()
        self.report.setAccessibleName(self.tr("What was exported"))
        self.report.setReadOnly(True)
        self.report.setMinimumHeight(120)
        self.report.setPlaceholderText(
            self.tr("After the export this says what was written, converted and left out.")
        )
        self._build()
        self._connect()
        self._update()

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Format"), self._format)
        form.addRow(self.tr("Pictures"), self._which)
        form.addRow(self.tr("Split"), self.split)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self._folder, 1)
        folder.addWidget(self._browse)
        form.addRow(self.tr("Folder"), folder)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._start, self._cancel, self._discard, self._unheld):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        hint = self.tr(
            "Writes a complete folder and reads it again. Frames of one video stay on one side of "
            "the split."
        )
        layout.addWidget(fields.hint(hint))
        layout.addLayout(form)
        for title, part in (
            (self.tr("Labels"), self.labels),
            (self.tr("More: split"), self.divide),
            (self.tr("More: pictures"), self.pictures),
        ):
            layout.addWidget(Section(title, part))
        layout.addWidget(self._wrong)
        layout.addLayout(buttons)
        layout.addWidget(self._bar)
        layout.addWidget(self.report, 1)

    def _connect(self) -> None:
        self._format.activated.connect(self._on_chosen)
        self._format.currentIndexChanged.connect(self._on_format)
        self.split.changed.connect(self._update)
        self.divide.changed.connect(self._update)
        self._folder.textChanged.connect(self._update)
        self._browse.clicked.connect(self.browse_requested)
        self._start.clicked.connect(self._on_start)
        self._cancel.clicked.connect(self.cancel_requested)
        self._discard.clicked.connect(self.discard_requested)
        self._unheld.clicked.connect(self._on_unheld)

    # Set from outside

    def set_choices(self, choices: ExportChoices) -> None:
        """Offer these formats; the suggested one is chosen until the person does."""
        chosen = self._format.key if self._is_chosen else choices.suggested
        self._formats = {found.name: found for found in choices.formats}
        with QSignalBlocker(self._format):
            self._format.clear()
            for found in choices.formats:
                self._format.addItem(found.text, found.name)
            self._format.setCurrentIndex(max(0, self._format.findData(chosen)))
        self._on_format()

    def set_labels(self, labels: Sequence[Label]) -> None:
        """The project's labels are these."""
        self.labels.set_labels(labels)

    def set_folder(self, folder: str) -> None:
        """Write into this folder."""
        self._folder.setText(folder)

    @property
    def folder(self) -> Path:
        """Where to write."""
        return Path(self._folder.text().strip())

    def forget_choice(self) -> None:
        """Another project is open: what was chosen was for the one before."""
        self._is_chosen = False

    def set_progress(self, done: int, total: int) -> None:
        """So many steps of so many are done."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def set_running(self, is_running: bool) -> None:
        """Whether an export is under way."""
        self._is_running = is_running
        self._cancel.setVisible(is_running)
        self._bar.setVisible(is_running)
        self._bar.setRange(0, 0)
        self._update()

    def set_pending(self, count: int) -> None:
        """So many pictures of a cancelled export wait to go on."""
        self._discard.setVisible(count > 0)

    def set_unheld(self, *, is_any: bool) -> None:
        """Whether pictures were left out for objects that the format has no place for."""
        self._unheld_format = self._format.key if is_any else ""
        self._unheld.setVisible(is_any and self.pictures.has_choice)

    def set_report(self, lines: Sequence[str], *, is_good: bool = False) -> None:
        """Say what came of it; in green where all is well."""
        self.report.setPlainText("\n".join(lines))
        self.report.setProperty("kind", "good" if is_good else "")
        self.report.style().unpolish(self.report)
        self.report.style().polish(self.report)

    @property
    def request(self) -> ExportRequest:
        """What the form says; ConfigError for what is not possible."""
        return ExportRequest(
            self.folder,
            ExportOptions(
                self._format.key,
                states=STATES[self._which.key],
                labels=self.labels.choice,
                pictures=self.pictures.pictures,
                unheld=self.pictures.unheld,
                unmarked_empty=self.pictures.unmarked_empty,
                longest_side=self.pictures.longest_side,
                tiles=self.pictures.tiles,
                split=self.divide.split(self.split.fractions),
            ),
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what suits the project may have changed meanwhile."""
        super().showEvent(event)
        self.shown.emit()

    # What the person does

    @Slot()
    def _on_chosen(self) -> None:
        self._is_chosen = True

    @Slot()
    def _on_format(self) -> None:
        self.pictures.set_format(self._formats.get(self._format.key))
        if self._format.key != self._unheld_format:
            self._unheld.hide()
        self._update()

    @Slot()
    def _update(self) -> None:
        has_folds = self.divide.has_folds
        self.split.setEnabled(not has_folds)
        is_right = self.split.is_right or has_folds
        text = self.tr("Train, val and test must add up to 100 %, not {0} %.")
        if self.split.total == 100:
            text = self.tr("Some pictures must be for training.")
        self._wrong.setText(text.format(self.split.total))
        self._wrong.setVisible(not is_right)
        has_all = bool(self._folder.text().strip()) and bool(self._formats)
        self._start.setEnabled(is_right and has_all and not self._is_running)

    @Slot()
    def _on_unheld(self) -> None:
        self.pictures.keep_unheld()
        self._on_start()

    @Slot()
    def _on_start(self) -> None:
        try:
            request = self.request
        except AppError as error:
            self.refused.emit(error)
            return
        self.export_requested.emit(request)
