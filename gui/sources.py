"""Opens what is no file: addresses, cameras, the screen, folders that are watched."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot

from engine.errors import AppError
from engine.sources.camera_list import Camera
from engine.sources.source import is_url
from engine.sources.webcam import CameraSpec
from gui.controllers.cameras import CamerasController
from gui.controllers.live_job import LiveInfo
from gui.dialogs import ask, choose
from gui.dialogs.camera import CameraDialog
from gui.dialogs.screen_part import ScreenPart
from gui.main_window import MainWindow
from gui.session.session import Session


class Sources(QObject):
    """Asks which one, and opens it live."""

    path_given = Signal(list)

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._watched: Path | None = None
        self.screen_part = ScreenPart(window)
        self.screen_part.chosen.connect(self._on_part)
        self._cameras = CamerasController(session.jobs, self)
        self._cameras.found.connect(self._on_cameras)
        self.camera_dialog: CameraDialog | None = None
        self._camera: CameraSpec | None = None
        session.live.opened.connect(self._on_opened)
        session.at_close(self._give_up_camera)
        window.timeline.leave_requested.connect(self._on_leave)

    def open_address(self) -> None:
        """Ask for the address of a stream, or a file's, and open it."""
        known = [place.opened[0] for place in self._session.recent.places]
        given = ask.address(self._window, [address for address in known if is_url(address)])
        if not given:
            return
        local = QUrl(given).toLocalFile() or given
        if is_url(given) or Path(local).exists():
            self.path_given.emit([given if is_url(given) else local])
            return
        message = self.tr("{0} is no address, and there is no such file.").format(given)
        hint = self.tr(
            "Addresses begin with rtsp://, http://, https://, rtmp://, udp:// or tcp://."
        )
        self._window.notice.show_error(AppError(message, hint=hint))

    # Cameras

    def open_camera(self) -> None:
        """Ask for a camera and how it is to be used; those plugged in meanwhile appear."""
        if self.camera_dialog is not None:
            return
        dialog = self.camera_dialog = CameraDialog(self._camera, self._window)
        dialog.chosen.connect(self._on_camera)
        dialog.look_requested.connect(self._cameras.find)
        dialog.finished.connect(self._on_asked)
        dialog.open()
        self._cameras.watch()

    @Slot(tuple)
    def _on_cameras(self, cameras: tuple[Camera, ...]) -> None:
        if self.camera_dialog is not None:
            self.camera_dialog.set_cameras(cameras)

    @Slot(object)
    def _on_camera(self, spec: CameraSpec) -> None:
        self._camera = spec
        self._session.open_live(spec)

    def _give_up_camera(self) -> None:
        if self.camera_dialog is not None:
            self.camera_dialog.reject()

    @Slot()
    def _on_asked(self) -> None:
        self._cameras.leave()
        dialog, self.camera_dialog = self.camera_dialog, None
        if dialog is not None:
            dialog.deleteLater()

    # The screen

    def capture_screen(self) -> None:
        """Ask for a part of the screen and show it live."""
        from engine.sources.screen import why_not

        trouble = why_not()
        if trouble is not None:
            self._window.notice.show_error(trouble)
        else:
            self.screen_part.ask()

    @Slot(tuple)
    def _on_part(self, part: tuple[int, int, int, int]) -> None:
        from engine.sources.screen import ScreenRegion

        self._session.open_live(ScreenRegion(*part))

    # Folders

    def watch_folder(self) -> None:
        """Ask for a folder and show its new pictures as they arrive."""
        from engine.sources.watched import WatchedFolder

        start = self._session.project.root or Path.home()
        chosen = choose.folder(self._window, str(start), self.tr("Watch a folder for new pictures"))
        if chosen:
            folder = Path(chosen).absolute()
            self._session.open_live(WatchedFolder(folder, self._session.store.now.search_below))

    @Slot(object)
    def _on_opened(self, info: LiveInfo) -> None:
        self._watched = info.root if info.is_folder else None

    @Slot()
    def _on_leave(self) -> None:
        """Whoever has watched a folder goes on in it, with what has arrived."""
        watched, self._watched = self._watched, None
        if watched is not None and watched.is_dir():
            self.path_given.emit([str(watched)])
