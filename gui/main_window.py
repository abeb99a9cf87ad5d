"""The window: where everything is. Layout only; `gui.desk` decides and `gui.app` connects."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QLabel,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui import actions
from gui.actions import ActionSpec
from gui.canvas.canvas import Canvas
from gui.controllers.thumbnails import ThumbnailsController
from gui.panels.drop_hint import DropHint
from gui.panels.filmstrip import Filmstrip
from gui.panels.jobs_bar import JobsBar
from gui.panels.labels import LabelsPanel
from gui.panels.model import ModelPanel
from gui.panels.model_card import ModelCard
from gui.panels.notice import NoticeBar
from gui.panels.objects import ObjectsPanel
from gui.panels.rates import RatesPanel
from gui.panels.search import SearchField
from gui.panels.timeline import Timeline
from gui.panels.tool_bar import ToolBar
from gui.panels.tool_options import ToolOptions
from gui.panels.welcome import Trouble, Welcome
from gui.plots import Plots
from gui.session.session import Session
from gui.theme import ThemeColors

LAYOUT_VERSION = 6
SIDE_WIDTH = 376
NARROWEST = {"middle": 256, "side": 336, "dock": 280}
"""Beside the tool bar these fit into the smallest window."""
DOCKS_WIDTH = 312
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class MainWindow(QMainWindow):
    """Tool bar, canvas, docks at the right, filmstrip and timeline below, status bar."""

    closing = Signal()
    files_dropped = Signal(list)
    tool_chosen = Signal(str)
    colors_changed = Signal(object)

    def __init__(self, session: Session, sides: Mapping[str, str]) -> None:
        """`sides` are the tall panels beside the canvas: their names and titles."""
        super().__init__()
        self.setWindowTitle("Maskloop")
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setMinimumSize(1024, 600)
        self.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.docks: dict[str, QDockWidget] = {}
        self._side_areas: dict[str, QScrollArea] = {}
        self.sides = tuple(sides)
        self._docks_width = DOCKS_WIDTH
        self._colors: ThemeColors | None = None
        self.canvas = Canvas()
        self.welcome, self.trouble = Welcome(), Trouble()
        self.notice = NoticeBar()
        self.tool_options = ToolOptions()
        self.tool_options.hide()
        self.timeline = Timeline()
        self.timeline.hide()
        self.search = SearchField()
        self.filmstrip = Filmstrip(ThumbnailsController(session.jobs, self))
        self.model, self.rates, self.card = ModelPanel(), RatesPanel(), ModelCard()
        self.labels, self.objects = LabelsPanel(), ObjectsPanel()
        self._build_middle()
        self._build_docks(sides)
        self._build_status(session)
        self.plots = Plots(session.jobs, self)
        session.at_close(self.plots.stop)

    def _build_middle(self) -> None:
        self.pages = QStackedWidget()
        for page in (self.welcome, self.canvas, self.trouble):
            self.pages.addWidget(page)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.tool_options)
        column.addWidget(self.pages, 1)
        column.addWidget(self.timeline)
        # Side panels may take room from the canvas, whatever the pages would like to have.
        self.pages.setMinimumSize(160, 120)
        middle.setMinimumWidth(NARROWEST["middle"])
        self.setCentralWidget(middle)
        self.drop_hint = DropHint(self.pages)

    def _build_docks(self, titles: Mapping[str, str]) -> None:
        model = QWidget()
        model.setObjectName("panel")
        column = QVBoxLayout(model)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.model)
        column.addWidget(self.rates, 1)
        column.addWidget(self.card)
        self.card.setContentsMargins(8, 0, 8, 8)
        area = self._side_area("model")
        area.setWidget(model)
        sides = [self._make_dock(key, titles[key], self._side_area(key)) for key in titles]
        docks = [
            self._make_dock("model", self.tr("Model"), area),
            self._make_dock("labels", self.tr("Labels"), self.labels),
            self._make_dock("objects", self.tr("Objects of this frame"), self.objects),
        ]
        self.setTabPosition(RIGHT, QTabWidget.TabPosition.North)
        # The side panels come first, so that they get the whole height beside the canvas.
        self.addDockWidget(RIGHT, sides[0])
        self.splitDockWidget(sides[0], docks[0], Qt.Orientation.Horizontal)
        self.splitDockWidget(docks[0], docks[1], Qt.Orientation.Vertical)
        self.splitDockWidget(docks[1], docks[2], Qt.Orientation.Vertical)
        for dock in sides[1:]:
            self.tabifyDockWidget(sides[0], dock)
        for dock in sides:
            dock.setMinimumWidth(NARROWEST["side"])
            dock.hide()
            dock.toggleViewAction().toggled.connect(self._on_side_toggled)
        strip = QDockWidget(self.tr("Filmstrip"), self)
        strip.setObjectName("filmstrip")
        strip.setTitleBarWidget(QWidget())
        strip.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        below = QWidget()
        rows = QVBoxLayout(below)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.search)
        rows.addWidget(self.filmstrip)
        strip.setWidget(below)
        self.addDockWidget(BOTTOM, strip)

    def _make_dock(self, key: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock_{key}")
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.setWidget(widget)
        dock.setMinimumWidth(NARROWEST["dock"])
        self.docks[key] = dock
        return dock

    def _side_area(self, key: str) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self._side_areas[key] = area
        return area

    def set_side_panel(self, key: str, panel: QWidget) -> None:
        """Fill one of the tall panels beside the canvas, which are closed at first."""
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._side_areas[key].setWidget(panel)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        self.filmstrip.set_colors(colors)
        self.rates.set_colors(colors)
        self.colors_changed.emit(colors)

    def dress(self, set_colors: Callable[[ThemeColors], None]) -> None:
        """Tell a panel made later the theme's colours, now and whenever they change."""
        if self._colors is not None:
            set_colors(self._colors)
        self.colors_changed.connect(set_colors)

    def _build_status(self, session: Session) -> None:
        self.jobs_bar = JobsBar(session.jobs)
        self.position, self.zoom = QLabel(), QLabel()
        self.device, self.saved = QLabel(), QLabel()
        self.saved.setObjectName("saved")
        self.place = QLabel()
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.place, 1)
        for widget in (self.jobs_bar, self.position, self.zoom, self.device, self.saved):
            bar.addPermanentWidget(widget)

    def build_bars(
        self, rows: Iterable[ActionSpec], made: Mapping[str, QAction], tools: Sequence[QAction]
    ) -> None:
        """The menus and the tool bar at the left edge."""
        for menu_id, title in actions.MENUS:
            menu = self.menuBar().addMenu(actions.tr(title))
            for spec in rows:
                if spec.menu == menu_id:
                    menu.addAction(made[spec.id])
            if menu_id == "view":
                menu.addSeparator()
                for key in ("model", "labels", "objects"):
                    menu.addAction(self.docks[key].toggleViewAction())
        self.addActions(list(made.values()))
        self.tool_bar = ToolBar(self.tr("Tools"))
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tool_bar)
        for number, group in enumerate((*actions.BAR, self.sides)):
            if number:
                self.tool_bar.addSeparator()
            for key in group:
                self.tool_bar.addAction(made[key])
            if number == 0:
                self.tool_bar.addSeparator()
                self.tool_bar.addActions(list(tools))

    def spread(self) -> None:
        """Give every dock its share: the layout of the first start."""
        docks = [self.docks[key] for key in ("model", "labels", "objects")]
        self.resizeDocks(docks, [DOCKS_WIDTH] * 3, Qt.Orientation.Horizontal)
        self.resizeDocks(docks, [344, 160, 218], Qt.Orientation.Vertical)

    def toggle_side(self, key: str) -> None:
        """Open or close a panel beside the canvas."""
        dock = self.docks[key]
        if dock.isVisible() and dock.visibleRegion().isEmpty():  # Open, behind another tab.
            dock.raise_()
            return
        if not dock.isVisible():
            self._docks_width = self.docks["model"].width()
            dock.show()
            dock.raise_()
            self.resizeDocks([dock], [SIDE_WIDTH], Qt.Orientation.Horizontal)
            return
        dock.hide()

    def close_side(self, key: str) -> None:
        """Close a panel beside the canvas, also one behind another tab."""
        self.docks[key].hide()

    @Slot(bool)
    def _on_side_toggled(self, is_open: bool) -> None:
        """However the last one was closed, its cross included, the canvas gets its room back."""
        if not is_open and self.isVisible():
            QTimer.singleShot(0, self, self._give_room_back)

    @Slot()
    def _give_room_back(self) -> None:
        if not any(self.docks[side].isVisible() for side in self.sides):
            width = min(self._docks_width, self.docks["model"].width())
            self.resizeDocks([self.docks["model"]], [width], Qt.Orientation.Horizontal)

    def show_side(self, key: str) -> None:
        """Bring a panel beside the canvas into sight."""
        dock = self.docks[key]
        if not dock.isVisible() or dock.visibleRegion().isEmpty():
            self.toggle_side(key)

    def say(self, text: str) -> None:
        """Tell something in passing."""
        self.statusBar().showMessage(text, 6000)

    # Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: something is dragged over the window."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.drop_hint.set_shown(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Qt: it is dragged elsewhere."""
        self.drop_hint.set_shown(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: files were dropped."""
        self.drop_hint.set_shown(False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the window is about to close; it goes at once, what is running ends behind it."""
        self.closing.emit()
        super().closeEvent(event)
