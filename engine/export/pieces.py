"""Samples made smaller and cut into tiles, together with their pictures.

Geometry is scaled by exactly new side / old side of the picture, each axis by its own; a pixel of a
smaller Mask is what lies under its centre. Outlines are cut at a tile's edges, and may fall apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from engine.export.options import ExportOptions
from engine.formats.adapt import GROUP
from engine.formats.coco_ids import IMAGE
from engine.formats.report import Report
from engine.regions.crops import bounds, clip_mask, crop, tight
from engine.regions.lines import parts_in
from engine.regions.masks import box_of, region_to_mask
from engine.values import Annotation, Box, Mask, Polygon, Polyline, Region, Sample, word_for

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the smaller picture."""
_LEAST = 1e-2
"""Pixels of a side below which nothing of a Region is left."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a Sample, as it is written: the size its picture is brought to, and the cut."""

    sample: Sample
    scaled_hw: tuple[int, int]
    rect: Rect
    is_whole: bool

    @property
    def name(self) -> str:
        """What tells it from the other tiles of its picture; empty for a whole one."""
        return "" if self.is_whole else f"_x{self.rect[0]}_y{self.rect[1]}"

    def pixels(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The piece of the picture (H, W, 3)."""
        left, top, right, bottom = self.rect
        if picture.shape[:2] != self.scaled_hw:
            size = self.scaled_hw[1], self.scaled_hw[0]
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        return np.ascontiguousarray(picture[top:bottom, left:right])


def pieces(sample: Sample, options: ExportOptions, report: Report, name: str) -> Iterator[Piece]:
    """What a Sample becomes, with remarks on the objects that are cut or vanish."""
    scaled_hw = scaled_size(sample.size_hw, options.longest_side)
    if scaled_hw != sample.size_hw:
        sample = _scaled(sample, scaled_hw, report, name)
    height, width = scaled_hw
    if options.tiles is None or max(scaled_hw) <= options.tiles.size:
        yield Piece(sample, scaled_hw, (0, 0, width, height), is_whole=True)
        return
    size, overlap = options.tiles.size, options.tiles.overlap
    for top in starts(height, size, overlap):
        for left in starts(width, size, overlap):
            rect = (left, top, min(left + size, width), min(top + size, height))
            yield Piece(_cut_sample(sample, rect, report, name), scaled_hw, rect, is_whole=False)


def scaled_size(size_hw: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size with its longest side at most so long; 0 leaves it."""
    if not longest or max(size_hw) <= longest:
        return size_hw
    factor = longest / max(size_hw)
    return max(1, round(size_hw[0] * factor)), max(1, round(size_hw[1] * factor))


def starts(length: int, size: int, overlap: int) -> list[int]:
    """Where tiles begin; the last one ends where the picture does."""
    last = max(0, length - size)
    return [*range(0, last, size - overlap), last]


def _scaled(sample: Sample, size_hw: tuple[int, int], report: Report, name: str) -> Sample:
    factors = size_hw[1] / sample.size_hw[1], size_hw[0] / sample.size_hw[0]
    kept: list[Annotation] = []
    for annotation in sample.annotations:
        region = _scale(annotation.region, sample.size_hw, size_hw, factors)
        if region is None:
            report.skip(name, _kind(annotation), "it is less than a pixel at the smaller size")
        else:
            kept.append(replace(annotation, region=region))
    return replace(sample, size_hw=size_hw, annotations=tuple(kept))


def _scale(
    region: Region, old_hw: tuple[int, int], new_hw: tuple[int, int], factors: tuple[float, float]
) -> Region | None:
    x, y = factors
    if isinstance(region, Box):
        return Box(region.x1 * x, region.y1 * y, region.x2 * x, region.y2 * y)
    if isinstance(region, Polyline):
        return Polyline((region.points_xy.astype(np.float64) * factors).astype(np.float32))
    if isinstance(region, Polygon):
        rings = [r.astype(np.float64) * factors for r in (region.points_xy, *region.holes)]
        return Polygon(rings[0].astype(np.float32), tuple(r.astype(np.float32) for r in rings[1:]))
    mask = clip_mask(region, old_hw)
    if mask is None:
        return None
    left, top, right, bottom = bounds(mask)
    rows, columns = (_under(new, old) for new, old in zip(new_hw, old_hw, strict=True))
    rows_of, columns_of = (
        np.flatnonzero((found >= low) & (found < high))
        for found, low, high in ((rows, top, bottom), (columns, left, right))
    )
    if not len(rows_of) or not len(columns_of):
        return None
    pixels = mask.pixels[np.ix_(rows[rows_of] - top, columns[columns_of] - left)]
    return tight(crop(int(columns_of[0]), int(rows_of[0]), pixels))


def _under(new: int, old: int) -> NDArray[np.int64]:
    """The old pixel that lies under the centre of each new one."""
    return (2 * np.arange(new, dtype=np.int64) + 1) * old // (2 * new)


def _cut_sample(sample: Sample, rect: Rect, report: Report, name: str) -> Sample:
    left, top, right, bottom = rect
    found: list[Annotation] = []
    for annotation in sample.annotations:
        parts = cut(annotation.region, rect)
        moved = [_moved(part, -left, -top) for part in parts]
        if len(moved) > 1 and all(key != GROUP for key, _ in annotation.attributes):
            together = (*annotation.attributes, (GROUP, annotation.id))
            annotation = replace(annotation, attributes=together)
        if parts and parts != [annotation.region]:
            report.convert(name, _kind(annotation), "cut at the edge of a tile")
        found += [replace(annotation, region=region) for region in moved]
    attributes = tuple(pair for pair in sample.attributes if pair[0] != IMAGE)
    size_hw = bottom - top, right - left
    return replace(sample, size_hw=size_hw, annotations=tuple(found), attributes=attributes)


def cut(region: Region, rect: Rect) -> list[Region]:
    """The parts of a Region in a rectangle; the Region itself where it lies inside."""
    left, top, right, bottom = rect
    if isinstance(region, Mask):
        own = bounds(region)
        if own[0] >= left and own[1] >= top and own[2] <= right and own[3] <= bottom:
            return [region]
        inside = clip_mask(_moved_mask(region, -left, -top), (bottom - top, right - left))
        return [] if inside is None else [_moved_mask(inside, left, top)]
    if isinstance(region, Polyline):
        return [Polyline(part) for part in parts_in(region.points_xy, rect)]
    box = box_of(region)
    if box.x1 >= left and box.y1 >= top and box.x2 <= right and box.y2 <= bottom:
        return [region]
    x1, y1, x2, y2 = max(box.x1, left), max(box.y1, top), min(box.x2, right), min(box.y2, bottom)
    if x2 - x1 <= _LEAST or y2 - y1 <= _LEAST:
        return []
    return [Box(x1, y1, x2, y2)] if isinstance(region, Box) else _cut_polygon(region, rect)


def _cut_polygon(polygon: Polygon, rect: Rect) -> list[Region]:
    shape = shapely.Polygon(
        polygon.points_xy.astype(np.float64), [h.astype(np.float64) for h in polygon.holes]
    )
    if not shape.is_valid:
        # Outlines that cross themselves are filled by a rule of their own: as pixels it is exact.
        mask = region_to_mask(polygon, (rect[3], rect[2]))
        return [] if mask is None else cut(mask, rect)
    inside = shapely.intersection(shape, shapely.box(*rect))
    parts = [
        p for p in shapely.get_parts(inside) if p.geom_type == "Polygon" and p.area > _LEAST**2
    ]
    return [_polygon(part) for part in parts]


def _polygon(shape: shapely.Polygon) -> Polygon:
    rings = [
        shapely.get_coordinates(r)[:-1].astype(np.float32)
        for r in (shape.exterior, *shape.interiors)
    ]
    return Polygon(rings[0], tuple(rings[1:]))


def _moved(region: Region, dx: int, dy: int) -> Region:
    if isinstance(region, Mask):
        return _moved_mask(region, dx, dy)
    if isinstance(region, Box):
        return Box(region.x1 + dx, region.y1 + dy, region.x2 + dx, region.y2 + dy)
    shift = np.array([dx, dy], np.float64)
    if isinstance(region, Polyline):
        return Polyline((region.points_xy.astype(np.float64) + shift).astype(np.float32))
    rings = [
        (r.astype(np.float64) + shift).astype(np.float32) for r in (region.points_xy, *region.holes)
    ]
    return Polygon(rings[0], tuple(rings[1:]))


def _moved_mask(mask: Mask, dx: int, dy: int) -> Mask:
    return Mask(mask.left + dx, mask.top + dy, mask.pixels)


def _kind(annotation: Annotation) -> str:
    return word_for(annotation.region)
