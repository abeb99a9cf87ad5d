"""Shows what another window stores in the same project, soon after it did."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from engine.errors import AppError
from gui.session.parts import Parts

EVERY_MS = 1000


class Watching(QObject):
    """Looks every second, and whenever this window comes to the front, whether somebody has
    written; that question costs next to nothing."""

    taken_over = Signal()
    """What another window has written is shown."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._version: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        parts.project.opened.connect(self._on_opened)
        parts.project.closed.connect(self._timer.stop)
        parts.large.ended.connect(self._on_edited)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application)

    @Slot()
    def _on_opened(self) -> None:
        self._version = self._read()
        self._timer.start()

    @Slot()
    def _on_edited(self) -> None:
        self._version = self._read()

    @Slot(Qt.ApplicationState)
    def _on_application(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._timer.isActive():
            self.look()

    @Slot()
    def look(self) -> None:
        """Take over what is new; what our own Jobs store is told by themselves."""
        self._parts.project.join()
        version = self._read()
        is_ours = self._parts.predictions.is_busy_with_all or self._parts.large.is_running
        if version in (None, self._version) or is_ours:
            return
        self._version = version
        try:
            self._parts.project.reload_labels()
            self._parts.project.reload_states()
            self._parts.annotations.reload()
        except AppError as error:
            self._parts.project.failed.emit(error)
        else:
            self.taken_over.emit()

    def _read(self) -> int | None:
        """The number of the last write; None while that cannot be known."""
        project = self._parts.project.project
        try:
            return project.version if project is not None else None
        except AppError:
            return None  # Whoever edits is told.
