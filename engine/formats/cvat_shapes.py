"""Shapes of a CVAT XML file as Regions with attributes, and back as elements.

Coordinates are those of CVAT's canvas: floats from the picture's top-left corner, where pixel
(0, 0) covers [0, 1), so they are ours; `xbr`, `ybr` lie on the far edge. A mask's run lengths go
row by row through its crop, beginning with pixels that are not set. `rotation` is in degrees
clockwise around the centre. Source: docs.cvat.ai, "XML annotation format", version 1.1.
"""

import math
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from engine.formats.adapt import GROUP
from engine.formats.lines import line_along
from engine.formats.read_sample import MOST_PIXELS, number, whole
from engine.regions.crops import crop, tight
from engine.sources.picture_header import MAX_PIXELS
from engine.values import Box, Mask, Polygon, Region

Attributes = tuple[tuple[str, str], ...]

READ = ("box", "polygon", "mask", "ellipse", "polyline", "points")
"""The shapes that are Regions."""
LOST = {
    "cuboid": "a cuboid is no flat region",
    "skeleton": "a skeleton has no area",
}
"""Those that are not, and why."""
KIND = "shape_type"
"""The attribute of a shape of several points, which no line joins: `points`."""
SOURCES = frozenset({"manual", "auto", "semi-auto", "file", "consensus"})
_ELLIPSE_POINTS = 64


def region_of(element: Element) -> tuple[Region, str]:
    """The Region of a shape, and how it differs from what the file says. ValueError if damaged."""
    if element.tag == "box":
        return _box(element)
    if element.tag == "polygon":
        ring = points_of(element)
        if len(ring) < 3:
            raise ValueError(f"its outline has {len(ring)} points")
        return Polygon(ring.astype(np.float32)), ""
    if element.tag in ("polyline", "points"):
        return line_along(points_of(element)), ""
    if element.tag == "mask":
        return _mask(element), ""
    return _ellipse(element), "an ellipse, read as an outline of 64 points"


def points_of(element: Element) -> NDArray[np.float64]:
    """The points of a polygon as (N, 2)."""
    words = (element.get("points") or "").replace(";", ",").split(",")
    try:
        flat = np.array(words, dtype=np.float64)
    except ValueError:
        raise ValueError("its points are no numbers") from None
    if len(flat) % 2 or not (np.abs(flat) <= MOST_PIXELS).all():
        raise ValueError("its points are no pairs of sane numbers")
    return flat.reshape(-1, 2)


def attributes_of(element: Element) -> Attributes:
    """Attributes, with `occluded`, `source` and the group where they say something."""
    found = [
        (name, child.text or "")
        for child in element.iter("attribute")
        if (name := (child.get("name") or "").strip())
    ]
    if element.tag == "points" and ";" in (element.get("points") or ""):
        found.append((KIND, "points"))
    if element.get("occluded") == "1":
        found.append(("occluded", "1"))
    source = element.get("source", "manual")
    if source != "manual" and source in SOURCES:
        found.append(("source", source))
    if (group := element.get("group_id", "0")) not in ("", "0"):
        found.append((GROUP, group))
    return tuple(found)


def z_of(element: Element) -> int:
    """Higher ones cover lower ones."""
    return whole(element.get("z_order") or 0, "z_order")


def run_lengths(mask: Mask) -> str:
    """The pixels of a Mask as CVAT counts them."""
    flat = mask.pixels.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:  # Those that are not set come first, be it none.
        edges = np.append(0, edges)
    return ", ".join(map(str, np.diff(edges, prepend=0, append=flat.size).tolist()))


def _box(element: Element) -> tuple[Region, str]:
    x1, y1, x2, y2 = (number(element.get(k), k) for k in ("xtl", "ytl", "xbr", "ybr"))
    if x1 >= x2 or y1 >= y2:
        raise ValueError("it has no area")
    angle = number(element.get("rotation") or 0, "rotation") % 360
    if not angle:
        return Box(x1, y1, x2, y2), ""
    corners = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]])
    turned = _turned(corners, ((x1 + x2) / 2, (y1 + y2) / 2), angle)
    return Polygon(turned), "a rotated box, read as an outline of four points"


def _turned(
    points: NDArray[np.float64], centre_xy: tuple[float, float], degrees: float
) -> NDArray[np.float32]:
    """Points turned clockwise as seen on the screen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = np.array([[cos, sin], [-sin, cos]])
    return np.asarray((points - centre_xy) @ turn + centre_xy, dtype=np.float32)


def _ellipse(element: Element) -> Polygon:
    cx, cy, rx, ry = (number(element.get(k), k) for k in ("cx", "cy", "rx", "ry"))
    if rx <= 0 or ry <= 0:
        raise ValueError("it has no area")
    angles = np.arange(_ELLIPSE_POINTS) * (2 * math.pi / _ELLIPSE_POINTS)
    ring = np.stack([cx + rx * np.cos(angles), cy + ry * np.sin(angles)], axis=1)
    return Polygon(_turned(ring, (cx, cy), number(element.get("rotation") or 0, "rotation")))


def _mask(element: Element) -> Mask:
    left, top, width, height = (
        whole(element.get(k), k) for k in ("left", "top", "width", "height")
    )
    if not (width > 0 and height > 0 and width * height <= MAX_PIXELS):
        raise ValueError(f"its mask is {width}x{height}")
    try:
        counts = np.array((element.get("rle") or "").split(","), dtype=np.int64)
    except (ValueError, OverflowError):
        raise ValueError("its run lengths are no numbers") from None
    if (counts < 0).any() or (counts > MAX_PIXELS).any() or counts.sum() > width * height:
        raise ValueError("its run lengths do not fit its size")
    counts = np.append(counts, [0] * (len(counts) % 2) + [width * height - counts.sum()])
    pixels = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    mask = tight(crop(left, top, pixels.reshape(height, width)))
    if mask is None:
        raise ValueError("its mask has no pixels")
    return mask
