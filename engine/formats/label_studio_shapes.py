"""Regions of Label Studio's results, and the words that its fields hold."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.lines import line_along
from engine.formats.packed_mask import unpack_brush
from engine.formats.read_sample import items, number, points, size_hw
from engine.regions.masks import tight
from engine.values import Box, Mask, Polygon, Region

SHAPES = {
    "rectanglelabels": "rectangle",
    "rectangle": "rectangle",
    "polygonlabels": "polygon",
    "polygon": "polygon",
    "ellipselabels": "ellipse",
    "ellipse": "ellipse",
    "brushlabels": "brush",
    "brush": "brush",
    "keypointlabels": "keypoint",
    "keypoint": "keypoint",
    "vectorlabels": "vector",
    "vector": "vector",
}
"""What kind of shape a result of each type is."""
_LOST = {"vector": "a curve has no area"}
_NO_WORDS = frozenset({"labels", "hypertextlabels", *SHAPES})
_ELLIPSE_POINTS = 64


def region_of(
    kind: str, value: dict[str, Any], row: dict[str, Any], frame_hw: tuple[int, int]
) -> tuple[Region, str]:
    """The Region of a result, and how it differs from what the file says. ValueError if damaged."""
    if kind in _LOST:
        raise ValueError(_LOST[kind])
    if kind == "brush":
        return _brush(value, row), ""
    scale = np.array([frame_hw[1], frame_hw[0]]) / 100
    if kind == "polygon":
        return Polygon((np.array(points(value.get("points"))) * scale).astype(np.float32)), ""
    if kind == "keypoint":
        place = np.array([number(value.get(key), key) for key in ("x", "y")])
        return line_along(place * scale), ""
    if kind == "ellipse":
        return _ellipse(value, scale), "an ellipse, read as an outline of 64 points"
    x, y, width, height = (number(value.get(key), key) for key in ("x", "y", "width", "height"))
    if width <= 0 or height <= 0:
        raise ValueError("it has no area")
    left, top, wide, high = (np.array([x, y, width, height]) * np.tile(scale, 2)).tolist()
    angle = number(value.get("rotation") or 0, "rotation") % 360
    if not angle:
        return Box(left, top, left + wide, top + high), ""
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]])
    how = "a rotated box, read as an outline of four points"
    return Polygon(_turned(corners, angle) + np.array([left, top], dtype=np.float32)), how


def labels_of(row: dict[str, Any]) -> list[str]:
    """The labels of a result, in the list that is named like its type."""
    kind, value = str(row.get("type")), row.get("value")
    names = value.get(kind) if isinstance(value, dict) and kind.endswith("labels") else None
    listed = names if isinstance(names, list) else ()
    found = [" ".join(name.split()) for name in listed if isinstance(name, str)]
    return [name for name in found if name]


def words_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Choices, texts, ratings and the like, under the name of their field."""
    kind, value, name = str(row.get("type")), row.get("value"), row.get("from_name")
    if kind in _NO_WORDS or not isinstance(value, dict) or not isinstance(name, str):
        return []
    found = value.get("text" if kind == "textarea" else kind)
    words = found if isinstance(found, list) else [] if found is None else [found]
    text = ", ".join(" / ".join(map(str, w)) if isinstance(w, list) else str(w) for w in words)
    return [(name, text)] if name.strip() and text else []


def _turned(points_xy: NDArray[np.float64], degrees: float) -> NDArray[np.float32]:
    """Points turned clockwise as seen on the screen, around 0, 0."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.asarray(points_xy @ np.array([[cos, sin], [-sin, cos]]), dtype=np.float32)


def _ellipse(value: dict[str, Any], scale: NDArray[np.float64]) -> Polygon:
    x, y, rx, ry = (number(value.get(key), key) for key in ("x", "y", "radiusX", "radiusY"))
    if rx <= 0 or ry <= 0:
        raise ValueError("it has no area")
    angles = np.arange(_ELLIPSE_POINTS) * (2 * math.pi / _ELLIPSE_POINTS)
    ring = np.stack([rx * np.cos(angles), ry * np.sin(angles)], axis=1) * scale
    turned = _turned(ring, number(value.get("rotation") or 0, "rotation"))
    return Polygon(turned + (np.array([x, y]) * scale).astype(np.float32))


def _brush(value: dict[str, Any], row: dict[str, Any]) -> Mask:
    stated = size_hw(row.get("original_height"), row.get("original_width"))
    if value.get("format") != "rle" or stated is None:
        raise ValueError("its mask is no run lengths, or its size is missing")
    mask = tight(Mask(0, 0, unpack_brush(items(value.get("rle"), "its run lengths"), stated)))
    if mask is None:
        raise ValueError("its mask has no pixels")
    return mask
