"""Simpler outlines of what is selected, shown on the canvas before they are."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication

from engine.values import Annotation, Mask, Polygon, Region
from gui.canvas.canvas import Canvas
from gui.dialogs import ask

MOST_POINTS = 50_000
"""With more corners than this nothing is shown before: it would lag behind the slider."""
MOST_PIXELS = 1 << 20
"""Of a mask."""


def ask_distance(canvas: Canvas, chosen: Sequence[Annotation], start: float) -> float | None:
    """How far from the old outlines the new ones may be; None when given up."""
    try:
        return ask.simplify(canvas, partial(_show, canvas, chosen), start)
    finally:
        canvas.hand.suggest({})


def corners_of(regions: Sequence[Region]) -> int:
    """Of all polygons among them."""
    polygons = (region for region in regions if isinstance(region, Polygon))
    return sum(len(ring) for each in polygons for ring in (each.points_xy, *each.holes))


def _show(canvas: Canvas, chosen: Sequence[Annotation], distance: float) -> str:
    """What they would be, on the canvas, and how many corners that has."""
    from engine.regions.shaping import simplified

    before = corners_of([annotation.region for annotation in chosen])
    if before > MOST_POINTS:
        return _tr("{0} corners").format(before)
    shown = {a.id: a.region for a in chosen if _is_light(a.region)}
    made = {i: simplified(r, canvas.scene.size_hw, distance) for i, r in shown.items()}
    canvas.hand.suggest(made)
    if not before:
        return _tr("The outlines of masks become smoother.")
    return _tr("{0} of {1} corners").format(corners_of(list(made.values())), before)


def _is_light(region: Region) -> bool:
    if isinstance(region, Mask):
        return region.pixels.size <= MOST_PIXELS
    return isinstance(region, Polygon)


def _tr(text: str) -> str:
    return QCoreApplication.translate("simplifying", text)
