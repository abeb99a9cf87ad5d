"""The only place that builds and connects everything."""

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, QSize, QTimer, Slot
from PySide6.QtWidgets import QApplication

from engine.errors import AppError
from gui import side_panels, theme
from gui.bars import Bars
from gui.click.askers import may_be_pair
from gui.click.link import ClickLink
from gui.controllers.listing import sweep_scratch
from gui.desk import Desk
from gui.dialogs import ask
from gui.dialogs.errors import CrashDialog
from gui.links.aids import AidsLink
from gui.links.altered import AlteredLink
from gui.links.arrivals import ArrivalsLink
from gui.links.attributes import AttributesLink
from gui.links.beside import BesideLink
from gui.links.bring import BringLink
from gui.links.brush import BrushLink
from gui.links.canvas import CanvasLink
from gui.links.canvas_menu import CanvasMenu
from gui.links.closing import ClosingLink
from gui.links.edges import EdgesLink
from gui.links.labels import LabelsLink
from gui.links.model import ModelLink
from gui.links.nearby import NearbyLink
from gui.links.objects import ObjectsLink
from gui.links.order import OrderLink
from gui.links.peek import PeekLink
from gui.links.picture import PictureLink
from gui.links.place import PlaceLink
from gui.links.rates import RatesLink
from gui.links.readout import ReadoutLink
from gui.links.recent import RecentLink
from gui.links.renamed import RenamedLink
from gui.links.resized import ResizedLink
from gui.links.search import SearchLink
from gui.links.space import SpaceLink
from gui.links.strip import StripLink
from gui.links.superpixels import SuperpixelsLink
from gui.links.tour import TourLink
from gui.links.tracks import TracksLink
from gui.links.trouble import TroubleLink
from gui.links.unfinished import UnfinishedLink
from gui.links.video import VideoLink
from gui.main_window import LAYOUT_VERSION, MainWindow
from gui.session.session import Session
from gui.settings import Settings, SettingsStore
from gui.side_panels import PanelLink
from gui.sides import Sides

logger = logging.getLogger(__name__)
FIRST_SIZE = QSize(1360, 840)
FRAME = QSize(8, 40)
"""What a window system may put around the window; a status bar below the screen is none."""

FOREIGN = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def drop_foreign_qt() -> None:
    """Forget the Qt that opencv-python points at: its plugins do not fit ours.

    Importing OpenCV sets them, and importing this module imports OpenCV with the canvas: one call
    before QApplication exists therefore holds for child processes too.
    """
    for name in FOREIGN:
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]


@dataclass(frozen=True)
class Opening:
    """What the command line asked to open."""

    paths: tuple[str, ...] = ()
    weights: str = ""
    camera: int | None = None
    is_demo: bool = False


class App(QObject):
    """The session, the window and everything between them."""

    def __init__(self, store: SettingsStore) -> None:
        super().__init__()
        self.store = store
        side_panels.load_all()
        self.session = Session(store, self)
        self.window = MainWindow(self.session, side_panels.titles())
        self.desk = Desk(self.session, self.window)
        self.crash = CrashDialog(self.window)
        self.sides = Sides(self.session, self.window)
        self._bars = Bars(self.session, self.window, self.desk, self.sides)
        self.actions, self.tools = self._bars.actions, self._bars.tools
        self.click = ClickLink(self.session, self.window)
        order = OrderLink(self.session, self.window)
        self.video = VideoLink(self.session, self.window)
        self.tour = TourLink(store, self.window, self.actions, self.tools)
        self.bring = BringLink(self.session, self.window)
        self._links = (
            CanvasLink(self.session, self.window),
            AidsLink(self.session, self.window),
            ArrivalsLink(self.session, self.window),
            ReadoutLink(self.session, self.window),
            PictureLink(self.session, self.window),
            BrushLink(self.session, self.window),
            CanvasMenu(self.session, self.window, self.actions),
            ModelLink(self.session, self.window),
            RatesLink(self.session, self.window),
            LabelsLink(self.session, self.window),
            ObjectsLink(self.session, self.window),
            AttributesLink(self.session, self.window),
            StripLink(self.session, self.window),
            self.video,
            PeekLink(self.window),
            SpaceLink(self.window),
            PlaceLink(self.session, self.window),
            RecentLink(self.session, self.window),
            BesideLink(self.session, self.window, self.sides.import_labels),
            self.bring,
            RenamedLink(self.session, self.window),
            ResizedLink(self.session, self.window),
            AlteredLink(self.session, self.window),
            NearbyLink(self.session, self.window),
            order,
            SearchLink(self.session, self.window, order.arranged),
            TroubleLink(self.session, self.window, self.sides.import_labels),
            SuperpixelsLink(self.session, self.window),
            EdgesLink(self.session, self.window),
            TracksLink(self.session, self.window, self.desk.tracking.tracks),
            ClosingLink(self.session, self.window),
        )
        self._unfinished = UnfinishedLink(self.session, self.window, self.sides.resume_run)
        self._connect()
        self._theme = ""
        self._apply_settings(store.now)
        self._restore_layout()
        self._bars.update()

    def _connect(self) -> None:
        session, window, desk = self.session, self.window, self.desk
        session.jobs.crashed.connect(self._on_crash)
        window.files_dropped.connect(self._on_dropped)
        self.click.askers.no_pair.connect(desk.open_paths)
        self.click.askers.pair_found.connect(self._on_pair)
        window.closing.connect(self._on_closing)
        window.model.open_requested.connect(desk.open_weights)
        desk.tour_wished.connect(self.tour.begin)
        desk.recording_wished.connect(self.video.toggle_recording)
        window.canvas.edit_made.connect(desk.drawing.apply)
        window.objects.accept_requested.connect(desk.editing.accept_selected)
        window.objects.reject_requested.connect(desk.editing.reject_selected)
        window.objects.accept_above_requested.connect(desk.editing.accept_above)
        window.objects.reject_all_requested.connect(desk.editing.reject_all)
        window.objects.relabel_requested.connect(desk.editing.ask_relabel)
        window.objects.named.connect(desk.editing.relabel_as)
        window.canvas.relabel_requested.connect(desk.editing.ask_relabel)
        window.welcome.folder_requested.connect(desk.open_folder)
        window.welcome.files_requested.connect(desk.open_files)
        window.welcome.camera_requested.connect(desk.sources.open_camera)
        window.welcome.demo_requested.connect(desk.open_demo)
        window.welcome.recent_requested.connect(desk.open_paths)
        self.store.changed.connect(self._apply_settings)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)

    # Acting

    @Slot(list)
    def _on_dropped(self, paths: list[str]) -> None:
        """Two ONNX files may be a network that answers clicks; all else is opened."""
        if may_be_pair(paths):
            self.click.askers.open_pair(paths)
        else:
            self.desk.open_paths(paths)

    @Slot()
    def _on_pair(self) -> None:
        next(tool for tool in self.tools if tool.data() == "smart").trigger()
        self.window.say(self.tr("Smart click asks these files from now on: click an object."))

    def side(self, name: str) -> PanelLink:
        """The link of a side panel."""
        return self.sides.link(name)

    def show(self, opening: Opening) -> None:
        """Show the window, then do what takes longer."""
        self.window.show()
        QTimer.singleShot(0, self, self._after_show)
        self._opening = opening

    @Slot()
    def _after_show(self) -> None:
        opening = self._opening
        self.session.weights.refresh()
        self.session.jobs.start(self.session.jobs.create(sweep_scratch))
        self._unfinished.look()
        if opening.is_demo:
            self.desk.open_demo()
        if opening.paths:
            self.desk.open_paths(list(opening.paths))
        if opening.camera is not None:
            self.session.open_live(opening.camera)
        self._load_weights(opening)

    def _load_weights(self, opening: Opening) -> None:
        """Those asked for, or those of the last time where they are still there."""
        last, is_path = self.store.now.last_weights, os.sep in self.store.now.last_weights
        if opening.weights:
            self.session.load_weights(opening.weights)
        elif last and not opening.is_demo and (not is_path or os.path.isfile(last)):
            now = self.store.now  # What nobody asks for now is not downloaded again either.
            self.session.weights.load(last, now.device, now.backend, may_download=False)

    @Slot(object)
    def _apply_settings(self, settings: Settings) -> None:
        if settings.theme != self._theme:
            self._theme = settings.theme
            self._dress()

    @Slot()
    def _on_scheme(self) -> None:
        if self._theme == "auto":
            self._dress()

    def _dress(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            colors = theme.apply(application, self._theme)
            self.window.set_colors(colors)
            self._bars.dress(colors)

    def _restore_layout(self) -> None:
        stored = self.store.read_window()
        if stored is None or not self.window.restoreGeometry(stored[0]):
            room = self.window.screen().availableSize()
            self.window.resize(FIRST_SIZE.boundedTo(room - FRAME))
            self.window.spread()
        elif not self.window.restoreState(stored[1], LAYOUT_VERSION):
            self.window.spread()

    @Slot(object)
    def _on_crash(self, error: BaseException) -> None:
        logger.error("Unexpected error", exc_info=error)
        self.crash.add(error)

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """What `sys.excepthook` calls: the window goes on."""
        if issubclass(kind, KeyboardInterrupt):
            self.window.close()
            return
        if isinstance(error, AppError):  # A file may turn out damaged wherever it is read.
            logger.info("Expected trouble in an unexpected place", exc_info=error)
            self.session.project.failed.emit(error)
            return
        self._on_crash(error.with_traceback(trace))

    @Slot()
    def _on_closing(self) -> None:
        self.store.write_window(self.window.saveGeometry(), self.window.saveState(LAYOUT_VERSION))
        self.window.hide()
        self.session.close()
        if broken := self.session.jobs.broken_promises:
            ask.tell_broken([f"{error.message} {error.hint}".strip() for error in broken])


def run(opening: Opening, arguments: Sequence[str] = ()) -> int:
    """The window, from start to end."""
    drop_foreign_qt()
    QApplication.setApplicationName("maskloop")
    QApplication.setApplicationDisplayName("Maskloop")
    QApplication.setDesktopFileName("maskloop")
    application = QApplication([sys.argv[0], *arguments])
    app = App(SettingsStore())
    sys.excepthook = app.report
    app.show(opening)
    if opening == Opening():  # Who asks for something wants to see that.
        app.tour.begin_once()
    return application.exec()
