"""Shapes of labelme as Annotations, and back.

Points are those of labelme's canvas, whose picture begins at (0, 0): corners of pixels, as ours.
The two points of a mask are its first and its last pixel, both included (labelme's own files and
loader). A rectangle is two corners in any order, a circle its centre and a point on it, read as an
outline of 64 points.

Attributes: `shape_type` where it is not polygon, rectangle or
mask, and where a line has another number of points than is usual; each flag as `flags.NAME`;
`description`; every other key, its value as JSON. `group_id` is the group, `score` and `track_id`
are what they say. Keys that labelme does not know are written back as they were.
"""

import base64
import io
import math
import warnings
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import DatasetError
from engine.formats.json_texts import text_of, value_of
from engine.formats.lines import line_along, line_in
from engine.formats.objects import GROUP
from engine.formats.read_sample import items, number, table, whole
from engine.regions.crops import crop, tight
from engine.sources.picture_header import MAX_PIXELS
from engine.values import Annotation, Box, Mask, Polygon, Region

DIGITS = 4
FLAGS = "flags."
_TYPE = "shape_type"
_DESCRIPTION = "description"
_LABELME = {"label", "points", "group_id", _TYPE, "flags", _DESCRIPTION, "mask"}
_OWN = _LABELME | {"score", "track_id"}
_LEAST = {"point": 1, "points": 1, "line": 2, "linestrip": 2}
_LINES = tuple(_LEAST)
_ROUND = 64
_OFF_ROUND = 1e-3
"""By how much of its radius a point of a circle may be off."""


def region_of(shape: dict[str, Any]) -> tuple[Region, str]:
    """Where a shape is, and in what that differs from the file. ValueError for no place."""
    kind = shape.get(_TYPE) or "polygon"
    points = _points(shape.get("points"))
    if kind == "mask":
        return _mask(shape.get("mask"), points), ""
    if kind == "rectangle":
        return _rectangle(points), ""
    if kind == "circle":
        return _circle(points), f"a circle, read as an outline of {_ROUND} points"
    if kind in _LINES:
        if len(points) < _LEAST[kind]:
            raise ValueError(f"its {kind} has {len(points)} points")
        return line_along(points), ""
    if len(points) < 3:
        raise ValueError(f"its outline has {len(points)} points")
    return Polygon(points.astype(np.float32)), ""


def fields_of(shape: dict[str, Any]) -> dict[str, Any]:
    """All else that a shape says, as the fields of its Annotation."""
    texts: dict[str, str] = {}
    kind = shape.get(_TYPE)
    usual = ("polygon", "rectangle", "mask", _line_kind(len(items(shape["points"], "its points"))))
    if kind is not None and kind not in usual:
        texts[_TYPE] = text_of(kind)
    if shape.get(_DESCRIPTION):
        texts[_DESCRIPTION] = text_of(shape[_DESCRIPTION])
    texts |= flags_of(shape)
    texts |= {key: text_of(value) for key, value in shape.items() if key not in _OWN}
    if shape.get("group_id") is not None:
        texts[GROUP] = text_of(shape["group_id"])
    fields: dict[str, Any] = {}
    for key, read in (("score", _score), ("track_id", whole)):
        if shape.get(key) is not None:
            try:
                fields[key.removesuffix("_id")] = read(shape[key])
            except ValueError:
                texts[key] = text_of(shape[key])
    return {**fields, "attributes": tuple(texts.items())}


def flags_of(found: dict[str, Any]) -> dict[str, str]:
    """The flags of a shape or picture as attributes."""
    flags = found.get("flags") or {}
    return {f"{FLAGS}{key}": text_of(value) for key, value in table(flags, "flags").items()}


def shape_of(annotation: Annotation, name: str, groups: Mapping[str, int]) -> dict[str, Any]:
    """An Annotation with the name of its label, as labelme writes a shape."""
    texts = dict(annotation.attributes)
    group = texts.pop(GROUP, None)
    kind, points, mask = _place(annotation.region, texts.pop(_TYPE, ""))
    flags, others = split_flags(texts)
    shape: dict[str, Any] = {
        "label": name,
        "points": points,
        "group_id": None if group is None else groups[group],
        _DESCRIPTION: str(others.pop(_DESCRIPTION, "")),
        _TYPE: kind,
        "flags": flags,
        "mask": mask,
    }
    if annotation.score is not None:
        shape["score"] = round(annotation.score, 6)
    if annotation.track is not None:
        shape["track_id"] = annotation.track
    # A key that labelme has for something else would break its loader.
    return shape | {f"{key}_" if key in _LABELME else key: value for key, value in others.items()}


def split_flags(texts: Mapping[str, str]) -> tuple[dict[str, bool], dict[str, Any]]:
    """Attributes as labelme's flags, which are true or false, and as other keys."""
    values = {key: value_of(text) for key, text in texts.items()}
    is_flag = {k for k, v in values.items() if k.startswith(FLAGS) and isinstance(v, bool)}
    flags = {key.removeprefix(FLAGS): values[key] for key in is_flag}
    return dict(sorted(flags.items())), {k: v for k, v in values.items() if k not in is_flag}


def _points(values: Any) -> NDArray[np.float64]:
    rows = []
    for pair in items(values, "its points"):
        if len(items(pair, "a point")) != 2:
            raise ValueError("a point has not two numbers")
        rows.append([number(pair[0], "x"), number(pair[1], "y")])
    if not rows:
        raise ValueError("it has no points")
    return np.array(rows, dtype=np.float64)


def _score(value: Any) -> float:
    score = number(value, "its score")
    if isinstance(value, str) or not 0 <= score <= 1:
        raise ValueError(f"its score is {score:g}")
    return score


def _rectangle(points: NDArray[np.float64]) -> Region:
    low, high = points.min(axis=0), points.max(axis=0)
    if len(points) < 2 or (low >= high).any():
        raise ValueError("its rectangle has no width or no height")
    is_straight = ((points == low) | (points == high)).all()
    if len(points) == 4 and not is_straight:
        return Polygon(points.astype(np.float32))
    return Box(*low.tolist(), *high.tolist())


def _circle(points: NDArray[np.float64]) -> Polygon:
    if len(points) != 2 or (points[0] == points[1]).all():
        raise ValueError("its circle has no radius")
    x, y = points[1] - points[0]
    angles = math.atan2(y, x) + np.arange(_ROUND) * (2 * math.pi / _ROUND)
    ring = points[0] + math.hypot(x, y) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Polygon(ring.astype(np.float32))


def _mask(data: Any, points: NDArray[np.float64]) -> Mask:
    if not isinstance(data, str):
        raise ValueError("its mask is missing")
    pixels = _decoded(data)
    left, top = (math.floor(value + 0.5) for value in points.min(axis=0).tolist())
    mask = tight(crop(left, top, pixels))
    if mask is None:
        raise ValueError("its mask has no pixels")
    return mask


def _decoded(data: str) -> NDArray[np.bool_]:
    try:
        png = base64.b64decode("".join(data.split()), validate=True)
        with warnings.catch_warnings(), Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError(f"its mask is {picture.width}x{picture.height}")
            values = np.asarray(picture)
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError) as error:
        raise ValueError("its mask is no PNG") from error
    values = values.reshape(*values.shape[:2], -1)[..., 0]
    return values.astype(np.bool_)


def _place(region: Region, kind: str) -> tuple[str, list[list[float]], str | None]:
    """The type of a shape, its points, and the PNG of a mask."""
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        return "rectangle", _written(np.array([[x1, y1], [x2, y2]])), None
    if isinstance(region, Mask):
        height, width = region.pixels.shape
        last = [region.left + width - 1, region.top + height - 1]
        return "mask", _written(np.array([[region.left, region.top], last])), _encoded(region)
    line = line_in(region)
    if line is not None:
        usual = _line_kind(len(line))
        fits = kind in _LINES and (kind == usual or kind in ("points", "linestrip"))
        return kind if fits else usual, _written(line), None
    if kind == "circle" and (round_points := _round(region.points_xy)) is not None:
        return kind, _written(round_points), None
    is_turned = kind == "oriented_rectangle" and len(region.points_xy) == 4
    return kind if is_turned else "polygon", _written(region.points_xy), None


def _line_kind(count: int) -> str:
    """The type of a line of so many points, if nothing else is said."""
    return {1: "point", 2: "line"}.get(count, "linestrip")


def _round(ring: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Centre and a point of a ring that is still a circle."""
    points = ring.astype(np.float64)
    centre = points.mean(axis=0)
    radii = np.hypot(*(points - centre).T)
    is_round = len(ring) == _ROUND and np.ptp(radii) <= _OFF_ROUND * radii.mean()
    return np.array([centre, points[0]]) if is_round else None


def _written(points: NDArray[Any]) -> list[list[float]]:
    rounded: list[list[float]] = np.round(points.astype(np.float64), DIGITS).tolist()
    return rounded


def _encoded(mask: Mask) -> str:
    done, data = cv2.imencode(".png", mask.pixels.astype(np.uint8) * 255)
    if not done:
        raise DatasetError("A mask cannot be written as PNG.", hint="Make it smaller.")
    return base64.b64encode(data.tobytes()).decode("ascii")
