"""The Import panel: which labels, what becomes of labelled pictures, and what came of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels import fields
from gui.panels.elided import Elided


class ImportPanel(QWidget):
    """Choose labels, see what they would do, import them."""

    file_requested = Signal()
    folder_requested = Signal()
    reference_requested = Signal()
    choice_changed = Signal()
    import_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._source, self._reference = Elided(), Elided()
        self._file = QPushButton(self.tr("File…"))
        self._folder = QPushButton(self.tr("Folder…"))
        self._dataset = QPushButton(self.tr("COCO file…"))
        self._dataset.setToolTip(
            self.tr("The dataset that names the pictures and labels of these results.")
        )
        self._format, self._policy = fields.ChoiceField(), fields.ChoiceField()
        self._format.setPlaceholderText(self.tr("Choose a file or folder first"))
        for key, text in (
            ("propose", self.tr("Add these as proposals")),
            ("skip", self.tr("Leave as they are")),
            ("replace_untouched", self.tr("Replace what only came by import")),
            ("replace_all", self.tr("Replace all, drawn ones too")),
        ):
            self._policy.addItem(text, key)
        self._start, self._cancel = QPushButton(self.tr("Import")), QPushButton(self.tr("Cancel"))
        self._start.setObjectName("primary")
        self._start.setEnabled(False)
        self._cancel.hide()
        self._bar = QProgressBar()
        self._bar.hide()
        self.report = QPlainTextEdit()
        self.report.setAccessibleName(self.tr("What an import does"))
        self.report.setReadOnly(True)
        self.report.setPlaceholderText(
            self.tr("What an import would do is said here before anything is done.")
        )
        self._build()

    def _build(self) -> None:
        hint = fields.hint(
            self.tr(
                "Brings labels that were made elsewhere into this project: COCO, YOLO, Pascal VOC, "
                "labelme, CVAT and others. The whole import is one step of undo."
            )
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._file, self._folder):
            buttons.addWidget(button)
        buttons.addStretch(1)
        reference = QHBoxLayout()
        reference.setSpacing(8)
        reference.addWidget(self._reference, 1)
        reference.addWidget(self._dataset)
        self._form = form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Labels"), self._source)
        form.addRow("", buttons)
        form.addRow(self.tr("Results of"), reference)
        self._reference_row = form.rowCount() - 1
        form.setRowVisible(self._reference_row, False)
        form.addRow(self.tr("Format"), self._format)
        form.addRow(self.tr("Labelled pictures"), self._policy)
        run = QHBoxLayout()
        run.setSpacing(8)
        run.addWidget(self._start)
        run.addWidget(self._cancel)
        run.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(hint)
        layout.addLayout(form)
        layout.addLayout(run)
        layout.addWidget(self._bar)
        layout.addWidget(self.report, 1)
        self._file.clicked.connect(self.file_requested)
        self._folder.clicked.connect(self.folder_requested)
        self._dataset.clicked.connect(self.reference_requested)
        self._format.activated.connect(self.choice_changed)
        self._policy.activated.connect(self.choice_changed)
        self._start.clicked.connect(self._on_start)
        self._cancel.clicked.connect(self.cancel_requested)

    @property
    def policy(self) -> str:
        """What becomes of pictures that have labels already."""
        return self._policy.key

    @property
    def format(self) -> str:
        """The name of the chosen format; empty while none is known."""
        return self._format.key

    def set_source(self, path: Path | None) -> None:
        """These labels are chosen; what they would do is not known yet."""
        self._source.set_text(str(path) if path is not None else "")
        self._format.clear()
        self._start.setEnabled(False)
        self.report.clear()

    def set_reference(self, text: str, *, is_wanted: bool) -> None:
        """Which dataset these labels are results of; the field is there if they are results."""
        self._reference.set_text(text)
        self._form.setRowVisible(self._reference_row, is_wanted)

    def set_preview(
        self, formats: Sequence[tuple[str, str]], chosen: str, lines: Sequence[str], *, is_any: bool
    ) -> None:
        """Say what the import would do; `is_any` is whether it would change something."""
        with QSignalBlocker(self._format):
            self._format.clear()
            for name, text in formats:
                self._format.addItem(text, name)
            self._format.setCurrentIndex(max(0, self._format.findData(chosen)))
        self.set_report(lines, is_good=False)
        self._start.setEnabled(is_any)

    def set_report(self, lines: Sequence[str], *, is_good: bool) -> None:
        """Say this; in green where all is well."""
        self.report.setPlainText("\n".join(lines))
        self.report.setProperty("kind", "good" if is_good else "")
        self.report.style().unpolish(self.report)
        self.report.style().polish(self.report)

    def set_progress(self, done: int, total: int) -> None:
        """So many pictures of so many are read."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def set_running(self, is_running: bool) -> None:
        """Whether an import is under way."""
        inputs = (self._file, self._folder, self._dataset, self._format, self._policy)
        for widget in inputs:
            widget.setEnabled(not is_running)
        self._start.setEnabled(False)
        self._cancel.setVisible(is_running)
        self._bar.setVisible(is_running)
        self._bar.setRange(0, 0)

    @Slot()
    def _on_start(self) -> None:
        self.import_requested.emit()
