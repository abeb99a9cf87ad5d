"""Between the session, the groove of a video and the rows below it."""

from PySide6.QtCore import QObject, Slot

from engine.values import FrameId
from gui.controllers.live import LiveInfo
from gui.controllers.tracks import TracksController
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session


class TracksLink(QObject):
    """Shows the states of a video's frames and the track in hand; a click goes there."""

    def __init__(self, session: Session, window: MainWindow, tracks: TracksController) -> None:
        super().__init__(window)
        self._session, self._window, self._tracks = session, window, tracks
        self._path = ""
        self._rows = window.timeline.rows
        window.dress(self._rows.set_colors)
        self._rows.frame_requested.connect(self._on_requested)
        window.timeline.index_requested.connect(self._on_sought)
        window.timeline.step_requested.connect(self._on_step)
        session.live.opened.connect(self._on_opened)
        session.live.ended.connect(self._on_ended)
        session.project.states_changed.connect(self._show_states)
        session.frames.list_changed.connect(self._show_states)
        session.frames.index_changed.connect(self._on_index)
        tracks.changed.connect(self._show_track)

    @Slot(object)
    def _on_opened(self, info: LiveInfo) -> None:
        self._path = str(info.what) if info.count is not None else ""
        self._show_states()
        self._show_track()

    @Slot()
    def _on_ended(self) -> None:
        self._path = ""

    @Slot()
    def _show_states(self) -> None:
        if self._path:
            frames, project = self._session.frames, self._session.project
            own = (i for i in frames.ids if i.path == self._path)
            self._rows.set_states({i.index: project.state_of(i) for i in own})

    @Slot()
    def _show_track(self) -> None:
        is_here = bool(self._path) and self._tracks.path == self._path
        self._rows.set_track(self._tracks.places if is_here else None)

    @Slot(int)
    def _on_index(self, index: int) -> None:
        """The groove shows where a frozen frame is."""
        frame_id = self._session.frames.frame_id
        if frame_id is not None and self._path and frame_id.path == self._path:
            self._window.timeline.set_index(frame_id.index)

    @Slot(int)
    def _on_sought(self, index: int) -> None:
        """What plays goes on playing there."""
        if self._session.live.is_playing:
            self._session.seek(index)
        else:
            self._on_requested(index)

    @Slot(int)
    def _on_step(self, count: int) -> None:
        """From a frozen frame to the one beside it in the video; a live one steps by itself."""
        frame_id, mode = self._session.frames.frame_id, self._session.mode
        if mode is CanvasMode.PICTURES and frame_id is not None and frame_id.path == self._path:
            self._on_requested(max(frame_id.index + count, 0))

    @Slot(int)
    def _on_requested(self, index: int) -> None:
        """A frame with a Sample is shown to be corrected, another one as the video has it."""
        frame_id = FrameId(self._path, index)
        if frame_id in self._session.frames.ids:
            self._session.go_to(frame_id)
        else:
            self._session.seek(index)
