"""Between the session and the Dataset panel."""

from PySide6.QtCore import QObject, Slot

from engine.insight.measures import Bars, Grid, Points
from engine.words import counted
from gui.dataset.controller import FROM_PICTURES, DatasetController, Insight
from gui.dataset.panel import DatasetPanel
from gui.dataset.plot import rows_of
from gui.main_window import MainWindow
from gui.session.session import Session


class DatasetLink(QObject):
    """The Dataset panel: counted when it is opened, and again when that is asked for."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.controller = DatasetController(session.jobs, self)
        self.panel = DatasetPanel()
        panel, controller = self.panel, self.controller
        panel.figure_requested.connect(self._show)
        panel.count_requested.connect(self._count)
        panel.picture_requested.connect(session.go_to)
        panel.plot.part_chosen.connect(self._on_part)
        controller.changed.connect(self._on_changed)
        controller.failed.connect(window.notice.show_error)
        controller.progressed.connect(panel.set_progress)
        controller.running_changed.connect(panel.set_running)
        session.project.opened.connect(self._count)
        session.project.closed.connect(controller.forget)
        window.dress(panel.set_colors)
        window.plots.ready.connect(panel.plot.prepare)
        window.plots.ready.connect(self._show)
        window.plots.load()
        if window.plots.is_ready:
            panel.plot.prepare()
        self._count()

    @Slot()
    def _count(self) -> None:
        place = self._session.project.place
        if place is not None:
            self.controller.count(place)

    @Slot(object)
    def _on_changed(self, insight: Insight | None) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        """The chosen figure; some need a look at the pictures first."""
        name, insight = self.panel.chosen, self.controller.insight
        self.panel.set_pictures("", ())
        figure = insight.figures.get(name) if insight is not None else None
        self.panel.plot.set_figure(figure)
        self.panel.set_empty(is_empty=figure is None or _is_empty(figure))
        if insight is None:
            self.panel.say(self.tr("Open pictures: what they hold is counted here."))
        elif figure is None and name in FROM_PICTURES:
            self.panel.say(self.tr("The pictures are looked at: this may take a while."))
            self.controller.look_at_pictures()
        elif figure is not None:
            self.panel.say(self._summary(name, figure))

    def _summary(self, name: str, figure: "Bars | Grid | Points") -> str:
        if _is_empty(figure):
            usual = self.tr(
                "Nothing to count yet: draw objects, accept proposals or import labels."
            )
            return {
                "duplicates": self.tr("No two pictures are nearly the same."),
                "leaks": self.tr("Nothing is on both sides of a split."),
            }.get(name, usual)
        if isinstance(figure, Points):
            return counted(len(figure.x), "point")
        return self.tr("{0} in all. Click a part to list its pictures.").format(
            f"{int(figure.counts.sum()):,}"
        )

    @Slot(int)
    def _on_part(self, part: int) -> None:
        insight = self.controller.insight
        figure = insight.figures.get(self.panel.chosen) if insight is not None else None
        if insight is None or figure is None:
            return
        self.panel.plot.set_chosen(part)
        ids = [insight.frame_ids[row] for row in rows_of(figure, part)]
        caption = counted(len(ids), "picture")
        if isinstance(figure, Bars):
            caption = f"{figure.names[part]}: {caption}"
        elif isinstance(figure, Grid) and figure.names:
            one, other = divmod(part, len(figure.names))
            caption = f"{figure.names[one]} + {figure.names[other]}: {caption}"
        self.panel.set_pictures(caption, ids)


def _is_empty(figure: "Bars | Grid | Points") -> bool:
    """Whether it counts nothing."""
    return isinstance(figure, Bars) and not figure.counts.sum()
