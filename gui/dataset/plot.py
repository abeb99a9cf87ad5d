"""One figure as a plot; a click says which part of it was meant."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.insight.measures import Bars, Grid, Points
from gui.panels.copies import CopyPicture
from gui.panels.plot_colors import paint_plot
from gui.theme import ThemeColors

if TYPE_CHECKING:
    Figure = Bars | Grid | Points

NAME_PX = 16
"""So much room a name needs along its axis."""
NAME_LETTERS = 18
REACH_PX = 8.0
MOST_POINTS = 20_000


class FigurePlot(QWidget):
    """Bars with names lie on their side, bars of numbers stand; the y of a grid points down."""

    part_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(280)
        self._colors: ThemeColors | None = None
        self._plot: Any = None
        self._figure: Bars | Grid | Points | None = None
        self._chosen = -1
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        if self._plot is not None:
            paint_plot(self._plot, colors)
            self._draw()

    @Slot()
    def prepare(self) -> None:
        """Make the plot, once pyqtgraph is loaded."""
        if self._plot is not None:
            return
        import pyqtgraph

        self._plot = pyqtgraph.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setAccessibleName(self.tr("Figure"))
        CopyPicture(self._plot)
        self._plot.scene().sigMouseClicked.connect(self._on_click)
        self._column.addWidget(self._plot)
        if self._colors is not None:
            self.set_colors(self._colors)

    def set_figure(self, figure: "Figure | None") -> None:
        """Show this; nothing of it is chosen."""
        self._figure, self._chosen = figure, -1
        self._draw()

    def set_chosen(self, part: int) -> None:
        """Mark the part whose pictures are listed."""
        self._chosen = part
        self._draw()

    @Slot(object)
    def _on_click(self, event: Any) -> None:
        if self._figure is None:
            return
        box = self._plot.getViewBox()
        at: QPointF = box.mapSceneToView(event.scenePos())
        reach = tuple(REACH_PX * size for size in box.viewPixelSize())
        part = part_at(self._figure, (at.x(), at.y()), reach)
        if part is not None:
            self.part_chosen.emit(part)

    def _draw(self) -> None:
        if self._plot is None or self._colors is None:
            return
        self._plot.clear()
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTicks(None)
        self._plot.invertY(is_on_side(self._figure) or isinstance(self._figure, Grid))
        if isinstance(self._figure, Bars) and self._figure.names:
            self._draw_bars(self._figure)
        elif isinstance(self._figure, Points):
            self._draw_points(self._figure)
        elif isinstance(self._figure, Grid):
            self._draw_grid(self._figure)
        self._plot.enableAutoRange()

    def _draw_bars(self, bars: Bars) -> None:
        import pyqtgraph

        counts = bars.counts.reshape(len(bars.names), -1)
        start = np.zeros(len(counts))
        for part in range(counts.shape[1]):
            brushes = [self._brush(n, part, counts.shape[1]) for n in range(len(counts))]
            end = start + counts[:, part]
            if bars.edges is not None:
                x, width = (bars.edges[:-1] + bars.edges[1:]) / 2, np.diff(bars.edges) * 0.92
                item = pyqtgraph.BarGraphItem(x=x, width=width, y0=start, y1=end, brushes=brushes)
            else:
                y = np.arange(len(counts))
                item = pyqtgraph.BarGraphItem(x0=start, x1=end, y=y, height=0.8, brushes=brushes)
            item.setOpts(pen=None)
            self._plot.addItem(item)
            start = end
        if bars.edges is None:
            self._name_axis("left", bars.names)

    def _draw_points(self, points: Points) -> None:
        import pyqtgraph

        assert self._colors is not None
        step = max(1, len(points.x) // MOST_POINTS)
        color = QColor(self._colors.accent)
        color.setAlpha(120)
        self._plot.addItem(
            pyqtgraph.ScatterPlotItem(
                points.x[::step], points.y[::step], size=6, brush=color, pen=None
            )
        )
        if 0 <= self._chosen < len(points.x):
            at = [points.x[self._chosen]], [points.y[self._chosen]]
            self._plot.addItem(
                pyqtgraph.ScatterPlotItem(*at, size=10, brush=self._colors.warning, pen=None)
            )

    def _draw_grid(self, grid: Grid) -> None:
        import pyqtgraph

        assert self._colors is not None
        low, high = QColor(self._colors.field), QColor(self._colors.accent)
        table = pyqtgraph.ColorMap([0.0, 1.0], [low, high]).getLookupTable(nPts=256)
        image = pyqtgraph.ImageItem(np.log1p(grid.counts), axisOrder="row-major")
        image.setLookupTable(table)
        self._plot.addItem(image)
        if grid.names:
            for side in ("left", "bottom"):
                self._name_axis(side, grid.names, middle=0.5)
        if 0 <= self._chosen < grid.counts.size:
            row, column = divmod(self._chosen, grid.counts.shape[1])
            x = np.array([0, 1, 1, 0, 0]) + column
            y = np.array([0, 0, 1, 1, 0]) + row
            self._plot.plot(x, y, pen=self._colors.warning)

    def _brush(self, bar: int, part: int, parts: int) -> QColor:
        """The parts of a stacked bar from faint to strong; the chosen bar stands out."""
        assert self._colors is not None
        color = QColor(self._colors.warning if bar == self._chosen else self._colors.accent)
        color.setAlpha(255 if parts == 1 else 90 + 165 * part // max(parts - 1, 1))
        return color

    def _name_axis(self, side: str, names: tuple[str, ...], *, middle: float = 0.0) -> None:
        room = self.height() if side == "left" else self.width() // 4
        step = max(1, -(-len(names) * NAME_PX // max(room, 1)))
        ticks = [(n + middle, _short(name)) for n, name in enumerate(names) if n % step == 0]
        self._plot.getAxis(side).setTicks([ticks])


def _short(name: str) -> str:
    return name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1]}…"


def is_on_side(figure: "Figure | None") -> bool:
    """Whether it is bars that have names."""
    return isinstance(figure, Bars) and figure.edges is None


def part_at(figure: "Figure", at: tuple[float, float], reach: tuple[float, ...]) -> int | None:
    """Which bar, cell or point lies at a place of the plot; None for none."""
    x, y = at
    if isinstance(figure, Points):
        far = np.hypot((figure.x - x) / max(reach[0], 1e-9), (figure.y - y) / max(reach[1], 1e-9))
        return int(far.argmin()) if len(far) and far.min() <= 1 else None
    if isinstance(figure, Grid):
        rows, columns = figure.counts.shape
        is_in = 0 <= x < columns and 0 <= y < rows
        return int(y) * columns + int(x) if is_in else None
    if figure.edges is not None:
        found = int(np.searchsorted(figure.edges, x, side="right")) - 1
    else:
        found = int(np.floor(y + 0.5))
    return found if 0 <= found < len(figure.names) else None


def rows_of(figure: "Figure", part: int) -> list[int]:
    """The pictures of a part, by their rows."""
    return [int(figure.rows[part])] if isinstance(figure, Points) else figure.rows[part].tolist()
