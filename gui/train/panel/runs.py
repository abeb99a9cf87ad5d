"""The project's Runs: how far each came, which are laid over the curves, and what can be done."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from engine.training.run_record import RunRecord, RunState
from engine.words import counted
from gui.panels.elided import Elided

SQUARE = 10
NAME_WIDTH = 120
USE, SHOW, DELETE = "use", "show", "delete"
"""What can be done with a Run that is there."""


class RunsList(QWidget):
    """A row for each Run; a tick lays its curves over, a button goes on with one that stopped,
    another has a menu of the rest: `chosen` tells the Run, and which of the words above."""

    resume_requested = Signal(object)
    chosen = Signal(object, str)
    overlay_toggled = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 0, 0, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._records: tuple[RunRecord, ...] = ()
        self._is_running = False
        self.buttons: dict[Path, QPushButton] = {}
        self.ticks: dict[Path, QCheckBox] = {}
        self.more: dict[Path, QToolButton] = {}

    def set_runs(self, records: Sequence[RunRecord], colors: dict[Path, str]) -> None:
        """Show these; those with a color are laid over."""
        self._clear()
        self._records = tuple(records)
        for row, record in enumerate(self._records):
            self._add(row, record, colors.get(record.path, ""))
        self._update_buttons()

    def set_running(self, is_running: bool) -> None:
        """Whether a Run is under way here: one at a time."""
        self._is_running = is_running
        self._update_buttons()

    @property
    def summary(self) -> str:
        """How many there are, and how many of them can go on."""
        if not self._records:
            return ""
        stopped = sum(record.can_resume for record in self._records)
        if not stopped:
            return str(len(self._records))
        return self.tr("{0}, {1} stopped").format(len(self._records), stopped)

    def _add(self, row: int, record: RunRecord, color: str) -> None:
        tick = QCheckBox(record.name)
        tick.setToolTip(self.tr("Lay the curves of {0} over").format(record.path))
        tick.setEnabled(bool(record.lines))
        tick.setChecked(bool(color))
        tick.setMaximumWidth(NAME_WIDTH)
        if color:
            square = QPixmap(SQUARE, SQUARE)
            square.fill(QColor(color))
            tick.setIcon(QIcon(square))
        tick.toggled.connect(self._on_toggled)
        state = Elided()
        state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        state.set_text(self.state_text(record))
        self._grid.addWidget(tick, row, 0)
        self._grid.addWidget(state, row, 1, 1, 1 if record.can_resume else 2)
        self.ticks[record.path] = tick
        more = self.more[record.path] = QToolButton()
        more.setText("⋯")
        more.setToolTip(self.tr("What can be done with {0}").format(record.name))
        more.setAccessibleName(more.toolTip())
        more.clicked.connect(self._on_more)
        self._grid.addWidget(more, row, 3)
        if record.can_resume:
            button = QPushButton(self.tr("Resume"))
            tip = self.tr("Go on after epoch {0} of {1}, with the settings it was begun with")
            button.setToolTip(tip.format(record.epochs_done, record.epochs))
            button.clicked.connect(self._on_resume)
            self._grid.addWidget(button, row, 2, Qt.AlignmentFlag.AlignRight)
            self.buttons[record.path] = button

    def menu(self, record: RunRecord) -> QMenu:
        """What can be done with this Run."""
        menu, is_over = QMenu(self), record.state is not RunState.RUNNING
        for text, what, is_possible in (
            (self.tr("Use its weights"), USE, record.epochs_done > 0),
            (self.tr("Show its folder"), SHOW, True),
            (self.tr("Delete…"), DELETE, is_over),
        ):
            action = menu.addAction(text)
            action.setEnabled(is_possible)
            action.setData((record.path, what))
        menu.triggered.connect(self._on_chosen)
        return menu

    def state_text(self, record: RunRecord) -> str:
        """How far a Run came, in words."""
        done = counted(record.epochs_done, "epoch")
        text = {
            RunState.RUNNING: self.tr("running"),
            RunState.FINISHED: self.tr("done, {2}"),
            RunState.STOPPED: self.tr("stopped at {0} of {1}"),
            RunState.NOTHING_KEPT: self.tr("ended before its first checkpoint"),
        }[record.state].format(record.epochs_done, record.epochs, done)
        # Beside a button there is no room for it, and below is what is best by now.
        if record.best is None or record.can_resume or record.state is RunState.RUNNING:
            return text
        return f"{text} · {record.best:.3f}"

    def _update_buttons(self) -> None:
        for button in self.buttons.values():
            button.setEnabled(not self._is_running)

    def _clear(self) -> None:
        self.buttons, self.ticks, self.more = {}, {}, {}
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        for path, tick in self.ticks.items():
            if tick is self.sender():
                self.overlay_toggled.emit(path, is_on)
                return

    @Slot()
    def _on_resume(self) -> None:
        for path, button in self.buttons.items():
            if button is self.sender():
                self.resume_requested.emit(path)
                return

    @Slot()
    def _on_more(self) -> None:
        for record in self._records:
            button = self.more[record.path]
            if button is self.sender():
                menu = self.menu(record)
                menu.aboutToHide.connect(menu.deleteLater)
                menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self.chosen.emit(*action.data())
