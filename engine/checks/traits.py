"""What of a picture, and of its labels, shows whether the two belong together: colours and edges.

Both are kept so small that those of a thousand samples fit into memory, and say nothing on their
own; `engine.checks.content` compares them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import Annotation, Area, Mask, Polygon, Polyline

COLOR_SIDE = 32
"""Colours are compared in so many cells a side."""
EDGE_SIDE = 128
"""Edges tell neighbours in a video apart only where they are seen this fine."""
_DRAWN_SIDE = 512
_LEAST_SPREAD = (3.0, 1.5, 1.5, 0.3)  # of Lab and of texture: below that it is noise
_SURROUNDINGS = 16  # edges are counted against what is usual within so many cells

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False, slots=True)
class Traits:
    """A picture's colours and edges, and its labels' areas and outlines.

    `colors` (cells, 4) are Lab and texture, of mean 0 and about deviation 1; `edges` and `outline`
    (pixels,) are 0..255, `areas` (cells,) numbers, one an area.
    """

    colors: NDArray[np.float16]
    edges: Bytes
    areas: Bytes
    outline: Bytes

    @property
    def is_telling(self) -> bool:
        """Whether there are both areas and outlines, and a picture that is not blank."""
        return bool(self.outline.any() and self.edges.any())


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Where labels are: numbers (h, w) of areas, and where outlines run (h, w), 0 or 1."""

    areas: Bytes
    outline: Bytes


def layout_of_map(ids: Bytes) -> Layout:
    """The layout of a label map."""
    outline = np.zeros(ids.shape, np.uint8)
    # The line between two pixels is drawn on both, or all would lie half a pixel off.
    for here, there in (
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
    ):
        differs = ids[here] != ids[there]
        outline[here] |= differs
        outline[there] |= differs
    return Layout(ids, outline)


def layout_of(annotations: Iterable[Annotation], size_hw: tuple[int, int]) -> Layout:
    """The layout of drawn objects, small ones over large ones."""
    scale = min(1.0, _DRAWN_SIDE / max(size_hw))
    shape = max(1, round(size_hw[0] * scale)), max(1, round(size_hw[1] * scale))
    areas, outline = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    factor = np.array((shape[1] / size_hw[1], shape[0] / size_hw[0]), np.float64)
    drawn = [
        (a.label_id, _rings(a.region, factor, size_hw))
        for a in annotations
        if not isinstance(a.region, Polyline)
    ]
    for label_id, rings in sorted(drawn, key=lambda found: -_extent(found[1])):
        if rings:
            cv2.fillPoly(areas, rings, label_id)
            cv2.polylines(outline, rings, isClosed=True, color=1)
    return Layout(areas, outline)


def traits_of(pixels: Bytes, layout: Layout) -> Traits:
    """The traits of a picture (H, W, 3) RGB and its labels."""
    return Traits(*_picture(pixels), *_labels(layout))


def _picture(pixels: Bytes) -> tuple[NDArray[np.float16], Bytes]:
    side = EDGE_SIDE, EDGE_SIDE
    small = cv2.resize(pixels, side, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    return _colors(lab), _edges(cv2.GaussianBlur(lab, (0, 0), 0.7)).ravel()


def _colors(lab: Floats) -> NDArray[np.float16]:
    side = COLOR_SIDE, COLOR_SIDE
    cells = cv2.resize(lab, side, interpolation=cv2.INTER_AREA)
    square = cv2.resize(lab[..., 0] ** 2, side, interpolation=cv2.INTER_AREA)
    texture = np.log1p(np.sqrt(np.maximum(square - cells[..., 0] ** 2, 0)))
    found = np.dstack([cells, texture]).reshape(-1, 4)
    found = (found - found.mean(axis=0)) / (found.std(axis=0) + _LEAST_SPREAD)
    return found.astype(np.float16)


def _edges(lab: Floats) -> Bytes:
    """How much more the colour changes here than in the surroundings."""
    slope = cv2.Sobel(lab, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(lab, cv2.CV_32F, 0, 1) ** 2
    change = np.sqrt(slope.sum(axis=2))
    usual = cv2.GaussianBlur(change, (0, 0), _SURROUNDINGS) + 0.3 * change.mean() + 1e-3
    return np.asarray(np.minimum(change / usual * 50, 255), np.uint8)


def _labels(layout: Layout) -> tuple[Bytes, Bytes]:
    areas = cv2.resize(
        layout.areas, (COLOR_SIDE, COLOR_SIDE), interpolation=cv2.INTER_NEAREST_EXACT
    )
    side = EDGE_SIDE, EDGE_SIDE
    # A line as thin as a pixel of a large map must not fade when it is made small.
    weight = 255 * max(1.0, max(layout.outline.shape) / EDGE_SIDE / 2)
    line = cv2.resize(layout.outline.astype(np.float32), side, interpolation=cv2.INTER_AREA)
    return areas.ravel(), np.asarray(np.minimum(line * weight, 255), np.uint8).ravel()


def _rings(
    region: Area, factor: NDArray[np.float64], size_hw: tuple[int, int]
) -> list[NDArray[np.int32]]:
    """The outlines of a region in the small drawing, as OpenCV draws them."""
    if isinstance(region, Mask):
        found, _ = cv2.findContours(
            region.pixels.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
        )
        corner = (region.left + 0.5, region.top + 0.5)
        rings = [ring.reshape(-1, 2) + corner for ring in found]
    elif isinstance(region, Polygon):
        rings = [np.asarray(ring, np.float64) for ring in (region.points_xy, *region.holes)]
    else:
        x1, y1, x2, y2 = region.xyxy
        rings = [np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)])]
    most = np.array(size_hw[::-1]) * factor - 1
    return [np.clip(ring * factor - 0.5, 0, most).round().astype(np.int32) for ring in rings]


def _extent(rings: list[NDArray[np.int32]]) -> float:
    points = np.concatenate(rings) if rings else np.zeros((1, 2))
    return float(np.prod(np.ptp(points, axis=0)))
