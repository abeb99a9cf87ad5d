"""One look for every plot: background, axes and their texts in a theme's colours."""

from typing import Any

from gui.theme import ThemeColors


def paint_plot(plot: Any, colors: ThemeColors) -> None:
    """Give a pyqtgraph PlotWidget these colours; what is drawn in it keeps its own."""
    plot.setBackground(colors.field)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(colors.line)
        axis.setTextPen(colors.faint)
        if axis.labelText:
            axis.setLabel(axis.labelText, color=colors.text)
