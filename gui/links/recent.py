"""Where the person was in what is open: noted while they work, found again when it is reopened."""

from PySide6.QtCore import QObject, QTimer, Slot

from engine.sources.source import is_url, without_password
from engine.values import Frame
from gui.canvas.view import View
from gui.controllers.listing import Listing
from gui.controllers.live import LiveInfo
from gui.main_window import MainWindow
from gui.recent import Place
from gui.session.session import Session

DELAY_MS = 2000


class RecentLink(QObject):
    """Between the session, the canvas and the list of what was open lately."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._opened: tuple[str, ...] = ()
        self._wanted: Place | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.note)
        session.project.listed.connect(self._on_listed)
        session.frames.frame_shown.connect(self._on_frame)
        session.live.opened.connect(self._on_live)
        session.at_close(self.note)
        self._show()

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        if not listing.opened or listing.opened == self._opened:
            return
        self.note()
        self._opened = listing.opened
        self._wanted = self._session.recent.find(listing.opened)
        self._timer.start()

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.view is not None and wanted.frame == frame.id.path:
            self._window.canvas.look(View(*wanted.view))
        self._timer.start()

    @Slot(object)
    def _on_live(self, info: LiveInfo) -> None:
        """A video or an address, without the password that may stand in it."""
        self.note()
        self._opened = ()
        if isinstance(info.what, str):
            opened = without_password(info.what) if is_url(info.what) else info.what
            self._session.recent.note(Place((opened,)))
            self._show()

    @Slot()
    def note(self) -> None:
        """Keep where the person is now."""
        self._timer.stop()
        frames, canvas = self._session.frames, self._window.canvas
        if not self._opened or frames.frame_id is None:
            return
        view = None if canvas.is_fitted else (canvas.view.scale, canvas.view.x, canvas.view.y)
        place = Place(self._opened, frames.frame_id.path, view, len(frames.ids))
        self._session.recent.note(place)
        self._show()

    def _show(self) -> None:
        self._window.welcome.set_recent([p for p in self._session.recent.places if p.is_there])
