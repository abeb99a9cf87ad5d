"""The only place that builds and connects everything."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, QSize, QTimer, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication

from engine.annotations.emptiness import is_marked_empty
from engine.errors import AppError
from engine.values import SampleState
from gui import actions, icons, side_panels, taking, theme
from gui.desk import Desk
from gui.dialogs.errors import CrashDialog
from gui.links.beside import BesideLink
from gui.links.brush import BrushLink
from gui.links.canvas import CanvasLink
from gui.links.canvas_menu import CanvasMenu
from gui.links.labels import LabelsLink
from gui.links.model import ModelLink
from gui.links.objects import ObjectsLink
from gui.links.place import PlaceLink
from gui.links.recent import RecentLink
from gui.links.renamed import RenamedLink
from gui.links.search import SearchLink
from gui.links.strip import StripLink
from gui.links.trouble import TroubleLink
from gui.main_window import LAYOUT_VERSION, MainWindow
from gui.session.session import Session
from gui.settings import Settings, SettingsStore
from gui.side_panels import PanelLink
from gui.sides import Sides
from gui.tools import load_all as load_tools
from gui.tools import registry as tools

logger = logging.getLogger(__name__)
FIRST_SIZE = QSize(1360, 840)

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
        self._rows = side_panels.all_actions()
        self.actions = actions.make_actions(self.window, self._rows, self._callback_of)
        self.tools = self._make_tools()
        self.window.build_bars(self._rows, self.actions, self.tools)
        self._links = (
            CanvasLink(self.session, self.window),
            BrushLink(self.session, self.window),
            CanvasMenu(self.session, self.window, self.actions),
            ModelLink(self.session, self.window),
            LabelsLink(self.session, self.window),
            ObjectsLink(self.session, self.window),
            StripLink(self.session, self.window),
            PlaceLink(self.session, self.window),
            RecentLink(self.session, self.window),
            BesideLink(self.session, self.window),
            RenamedLink(self.session, self.window),
            SearchLink(self.session, self.window),
            TroubleLink(self.session, self.window, self.sides.import_labels),
        )
        self._connect()
        self._theme = ""
        self._has_icons = False
        self._apply_settings(store.now)
        self._restore_layout()
        self._update_actions()

    # Building

    def _callback_of(self, spec: actions.ActionSpec) -> Callable[[], None]:
        """Of the desk, unless the action came with a side panel."""
        panels = [panel.name for panel in side_panels.registered() if spec in panel.actions]

        def call() -> None:
            owner = self.side(panels[0]) if panels else self.desk
            attrgetter(spec.call)(owner)(*spec.arguments)
            self._update_actions()

        return call

    def _make_tools(self) -> list[QAction]:
        load_tools()
        group = QActionGroup(self.window)
        made = []
        for name in tools.names():
            spec = tools.get(name)
            text, hint = (QCoreApplication.translate("tools", t) for t in (spec.text, spec.hint))
            action = QAction(text, group)
            action.setObjectName(f"tool_{name}")
            action.setCheckable(True)
            action.setShortcuts([QKeySequence(key) for key in spec.shortcuts])
            action.setToolTip(f"{text}  ({', '.join(spec.shortcuts)})\n{hint}".strip())
            action.setData(name)
            action.triggered.connect(self._on_tool)
            self.window.addAction(action)
            made.append(action)
        last = [a for a in made if a.data() == self.store.now.last_tool]
        for action in (*last, *made)[:1]:
            action.setChecked(True)
            self.window.canvas.set_tool(str(action.data()))
        return made

    def _connect(self) -> None:
        session, window, desk = self.session, self.window, self.desk
        session.jobs.crashed.connect(self._on_crash)
        session.annotations.history.changed.connect(self._update_actions)
        session.weights.loaded_changed.connect(self._update_actions)
        session.annotations.sample_changed.connect(self._update_actions)
        session.mode_changed.connect(self._update_actions)
        session.live.playing_changed.connect(self._update_actions)
        session.compare.changed.connect(self._update_actions)
        for side in window.sides:
            window.docks[side].visibilityChanged.connect(self._update_actions)
        window.files_dropped.connect(desk.open_paths)
        window.closing.connect(self._on_closing)
        window.model.open_requested.connect(desk.open_weights)
        window.canvas.edit_made.connect(desk.editing.apply_drawn)
        window.objects.accept_requested.connect(desk.editing.accept_selected)
        window.objects.reject_requested.connect(desk.editing.reject_selected)
        window.objects.accept_above_requested.connect(desk.editing.accept_above)
        window.objects.reject_all_requested.connect(desk.editing.reject_all)
        window.objects.relabel_requested.connect(desk.editing.ask_relabel)
        window.canvas.relabel_requested.connect(desk.editing.ask_relabel)
        window.welcome.folder_requested.connect(desk.open_folder)
        window.welcome.files_requested.connect(desk.open_files)
        window.welcome.camera_requested.connect(desk.open_camera)
        window.welcome.demo_requested.connect(self._open_demo)
        window.welcome.recent_requested.connect(desk.open_paths)
        self.store.changed.connect(self._apply_settings)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)

    # Acting

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
        job = self.session.jobs.create(icons.prepare)
        job.finished.connect(self._dress_icons)
        self.session.jobs.start(job)
        self.session.weights.refresh()
        self.session.project.sweep()
        if opening.is_demo:
            self._open_demo()
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
            self.session.load_weights(last)

    @Slot()
    def _open_demo(self) -> None:
        self.session.open_demo()

    @Slot()
    def _on_tool(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            if self.session.compare.is_on:  # Esc, or wanting to draw, ends it.
                self.session.compare.set_on(False)
            self.window.canvas.set_tool(str(action.data()))
            self.window.tool_chosen.emit(str(action.data()))
            self.store.change(last_tool=str(action.data()))
            self.window.canvas.setFocus()

    @Slot()
    def _update_actions(self) -> None:
        """Enable what can be done now; say what undo and redo would do."""
        annotations, session = self.session.annotations, self.session
        for key, step in (("undo", annotations.history.undo), ("redo", annotations.history.redo)):
            self.actions[key].setEnabled(step is not None)
            self.actions[key].setText(taking.menu_text(step, is_redo=key == "redo"))
        self._check_state()
        for key in ("play", "freeze"):
            self.actions[key].setEnabled(session.live.is_open)
        self.actions["live"].setChecked(self.store.now.live)
        self.actions["side_by_side"].setChecked(session.compare.is_on)
        self.actions["hide_all"].setChecked(annotations.visibility.is_all_hidden)
        self.actions["color_by_object"].setChecked(session.is_colored_by_object)
        for side in self.window.sides:
            self.actions[side].setChecked(self.window.docks[side].isVisible())

    def _check_state(self) -> None:
        """Tick what the person has said of the picture."""
        sample = self.session.annotations.stored_sample
        state = sample.state if sample is not None else SampleState.NEW
        self.actions["verify"].setChecked(state is SampleState.VERIFIED)
        self.actions["skip"].setChecked(state is SampleState.SKIPPED)
        self.actions["empty"].setChecked(sample is not None and is_marked_empty(sample))

    @Slot(object)
    def _apply_settings(self, settings: Settings) -> None:
        if settings.theme != self._theme:
            self._theme = settings.theme
            self._dress()
        self.actions["live"].setChecked(settings.live)
        self.actions["color_by_object"].setChecked(self.session.is_colored_by_object)

    @Slot()
    def _on_scheme(self) -> None:
        if self._theme == "auto":
            self._dress()

    def _dress(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            colors = theme.apply(application, self._theme)
            self.window.set_colors(colors)
            if self._has_icons:
                self._dress_icons()

    @Slot()
    def _dress_icons(self) -> None:
        self._has_icons = True
        icons.apply(self._rows, self.actions, self.tools, theme.colors(self._theme))

    def _restore_layout(self) -> None:
        stored = self.store.read_window()
        if stored is None or not self.window.restoreGeometry(stored[0]):
            room = self.window.screen().availableSize()
            self.window.resize(FIRST_SIZE.boundedTo(room))
            self.window.spread()
            return
        self.window.restoreState(stored[1], LAYOUT_VERSION)

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
    return application.exec()
