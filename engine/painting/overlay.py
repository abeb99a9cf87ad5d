"""Paints Regions onto pixels: for exported pictures and videos, and for measuring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.labels import background_of
from engine.painting.captions import Color, caption
from engine.painting.object_colors import object_colors, track_color
from engine.painting.tallies import paint_tallies
from engine.regions.masks import box_of, region_to_mask
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    Detection,
    Label,
    LabelMap,
    Mask,
    Polygon,
    Polyline,
    Prediction,
    Region,
    Sample,
    Trail,
)

_UNKNOWN: Color = (160, 160, 160)
CROWD = 30
"""Of more objects than this, only those twice as large as their caption have one."""
SHOWN_RANKS = 3
"""How many of a classifier's labels are shown."""


@dataclass(frozen=True)
class _Mark:
    """One object to paint; its key chooses its color among objects."""

    region: Region
    color: Color
    name: str
    score: float | None
    key: str
    track: int | None


def palette(labels: Iterable[Label]) -> NDArray[np.uint8]:
    """The colour of every label id: (256, 3) uint8; grey for ids without a label."""
    table = np.full((256, 3), _UNKNOWN, np.uint8)
    for label in labels:
        table[label.id] = label.color
    return table


def paint(
    pixels: NDArray[np.uint8],
    seen: Prediction | Sample,
    labels: Sequence[Label],
    *,
    opacity: float = 0.5,
    by_object: bool | None = None,
) -> NDArray[np.uint8]:
    """A copy of the pixels (H, W, 3) with masks blended over it, outlines, boxes and captions.

    `by_object` gives each object a color of its own in place of its label's; None does so for the
    masks an instance model found, and for what is tracked.
    """
    result = pixels.copy()
    if isinstance(seen, Prediction) and seen.label_map is not None:
        _paint_label_map(result, seen.label_map, labels, opacity)
    marks = _marks(seen, labels)
    if by_object is None:
        by_object = isinstance(seen, Prediction) and any(
            isinstance(mark.region, Mask) or mark.track is not None for mark in marks
        )
    if by_object:
        marks = _colored(marks)
    width = 1 if min(result.shape[:2]) < 600 else 2
    for mark in marks:
        if isinstance(mark.region, Box):
            _paint_box(result, mark.region, mark.color, width + 1)
        elif isinstance(mark.region, Polyline):
            _paint_line(result, mark.region, mark.color, width + 1)
        else:
            _paint_area(result, mark.region, mark.color, opacity, width)
    if isinstance(seen, Prediction):
        _paint_trails(result, seen.trails, marks, width)
    # Captions last, so that no mask covers one.
    size = min(32, max(11, round(min(result.shape[:2]) / 45)))
    _paint_captions(result, marks, size)
    if isinstance(seen, Prediction):
        paint_tallies(result, seen.tallies, width, size)
        _paint_ranking(result, seen, labels, size)
    return result


def _marks(seen: Prediction | Sample, labels: Sequence[Label]) -> list[_Mark]:
    by_id = {label.id: label for label in labels}
    objects: list[Detection | Annotation]
    if isinstance(seen, Prediction):
        objects = [*sorted(seen.detections, key=_score)]  # The surest on top.
    else:
        objects = [*sorted((*seen.proposals, *seen.annotations), key=_depth)]
    marks: list[_Mark] = []
    for item in objects:
        label = by_id.get(item.label_id)
        name = label.name if label else "ignore" if item.label_id == IGNORE else str(item.label_id)
        color = label.color if label else _UNKNOWN
        key = str(len(marks)) if item.track is None else f"track {item.track}"
        marks.append(_Mark(item.region, color, name, item.score, key, item.track))
    return marks


def _colored(marks: list[_Mark]) -> list[_Mark]:
    """Each mark in its object's own color, a track's by its number."""
    boxes = np.array([box_of(mark.region).xyxy for mark in marks], np.float32).reshape(-1, 4)
    colors = object_colors([mark.key for mark in marks], boxes)
    return [
        replace(mark, color=color if mark.track is None else track_color(mark.track))
        for mark, color in zip(marks, colors, strict=True)
    ]


def _score(detection: Detection) -> float:
    return detection.score


def _depth(annotation: Annotation) -> int:
    return annotation.z


def _paint_label_map(
    pixels: NDArray[np.uint8], label_map: LabelMap, labels: Sequence[Label], opacity: float
) -> None:
    """Blend every label but background and ignored pixels."""
    table = palette(labels)
    shown = np.full(256, 255, np.uint8)
    shown[IGNORE] = 0
    background = background_of(labels)
    if background is not None:
        shown[background] = 0
    ids = label_map.ids
    # Three tables of one channel are three times faster than one of three channels.
    colors = cv2.merge([cv2.LUT(ids, np.ascontiguousarray(table[:, c])) for c in range(3)])
    blended = cv2.addWeighted(pixels, 1 - opacity, colors, opacity, 0)
    cv2.copyTo(blended, cv2.LUT(ids, shown), pixels)


def _paint_area(
    pixels: NDArray[np.uint8], region: Mask | Polygon, color: Color, opacity: float, width: int
) -> None:
    mask = _inside(region, (pixels.shape[0], pixels.shape[1]))
    if mask is None:
        return
    height, breadth = mask.pixels.shape
    place = pixels[mask.top : mask.top + height, mask.left : mask.left + breadth]
    filled = mask.pixels.view(np.uint8)
    # Each channel becomes old * (1 - opacity) + color * opacity.
    mixing = np.zeros((3, 4))
    mixing[:, :3] = np.eye(3) * (1 - opacity)
    mixing[:, 3] = np.asarray(color) * opacity
    cv2.copyTo(cv2.transform(place, mixing), filled, place)
    outlines, _ = cv2.findContours(filled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(place, outlines, -1, color, width)


def _inside(region: Mask | Polygon, size_hw: tuple[int, int]) -> Mask | None:
    if isinstance(region, Mask):
        height, width = region.pixels.shape
        fits = region.top + height <= size_hw[0] and region.left + width <= size_hw[1]
        if fits and region.top >= 0 and region.left >= 0:
            return region
    return region_to_mask(region, size_hw)


def _paint_box(pixels: NDArray[np.uint8], box: Box, color: Color, width: int) -> None:
    left, top = round(box.x1), round(box.y1)
    # Right and bottom edges are excluded from a Box; OpenCV draws them too.
    right, bottom = max(left, round(box.x2) - 1), max(top, round(box.y2) - 1)
    cv2.rectangle(pixels, (left, top), (right, bottom), color, width)


def _paint_line(pixels: NDArray[np.uint8], line: Polyline, color: Color, width: int) -> None:
    """An open line; a point is a dot."""
    points = np.round(line.points_xy - 0.5).astype(np.int32)
    cv2.polylines(pixels, [points], False, color, width, cv2.LINE_AA)
    if len(points) == 1:
        cv2.circle(pixels, points[0].tolist(), 2 * width, color, cv2.FILLED, cv2.LINE_AA)


def _paint_trails(
    pixels: NDArray[np.uint8], trails: Sequence[Trail], marks: Sequence[_Mark], width: int
) -> None:
    """A line through the last places of each track, in its color."""
    colors = {mark.track: mark.color for mark in marks}
    for track, places in trails:
        line = np.round(np.array(places, np.float32)).astype(np.int32)
        color = colors.get(track, _UNKNOWN)
        cv2.polylines(pixels, [line], False, color, width + 1, cv2.LINE_AA)


def _paint_captions(pixels: NDArray[np.uint8], marks: Sequence[_Mark], size: int) -> None:
    """Name and score above each object's top-left corner, pushed inside the frame.

    The surest, or uppermost, come first: no caption covers another.
    """
    placed = np.zeros((0, 4), np.intp)
    for mark in reversed(marks):
        # Name, number and score are apart, so that a changing score renders no text anew.
        parts = [caption(mark.name, size, mark.color)]
        if mark.track is not None:
            parts.append(caption(str(mark.track), size, mark.color))
        if mark.score is not None:
            parts.append(caption(f"{mark.score:.2f}", size, mark.color))
        height, width = parts[0].shape[0], sum(part.shape[1] for part in parts)
        box = box_of(mark.region)
        if len(marks) > CROWD and (box.x2 - box.x1) * (box.y2 - box.y1) < 2 * width * height:
            continue
        top = round(box.y1) - height
        left, top = _inside_frame(pixels, round(box.x1), top if top >= 0 else round(box.y1), parts)
        corners = np.array([[left, top, left + width, top + height]], np.intp)
        apart = (corners[:, :2] >= placed[:, 2:]) | (corners[:, 2:] <= placed[:, :2])
        if apart.any(1).all():
            placed = np.concatenate([placed, corners])
            _paint_text(pixels, parts, left, top)


def _paint_ranking(
    pixels: NDArray[np.uint8], prediction: Prediction, labels: Sequence[Label], size: int
) -> None:
    """The best labels of the whole frame with their scores, one below the other in the corner."""
    by_id = {label.id: label for label in labels}
    top = size // 2
    for label_id, score in prediction.ranking[:SHOWN_RANKS]:
        label = by_id.get(label_id)
        name, color = (label.name, label.color) if label else (str(label_id), _UNKNOWN)
        parts = [caption(name, size, color), caption(f"{score:.2f}", size, color)]
        _paint_text(pixels, parts, size // 2, top)
        top += parts[0].shape[0]


def _paint_text(
    pixels: NDArray[np.uint8], parts: list[NDArray[np.uint8]], left: int, top: int
) -> None:
    """Rendered texts side by side, pushed inside the frame."""
    left, top = _inside_frame(pixels, left, top, parts)
    for part in parts:
        place = pixels[top : top + part.shape[0], left : left + part.shape[1]]
        place[:] = part[: place.shape[0], : place.shape[1]]
        left += part.shape[1]


def _inside_frame(
    pixels: NDArray[np.uint8], left: int, top: int, parts: Sequence[NDArray[np.uint8]]
) -> tuple[int, int]:
    """Where texts side by side stand whole, as near to (left, top) as can be."""
    left = max(0, min(left, pixels.shape[1] - sum(part.shape[1] for part in parts)))
    return left, max(0, min(top, pixels.shape[0] - parts[0].shape[0]))
