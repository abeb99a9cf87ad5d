"""One object of COCO as Annotations, and back.

COCO counts from 0 at the picture's upper left corner: a bbox is left, top, width and height, and
the numbers of an outline are corners of pixels, where pycocotools fills the pixels whose centres
lie inside (cocodataset.org, "Data format"). So do we: nothing is shifted. `area` is that of the
outline, or the number of pixels.

The parts of an object are outlines in one list, and become Annotations of one group. `score`,
`track_id`, and what is in `attributes`, are ours; `iscrowd` is an attribute where it is 1. Any
other key becomes an attribute, its value as JSON: `keypoints` and `num_keypoints` are written back
under their own names.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.json_texts import text_of, value_of
from engine.formats.objects import GROUP, regions_of
from engine.formats.read_sample import items, number, whole
from engine.regions.masks import box_of, join, rle_decode, rle_encode, tight
from engine.sources.picture_header import MAX_PIXELS
from engine.values import Annotation, Box, Mask, Polygon, Region

DIGITS = 4
"""Behind the point of a coordinate in a written file."""
_OWN = {"id", "image_id", "category_id", "segmentation", "bbox", "area", "iscrowd"}
_OWN |= {"attributes", "score", "track_id"}
_KEPT_NAMES = ("keypoints", "num_keypoints")
_CROWD = "iscrowd"
OWN_GROUP = "#"
"""How groups begin that are named after a row."""


def regions_in(row: dict[str, Any], size_hw: tuple[int, int] | None) -> tuple[list[Region], str]:
    """Where an object of a picture of this size is, and in what that differs from the file.

    A damaged outline leaves the bbox. ValueError where it has no place at all.
    """
    outline = row.get("segmentation")
    if not outline:
        return [_box(row.get("bbox"))], ""
    try:
        regions, lost = _mask(outline) if isinstance(outline, dict) else _parts(outline)
    except ValueError as error:
        if row.get("bbox") is None:
            raise
        return [_box(row["bbox"])], f"read as its box: {error}"
    if isinstance(outline, dict) and size_hw is not None and outline["size"] != list(size_hw):
        height, width = outline["size"]
        return regions, f"its mask was made for {width}x{height}: nothing was scaled"
    return regions, f"without {lost} of its parts, which have no area" if lost else ""


def fields_in(row: dict[str, Any], group: str) -> dict[str, Any]:
    """All else that an object says, as the fields of its Annotations; `group` is what its parts
    have in common, nothing where it is whole."""
    texts: dict[str, str] = {}
    if row.get(_CROWD) not in (None, 0, False):
        texts[_CROWD] = "1"
    for key, value in row.items():
        if key not in _OWN:
            texts[key] = text_of(value)
    attributes = row.get("attributes")
    if isinstance(attributes, dict):
        texts |= {key: text_of(value) for key, value in attributes.items()}
    elif attributes is not None:
        texts["attributes"] = text_of(attributes)
    fields: dict[str, Any] = {}
    for key, read in (("score", _score), ("track_id", whole)):
        if row.get(key) is not None:
            try:
                fields[key.removesuffix("_id")] = read(row[key])
            except ValueError:
                texts[key] = text_of(row[key])
    if group:
        texts.setdefault(GROUP, group)
    return {**fields, "attributes": tuple(texts.items())}


def row_of(parts: Sequence[Annotation], size_hw: tuple[int, int]) -> dict[str, Any]:
    """The parts of one object, without ids, as COCO writes it."""
    first = parts[0]
    row: dict[str, Any] = {**_place(parts, size_hw), _CROWD: 0}
    texts = {key: text for part in reversed(parts) for key, text in part.attributes}
    group = texts.get(GROUP, "")
    if group.startswith(OWN_GROUP) or group in (part.id for part in parts):
        del texts[GROUP]  # That was no word of a person: one row says that they are one object.
    if texts.pop(_CROWD, "0") != "0":
        row[_CROWD] = 1
    for key in _KEPT_NAMES:
        if key in texts and not isinstance(value := value_of(texts[key]), str):
            row[key] = value
            del texts[key]
    if first.score is not None:
        row["score"] = round(first.score, 6)
    if first.track is not None:
        row["track_id"] = first.track
    if texts:
        row["attributes"] = {key: value_of(text) for key, text in texts.items()}
    return row


def _box(values: Any) -> Box:
    if len(items(values, "its bbox")) != 4:
        raise ValueError("its bbox has not four numbers")
    left, top, width, height = (number(value, "a number of its bbox") for value in values)
    if not (left < left + width and top < top + height):
        raise ValueError("its bbox has no width or no height")
    return Box(left, top, left + width, top + height)


def _parts(outline: Any) -> tuple[list[Region], int]:
    """The outlines of an object, and how many of its parts are none."""
    rings = items(outline, "its segmentation")
    if not isinstance(rings[0], list):  # a single outline outside a list
        rings = [rings]
    found = [ring for ring in rings if len(items(ring, "an outline")) >= 6]
    if any(len(ring) % 2 for ring in found):
        raise ValueError("an outline has a point without y")
    if not found:
        raise ValueError("its outline has fewer than three points")
    return [Polygon(_ring(ring)) for ring in found], len(rings) - len(found)


def _ring(values: list[Any]) -> NDArray[np.float32]:
    numbers = [number(value, "a number of an outline") for value in values]
    return np.array(numbers, dtype=np.float32).reshape(-1, 2)


def _mask(lengths: dict[str, Any]) -> tuple[list[Region], int]:
    """Run lengths, compressed or not."""
    size = items(lengths.get("size"), "the size of its mask")
    if len(size) != 2:
        raise ValueError("the size of its mask has not two numbers")
    height, width = whole(size[0], "its height"), whole(size[1], "its width")
    if min(height, width) < 1 or height * width > MAX_PIXELS:
        raise ValueError(f"its mask is {width}x{height}")
    counts: Any = lengths.get("counts")
    if not isinstance(counts, str):
        for count in items(counts, "its run lengths"):
            if type(count) is not int or not 0 <= count <= height * width:
                raise ValueError(f"a run length is {str(count)[:40]}")
    mask = rle_decode(counts, (height, width))
    if mask is None:
        raise ValueError("its mask has no pixels")
    return [mask], 0


def _score(value: Any) -> float:
    score = number(value, "its score")
    if not 0 <= score <= 1:
        raise ValueError(f"its score is {score:g}")
    return score


def _place(parts: Sequence[Annotation], size_hw: tuple[int, int]) -> dict[str, Any]:
    polygons, masks = regions_of(parts, Polygon), regions_of(parts, Mask)
    mask: Mask | None = None
    for other in masks:
        mask = join(mask, tight(other) or other)
    if mask is not None:
        lengths = {"size": list(size_hw), "counts": rle_encode(mask, size_hw)}
        return {
            "segmentation": lengths,
            "area": int(np.count_nonzero(mask.pixels)),
            "bbox": _bbox([mask]),
        }
    rings = [_rounded(p.points_xy) for p in polygons]
    regions = [part.region for part in parts]
    area = sum(_area(ring) for ring in rings) if rings else _area(_corners(regions[0]))
    return {
        "segmentation": [ring.ravel().tolist() for ring in rings],
        "area": round(area, DIGITS),
        "bbox": _bbox(regions),
    }


def _rounded(points: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.round(points.astype(np.float64), DIGITS), dtype=np.float64)


def _bbox(regions: Sequence[Region]) -> list[float]:
    boxes = np.array([box_of(region).xyxy for region in regions])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return np.round(np.concatenate([low, high - low]), DIGITS).tolist()


def _corners(region: Region) -> NDArray[np.float64]:
    x1, y1, x2, y2 = box_of(region).xyxy
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]])


def _area(ring: NDArray[np.float64]) -> float:
    """The area inside an outline (N, 2)."""
    x, y = (ring - ring[0]).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
