"""The window: where everything is. Layout only; `gui.desk` decides and `gui.app` connects."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QLabel,
    QLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui import actions
from gui.actions import ActionSpec
from gui.canvas.canvas import Canvas
from gui.controllers.thumbnails import ThumbnailsController
from gui.docked_window import MODEL, NARROWEST, DockedWindow
from gui.panels.drop_hint import DropHint
from gui.panels.elided import Elided
from gui.panels.filmstrip import Filmstrip
from gui.panels.following import FollowingArea
from gui.panels.jobs_bar import JobsBar
from gui.panels.labels import LabelsPanel
from gui.panels.model import ModelPanel
from gui.panels.model_card import ModelCard
from gui.panels.notice import NoticeBar
from gui.panels.objects import ObjectsPanel
from gui.panels.order import OrderField
from gui.panels.picture import PicturePanel
from gui.panels.rates import RatesPanel
from gui.panels.readout import Readout
from gui.panels.search import SearchField
from gui.panels.sections import Sections
from gui.panels.status_bar import StatusBar
from gui.panels.timeline import Timeline
from gui.panels.tool_bar import ToolBar
from gui.panels.tool_options import ToolOptions
from gui.panels.welcome import Trouble, Welcome
from gui.plots import Plots
from gui.session.session import Session
from gui.theme import ThemeColors

LAYOUT_VERSION = 7
LEAST_MS, MS_A_LETTER = 6000, 60
"""How long something is told in passing."""
LEAST_SIZE = QSize(1024, 600)


class MainWindow(DockedWindow):
    """Tool bar, canvas, docks at the right, filmstrip and timeline below, status bar."""

    closing = Signal()
    files_dropped = Signal(list)
    tool_chosen = Signal(str)
    colors_changed = Signal(object)

    def __init__(self, session: Session, sides: Mapping[str, str]) -> None:
        """`sides` are the tall panels beside the canvas: their names and titles."""
        super().__init__(sides)
        self.setWindowTitle("Maskloop")
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setMinimumSize(LEAST_SIZE.boundedTo(self.screen().availableSize()))
        self._closing_questions: list[Callable[[], bool]] = []
        self._colors: ThemeColors | None = None
        self.canvas = Canvas()
        self.welcome, self.trouble = Welcome(), Trouble()
        self.notice = NoticeBar()
        self.tool_options = ToolOptions()
        self.tool_options.hide()
        self.timeline = Timeline()
        self.timeline.hide()
        self.order, self.search = OrderField(), SearchField()
        self.filmstrip = Filmstrip(ThumbnailsController(session.jobs, self))
        self.model, self.rates, self.card = ModelPanel(), RatesPanel(), ModelCard()
        self.picture, self.labels, self.objects = PicturePanel(), LabelsPanel(), ObjectsPanel()
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
        model = _column(self.model, self.rates, self.card)
        model.setObjectName("panel")
        below = _column(self.order, self.search, self.filmstrip)
        layout = below.layout()
        assert layout is not None
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        self.card.setContentsMargins(8, 0, 8, 8)
        self.work = Sections()
        self.picture_section = self.work.add(self.tr("Picture"), FollowingArea(self.picture))
        self.labels_section = self.work.add(self.tr("Labels"), self.labels)
        self.objects_section = self.work.add(self.tr("Objects of this frame"), self.objects)
        self.build_docks(model, self.work, titles)
        self.build_strip(below)

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
        self.readout, self.zoom = Readout(), QLabel()
        self.device, self.saved = QLabel(), QLabel()
        self.saved.setObjectName("saved")
        self.place = Elided(Qt.TextElideMode.ElideMiddle)
        self.place.setObjectName("place")
        bar = StatusBar()
        bar.addWidget(self.place, 1)
        widgets = (self.jobs_bar, self.readout, self.zoom, self.device, self.saved)
        bar.add(widgets, less_important=(self.device, self.zoom, self.readout))
        self.setStatusBar(bar)
        # There is no room for both; the Model dock names the device, too.
        self.jobs_bar.busy_changed.connect(self.device.setHidden)

    def build_bars(
        self,
        rows: Iterable[ActionSpec],
        made: Mapping[str, QAction],
        bar: tuple[Sequence[QAction], Sequence[str]],
    ) -> None:
        """The menus, and the tool bar at the left edge with these tools and side panels."""
        tools, sides = bar
        for menu_id, title in actions.MENUS:
            menu = self.menuBar().addMenu(actions.tr(title))
            for spec in rows:
                if spec.menu == menu_id:
                    menu.addAction(made[spec.id])
            if menu_id == "view":
                menu.addSeparator()
                menu.addAction(self.docks[MODEL].toggleViewAction())
        self.addActions(list(made.values()))
        self.tool_bar = ToolBar(self.tr("Tools"))
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tool_bar)
        for number, group in enumerate((*actions.BAR, sides)):
            if number:
                self.tool_bar.addSeparator()
            for key in group:
                self.tool_bar.addAction(made[key])
            if number == 0:
                self.tool_bar.addSeparator()
                self.tool_bar.add_tools(tools)

    def ask_before_closing(self, may_close: Callable[[], bool]) -> None:
        """Close only where this says so; it may ask the person."""
        self._closing_questions.append(may_close)

    def say(self, text: str) -> None:
        """Tell something in passing."""
        self.statusBar().showMessage(text, max(LEAST_MS, MS_A_LETTER * len(text)))

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
        """Qt: the window is about to close; unless a question keeps it open, it goes at once, and
        what is running ends behind it."""
        if not all(may_close() for may_close in self._closing_questions):
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)


def _column(*widgets: QWidget) -> QWidget:
    """These, one below the other without a gap."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return page
