"""A small menu at the record button: what is recorded."""

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.pipeline.recorded import KINDS, LINES, RAW, SEEN
from gui.actions import QT_TRANSLATE_NOOP as _T

TEXTS = {
    SEEN: _T("record", "What is seen, as a video"),
    RAW: _T("record", "The frames as they come, as a video"),
    LINES: _T("record", "What the model says, a line of JSON for each frame"),
}


class RecordKinds(QToolButton):
    """One kind at least is always chosen."""

    chosen = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("menu")
        self.setText("▾")
        self.setToolTip(self.tr("What is recorded"))
        self.setAccessibleName(self.tr("What is recorded"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        self._actions: dict[str, QAction] = {}
        for kind in KINDS:
            action = menu.addAction(QCoreApplication.translate("record", TEXTS[kind]))
            action.setCheckable(True)
            action.triggered.connect(self._on_triggered)
            self._actions[kind] = action
        self.setMenu(menu)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is chosen."""
        return tuple(kind for kind, action in self._actions.items() if action.isChecked())

    def set_kinds(self, kinds: tuple[str, ...]) -> None:
        """Choose these."""
        for kind, action in self._actions.items():
            action.setChecked(kind in kinds)

    @Slot()
    def _on_triggered(self) -> None:
        action = self.sender()
        if not self.kinds and isinstance(action, QAction):
            action.setChecked(True)  # Recording nothing is what the button beside is for.
        self.chosen.emit(self.kinds)
