"""Between the session and filmstrip and status bar."""

from PySide6.QtCore import QObject, Slot

from engine.formats.report import sample_name
from gui.controllers.live import LiveInfo
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session


class StripLink(QObject):
    """Filmstrip, title and the texts of the status bar."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        strip, live = window.filmstrip, session.live
        strip.index_requested.connect(session.frames.go)
        session.frames.list_changed.connect(self._on_list)
        session.frames.index_changed.connect(self._on_index)
        session.frames.frame_pending.connect(strip.thumbnails.hold)
        session.frames.frame_shown.connect(strip.thumbnails.release)
        session.frames.frame_failed.connect(strip.thumbnails.release)
        session.project.states_changed.connect(self._on_states)
        live.opened.connect(self._on_live)
        live.ended.connect(self._on_live_ended)

    @Slot()
    def _on_list(self) -> None:
        self._window.filmstrip.set_ids(self._session.frames.ids, self._session.project.state_of)
        self._on_states()

    @Slot(int)
    def _on_index(self, index: int) -> None:
        self._window.filmstrip.set_current(index)
        if index < 0:  # No picture is waited for any more.
            self._window.filmstrip.thumbnails.release()
        self._on_states()

    @Slot()
    def _on_states(self) -> None:
        frames = self._session.frames
        self._window.filmstrip.viewport().update()
        name = sample_name(frames.frame_id) if frames.frame_id is not None else ""
        if name:
            reviewed = self._session.project.reviewed
            text = self.tr("{0} of {1}   {2}   reviewed {3}")
            self._window.place.set_text(
                text.format(frames.index + 1, len(frames.ids), name, reviewed)
            )
            self._window.setWindowTitle(f"{name} – Maskloop")
        elif self._session.mode is not CanvasMode.LIVE:
            self._window.place.set_text("")
            self._window.setWindowTitle("Maskloop")

    @Slot()
    def _on_live_ended(self) -> None:
        self._window.filmstrip.set_hint("")
        self._on_states()

    @Slot(object)
    def _on_live(self, info: LiveInfo) -> None:
        self._window.filmstrip.set_hint(self.tr("Frames that you freeze are kept here."))
        self._window.place.set_text(info.name)
        self._window.setWindowTitle(f"{info.name} – Maskloop")
