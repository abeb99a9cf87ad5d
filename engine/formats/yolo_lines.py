"""Lines of YOLO label files: `index cx cy w h [score]`, or `index x1 y1 x2 y2 x3 y3 ... [score]`.

Where data.yaml says so (`kpt_shape`), `x y [visibility] ...` of keypoints follow a box. They are
kept as COCO has them, in pixels, in the attribute `keypoints`; one without a visibility is visible.

All numbers are shares of the picture's width or height, counted from its upper left corner; a box
is its centre and sides, an outline the corners of pixels. So 0.5 of a picture 60 pixels wide is
x = 30, the border between the pixels 29 and 30, as ours is. The index counts labels from 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.formats.read_sample import number, whole
from engine.plain_json import dumps
from engine.values import Box, Polygon, Region

_FARTHEST = 10
"""Times the picture's size; what is beyond was not divided by it."""
DIGITS = 7
NO_KEYPOINTS = (0, 2)
"""How many keypoints a line has, and of how many numbers each."""
_VISIBLE = 2
_TO_PIXELS = 4
"""Digits of a pixel that these leave in pictures of up to some thousand pixels."""


@dataclass(frozen=True, slots=True)
class YoloLine:
    """One object: the index of its label, its Region in pixels, its score, keypoints as text."""

    index: int
    region: Region
    score: float | None
    attributes: tuple[tuple[str, str], ...] = ()


def read_line(
    words: list[str], size_hw: tuple[int, int], keypoints: tuple[int, int] = NO_KEYPOINTS
) -> YoloLine:
    """One line. ValueError says what is wrong with it."""
    if len(words) < 5:
        raise ValueError(f"a line has at least five numbers, not {len(words)}")
    index = whole(words[0], "its index")
    if index < 0:
        raise ValueError(f"its index is {index}")
    numbers = np.array([number(word) for word in words[1:]])
    if keypoints[0] and len(numbers) > 5:
        return _with_keypoints(index, numbers, size_hw, keypoints)
    is_box = len(numbers) <= 5
    has_score = len(numbers) == 5 if is_box else len(numbers) % 2 == 1
    score = _score(numbers[-1]) if has_score else None
    places = numbers[:-1] if has_score else numbers
    _check_shares(places)
    return YoloLine(index, _box(places, size_hw) if is_box else _ring(places, size_hw), score)


def line_of(index: int, region: Region, size_hw: tuple[int, int]) -> str:
    """A Box as its centre and sides, a Polygon as its points."""
    height, width = size_hw
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        places = [(x1 + x2) / 2 / width, (y1 + y2) / 2 / height]
        places += [(x2 - x1) / width, (y2 - y1) / height]
    else:
        assert isinstance(region, Polygon)  # what the Formats carry
        points = region.points_xy.astype(np.float64)
        places = (points / (width, height)).ravel().tolist()
    return " ".join([str(index), *(f"{place:.{DIGITS}g}" for place in places)])


def _with_keypoints(
    index: int, numbers: NDArray[np.float64], size_hw: tuple[int, int], keypoints: tuple[int, int]
) -> YoloLine:
    """A box, the keypoints that data.yaml tells of, and a score or none."""
    count, width = keypoints
    end = 4 + count * width
    if len(numbers) not in (end, end + 1):
        raise ValueError(f"a box with {count} keypoints has {end} numbers, not {len(numbers)}")
    rows = numbers[4:end].reshape(count, width)  # (K, 2) or (K, 3)
    _check_shares(np.concatenate([numbers[:4], rows[:, :2].ravel()]))
    seen = [int(v) for v in rows[:, 2]] if width == 3 else [_VISIBLE] * count
    points = _pixels(rows[:, :2].ravel(), size_hw).reshape(-1, 2).tolist()
    flat = [n for (x, y), v in zip(points, seen, strict=True) for n in (x, y, v)]
    texts = {"keypoints": dumps(flat), "num_keypoints": str(np.count_nonzero(seen))}
    score = _score(numbers[end]) if len(numbers) > end else None
    return YoloLine(index, _box(numbers[:4], size_hw), score, tuple(texts.items()))


def _score(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"its score is {value:g}")
    return float(value)


def _check_shares(places: NDArray[np.float64]) -> None:
    if np.abs(places).max() > _FARTHEST:
        raise ValueError(f"{np.abs(places).max():g} is no share of the picture's size")


def _box(places: NDArray[np.float64], size_hw: tuple[int, int]) -> Box:
    if places[2] <= 0 or places[3] <= 0:
        raise ValueError("its box has no width or no height")
    centre, half = places[:2], places[2:] / 2
    corners = _pixels(np.concatenate([centre - half, centre + half]), size_hw)
    return Box(*corners.tolist())


def _ring(places: NDArray[np.float64], size_hw: tuple[int, int]) -> Polygon:
    return Polygon(_pixels(places, size_hw).reshape(-1, 2).astype(np.float32))


def _pixels(places: NDArray[np.float64], size_hw: tuple[int, int]) -> NDArray[np.float64]:
    """Shares x, y, x, y ... of the size -> pixels, without what the digits of the file left."""
    pixels = (places.reshape(-1, 2) * (size_hw[1], size_hw[0])).ravel()
    return np.asarray(np.round(pixels, _TO_PIXELS), dtype=np.float64)
