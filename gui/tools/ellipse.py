"""Draws an ellipse or a circle from corner to corner of the box around it, as a polygon."""

import math

import numpy as np

from engine.values import Box, Polygon, Region
from gui.tools.box import BoxTool
from gui.tools.registry import Preview, register

OFF = 0.2
"""Pixels: so far a side of the polygon may be from the ellipse."""
FEWEST, MOST = 12, 96


@register(
    "ellipse",
    text="Ellipse",
    shortcut="T",
    hint="Drag from corner to corner of the box around it. Shift: circle.",
    icon="mdi6.vector-ellipse",
    place=25,
    family="box",
)
class EllipseTool(BoxTool):
    """As the box; Shift keeps it a circle."""

    edit_text = "Draw ellipse"
    too_small = "Too small for an ellipse: drag from corner to corner."

    def _region(self, box: Box) -> Region:
        """As many corners as it takes to look round."""
        x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
        across, down = (box.x2 - box.x1) / 2, (box.y2 - box.y1) / 2
        share = min(OFF / max(across, down), 1.0)
        count = min(max(math.ceil(math.pi / math.acos(1 - share)), FEWEST), MOST)
        turn = np.arange(count) * (2 * math.pi / count)
        points = np.stack([x + across * np.cos(turn), y + down * np.sin(turn)], axis=1)
        return Polygon(points.astype(np.float32))

    def _shown(self, region: Region) -> Preview:
        """A line without its many corners: they would hide what it is put around."""
        assert isinstance(region, Polygon)
        x, y = region.points_xy.T.tolist()
        return Preview(line=(*zip(x, y, strict=True), (x[0], y[0])))
