"""The dialog for a network of another program: its picture at the left, what may be changed at the
right."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import AppError
from engine.exchange.label_texts import name_for, read_names
from engine.foreign.head import MOST_LABELS
from engine.foreign.layout_names import LAYOUTS
from gui.controllers.bringing import Bringing, Trial
from gui.dialogs import choose
from gui.dialogs.bring_form import BringForm
from gui.panels import fields

if TYPE_CHECKING:
    from engine.exchange.probe import Draft

PICTURE = QSize(480, 400)
FORM_WIDTH = 440


class _Picture(QLabel):
    """A picture as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(PICTURE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._whole = QPixmap()

    def set_pixels(self, trial: Trial) -> None:
        """Show what was painted."""
        if trial.painted is None:
            return
        height, width = trial.painted.shape[:2]
        image = QImage(trial.painted.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._whole = QPixmap.fromImage(image.copy())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: there is another room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._whole.isNull():
            ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.setPixmap(self._whole.scaled(self.size(), *ways))


class BringDialog(QDialog):
    """Asks how a network is used; nothing is saved before the person says so."""

    draft_changed = Signal()
    side_changed = Signal(int)
    save_requested = Signal(str)

    def __init__(self, bringing: Bringing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bringing = bringing
        probe = bringing.probe
        self.setWindowTitle(self.tr("Add {0}").format(probe.brought.path.name))
        self.form = BringForm(
            probe.draft, probe.guesses, is_fixed=probe.brought.size_hw is not None
        )
        self.form.setFixedWidth(FORM_WIDTH)
        self.picture, self.told = _Picture(), QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.names = QPlainTextEdit()
        self.names.setAccessibleName(self.tr("Labels"))
        self.names.setMinimumHeight(96)
        self.name = QLineEdit(name_for(probe.brought.path))
        self.name.setAccessibleName(self.tr("Name"))
        self.counted = fields.hint()
        self.save = QPushButton(self.tr("Add to weights"))
        self.save.setObjectName("primary")
        self.save.setEnabled(False)
        self._suggested: tuple[str, ...] = ()
        self._build()
        self.form.changed.connect(self._on_changed)
        self.form.side_changed.connect(self.side_changed)
        self.names.textChanged.connect(self._on_names)

    def _build(self) -> None:
        outputs = ", ".join(each.text for each in self.bringing.probe.outputs)
        gives = fields.hint(self.tr("It gives {0}").format(outputs))
        file_button, cancel = QPushButton(self.tr("From a file…")), QPushButton(self.tr("Cancel"))
        file_button.clicked.connect(self._on_file)
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._on_save)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.picture, 1)
        left.addWidget(self.told)
        head, foot, name = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(fields.name(self.tr("Labels")))
        head.addWidget(self.counted, 1)
        head.addWidget(file_button)
        name.addWidget(fields.name(self.tr("Name")))
        name.addWidget(self.name, 1)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        right.addWidget(gives)
        right.addWidget(self.form)
        right.addLayout(head)
        right.addWidget(self.names, 1)
        right.addLayout(name)
        right.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        for part in (left, right, head, foot, name):
            part.setSpacing(8)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addLayout(right)
        cancel.setAutoDefault(False)
        file_button.setAutoDefault(False)
        self.save.setDefault(True)

    @property
    def draft(self) -> "Draft":
        """What the form says, with the labels' names."""
        draft, names = self.form.draft, self._typed()
        if names == self._suggested:
            names = ()
        is_counted = LAYOUTS[draft.head.layout].is_counted
        if names and not is_counted and len(names) <= MOST_LABELS:
            draft = replace(draft, head=replace(draft.head, num_labels=len(names)))
        return replace(draft, names=names)

    def set_probe(self, bringing: Bringing) -> None:
        """It was probed again."""
        self.bringing = bringing
        self.form.set_draft(bringing.probe.draft, bringing.probe.guesses)
        self._on_changed()

    def set_trial(self, trial: Trial) -> None:
        """Show what it says under the draft."""
        self.save.setEnabled(trial.error is None)
        self.picture.set_pixels(trial)
        self._tell(str(trial.error or trial.told), is_wrong=trial.error is not None)
        if self._typed() == self._suggested and trial.names != self._suggested:
            self._suggested = trial.names
            with QSignalBlocker(self.names):
                self.names.setPlainText("\n".join(trial.names))
        count = len(self._typed())
        text = self.tr("{0}, one a line").format(count)
        if trial.is_guessed:
            text = self.tr("{0}, as of a known data set: check them").format(count)
        self.counted.setText(text)

    def set_error(self, error: AppError) -> None:
        """Say what went wrong; the dialog stays."""
        self._tell(str(error), is_wrong=True)

    def _tell(self, text: str, *, is_wrong: bool) -> None:
        self.told.setText(text)
        self.told.setProperty("kind", "wrong" if is_wrong else "")
        self.told.style().unpolish(self.told)
        self.told.style().polish(self.told)

    def _typed(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.names.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    @Slot()
    def _on_changed(self) -> None:
        if self._typed() == self._suggested:
            self._suggested = ()
            with QSignalBlocker(self.names):
                self.names.clear()
        self._ask()

    @Slot()
    def _on_names(self) -> None:
        if self._typed() != self._suggested:
            self._ask()

    def _ask(self) -> None:
        """Nothing is saved that was not tried."""
        self.save.setEnabled(False)
        self.draft_changed.emit()

    @Slot()
    def _on_file(self) -> None:
        path = choose.names_file(self, str(self.bringing.probe.brought.path.parent))
        if path is None:
            return
        try:
            self.names.setPlainText("\n".join(read_names(path)))
        except AppError as error:
            self.set_error(error)

    @Slot()
    def _on_save(self) -> None:
        self.save.setEnabled(False)
        self.save_requested.emit(self.name.text().strip())
