"""Follows one object from frame to frame by dense flow, and says how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions import masks
from engine.tracks.flow import DenseFlow, Flow, Gray, centers, sampled
from engine.values import Area, Box, Mask, Polygon, Region

LEAST_CONFIDENCE = 0.6
"""Where flow there and back agrees on less of an object than this, it is lost from sight."""
LEAST_INSIDE = 0.4
"""An object of which less is still in the picture has left it."""
LEAST_PIXELS = 8
_MOST_POINTS = 2000
_LEAST_LEFT = 0.2  # A mask that has shrunk to less is no longer followed.
_MOST_GROWTH = 8.0
_WITHIN = 0.9  # Of a box: its corners show what is behind the object.
_CLOSE, _SOFT, _FAR = 1.5, 4.0, 4.0  # Pixels of the small frames.
_STIFF = 0.1  # Of a neighbourhood: with fewer pixels the object is not bent there.
_SHIFTS = (1, 7, 31, 101)


Places = NDArray[np.float32]


class Ending(StrEnum):
    """Why an object is followed no further."""

    DONE = "done"
    LOST = "lost"
    LEFT = "left"
    CUT = "cut"
    KNOWN = "known"
    VIDEO_END = "video_end"


@dataclass(frozen=True, slots=True)
class Found:
    """An object in a further frame, and on how much of it the flow there and back agreed."""

    index: int
    region: Region
    confidence: float


@dataclass(frozen=True, slots=True)
class Followed:
    """Where an object went, and why that is not known any further. `confidence` is that of the
    frame that it was not found in."""

    found: tuple[Found, ...]
    ending: Ending
    confidence: float = 1.0


class Follower:
    """Moves a Region along with what is in it, a frame at a time.

    It keeps, for every pixel, where that was in the first frame, as far as the pixels that can be
    believed agree on it. Flow from frame to frame would drift; so each frame is compared with the
    first one as well, moved to where it should be.
    """

    def __init__(self, region: Area, size_hw: tuple[int, int], gray: Gray) -> None:
        self._first, self._region, self._size_hw = region, region, size_hw
        self._first_gray, self._gray = gray, gray
        height, width = gray.shape
        self._scale = np.array([width / size_hw[1], height / size_hw[0]], np.float32)
        self._places = centers((height, width))
        self._flow = DenseFlow()
        self._first_inside = self._inside = _small_inside(region, size_hw, (height, width))
        self._origin = self._places

    def step(self, gray: Gray) -> tuple[Region | None, float, Ending]:
        """The Region in the next frame; else None, and why."""
        motion = self._flow.between(self._gray, gray)
        if motion.is_cut:
            return None, 0.0, Ending.CUT
        confidence = _share(motion.starts, self._inside)
        if confidence < LEAST_CONFIDENCE:
            return None, confidence, self._gone()
        self._gray = gray
        if not self._look_through(motion.back, motion.ends):
            return None, confidence, self._gone()
        moved = np.asarray(_seen(self._first_gray, self._origin), np.uint8)
        drift = self._flow.between(gray, moved)
        if _share(drift.starts, self._inside) >= LEAST_CONFIDENCE:
            self._look_through(drift.there, drift.starts)
        if share_inside(self._region, self._size_hw) < LEAST_INSIDE:
            return None, confidence, Ending.LEFT
        return _clipped(self._region, self._size_hw), confidence, Ending.DONE

    def _look_through(self, flow: Flow, believed: NDArray[np.bool_]) -> bool:
        """Every pixel was before where this flow says: what moves the object as a whole. False
        where too few can be believed, or too little would be left."""
        origin = sampled(self._origin, self._places + flow)
        trusted = believed & (_seen(self._first_inside.astype(np.float32), origin) > 0.5)
        if trusted.sum() < LEAST_PIXELS:
            return False
        some = np.flatnonzero(trusted)[:: max(1, int(trusted.sum()) // _MOST_POINTS)]
        matrix = self._fitted(self._places.reshape(-1, 2)[some], origin.reshape(-1, 2)[some])
        if matrix is None:
            return False
        stiff = turned(self._places, matrix)
        if isinstance(self._first, Mask):
            stiff += _bent(origin - stiff, trusted)
        region = self._moved(matrix, stiff)
        if region is None:
            return False
        self._region, self._origin = region, stiff
        self._inside = _seen(self._first_inside.astype(np.float32), stiff) > 0.5
        return True

    def _fitted(self, places: Places, origins: Places) -> NDArray[np.float64] | None:
        """From where the object is to where it was, both in small frames: (2, 3). A Box only moves
        and grows, an outline turns too, a Mask may be bent."""
        if isinstance(self._first, Box):
            return median_motion(places, origins)
        fit = cv2.estimateAffine2D if isinstance(self._first, Mask) else cv2.estimateAffinePartial2D
        matrix, _ = fit(places, origins, ransacReprojThreshold=_CLOSE)
        return None if matrix is None else np.asarray(matrix, np.float64)

    def _moved(self, matrix: NDArray[np.float64], origin: Places) -> Area | None:
        """The first frame's Region where it is now."""
        if isinstance(self._first, Mask):
            return self._warped(self._first, origin)
        forth = cv2.invertAffineTransform(matrix)

        def moved(points_xy: Places) -> Places:
            return turned(points_xy * self._scale, forth) / self._scale

        if isinstance(self._first, Box):
            corners = moved(np.reshape(self._first.xyxy, (2, 2)).astype(np.float32))
            return Box(*corners.reshape(-1).tolist())
        return Polygon(moved(self._first.points_xy), tuple(map(moved, self._first.holes)))

    def _warped(self, first: Mask, origin: Places) -> Mask | None:
        """The first frame's mask seen from here: its edge stays sharp."""
        size = self._size_hw[::-1]
        whole = cv2.resize(origin / self._scale, size, interpolation=cv2.INTER_LINEAR)
        corner = np.array([first.left, first.top], np.float32)
        seen = _seen(first.pixels.astype(np.float32), whole - corner, is_bounded=True)
        mask = masks.tight(Mask(0, 0, seen > 0.5))
        is_left = mask is not None and mask.pixels.sum() >= _LEAST_LEFT * first.pixels.sum()
        return mask if is_left else None

    def _gone(self) -> Ending:
        """What became of it: at an edge it went on behind that."""
        is_at_edge = share_inside(self._region, self._size_hw, slack=1.0) < 1
        return Ending.LEFT if is_at_edge else Ending.LOST


def follow(
    region: Area,
    size_hw: tuple[int, int],
    frames: Iterable[tuple[int, Gray]],
    stops: frozenset[int] = frozenset(),
) -> Followed:
    """Follow an object through small frames, of which the first is that where it is known. Frames
    in `stops` have it already: it is followed up to there."""
    found: list[Found] = []
    follower: Follower | None = None
    for index, gray in frames:
        if follower is None:
            follower = Follower(region, size_hw, gray)
            continue
        if index in stops:
            return Followed(tuple(found), Ending.KNOWN)
        seen, confidence, ending = follower.step(gray)
        if seen is None:
            return Followed(tuple(found), ending, confidence)
        found.append(Found(index, seen, confidence))
    return Followed(tuple(found), Ending.DONE)


def median_motion(places: Places, origins: Places) -> NDArray[np.float64]:
    """From places to origins (N, 2) by shift and growth alone: (2, 3). Half may be wrong."""
    growth = []
    for shift in _SHIFTS:
        here = np.hypot(*(places - np.roll(places, shift, axis=0)).T)
        there = np.hypot(*(origins - np.roll(origins, shift, axis=0)).T)
        is_far = here > _FAR
        growth.append(there[is_far] / here[is_far])
    ratios = np.concatenate(growth)
    by = float(np.clip(np.median(ratios), 1 / _MOST_GROWTH, _MOST_GROWTH)) if ratios.size else 1.0
    x, y = np.median(origins - places * by, axis=0).tolist()
    return np.array([[by, 0.0, x], [0.0, by, y]])


def share_inside(region: Region, size_hw: tuple[int, int], *, slack: float = 0.0) -> float:
    """How much of a Region's box is in the picture, or that far from its edges."""
    x1, y1, x2, y2 = masks.box_of(region).xyxy
    height, width = size_hw
    wide = min(x2, width - slack) - max(x1, slack)
    high = min(y2, height - slack) - max(y1, slack)
    return max(wide, 0.0) * max(high, 0.0) / ((x2 - x1) * (y2 - y1))


def _clipped(region: Area, size_hw: tuple[int, int]) -> Area:
    """What of a Region is in the picture; enough of it is."""
    height, width = size_hw
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        return Box(max(x1, 0.0), max(y1, 0.0), min(x2, float(width)), min(y2, float(height)))
    if isinstance(region, Polygon):
        limit = np.array([width, height], np.float32)
        holes = tuple(hole.clip(0, limit) for hole in region.holes)
        return Polygon(region.points_xy.clip(0, limit), holes)
    return region


def _small_inside(
    region: Region, size_hw: tuple[int, int], small_hw: tuple[int, int]
) -> NDArray[np.bool_]:
    """The pixels of the small frame that show the object; of a Box those around its middle."""
    height, width = size_hw
    scale = np.array([small_hw[1] / width, small_hw[0] / height], np.float32)
    if isinstance(region, Box):
        box = np.reshape(region.xyxy, (2, 2)) * scale
        away = (centers(small_hw) - box.mean(axis=0)) / ((box[1] - box[0]) / 2 * _WITHIN)
        return np.asarray((away**2).sum(axis=-1) <= 1, np.bool_)
    mask = masks.region_to_mask(region, size_hw)
    whole = np.zeros(size_hw, np.uint8)
    if mask is not None:
        bottom, right = mask.top + mask.pixels.shape[0], mask.left + mask.pixels.shape[1]
        whole[mask.top : bottom, mask.left : right] = mask.pixels
    small = cv2.resize(whole * 255, small_hw[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(small > 127, np.bool_)


def _seen(
    pixels: NDArray[np.uint8] | NDArray[np.float32],
    places_xy: NDArray[np.float32],
    *,
    is_bounded: bool = False,
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """What is at these places (h, w, 2); outside nothing where it is bounded, else the edge."""
    border = cv2.BORDER_CONSTANT if is_bounded else cv2.BORDER_REPLICATE
    places = places_xy - np.float32(0.5)
    return cv2.remap(pixels, places, None, cv2.INTER_LINEAR, borderMode=border)


def turned(places_xy: Places, matrix: NDArray[np.float64]) -> Places:
    """Places (..., 2) moved by an affine matrix (2, 3)."""
    return np.asarray(places_xy @ matrix[:, :2].T + matrix[:, 2], np.float32)


def _bent(own: Places, trusted: NDArray[np.bool_]) -> Places:
    """How an object's pixels differ from its motion as a whole, spread to their neighbours. What
    differs by far is not the object."""
    weight = (trusted & ((own**2).sum(axis=-1) <= _CLOSE**2)).astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), _SOFT) + _STIFF
    return np.asarray(cv2.GaussianBlur(own * weight[..., None], (0, 0), _SOFT) / total[..., None])


def _share(agrees: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    return float(agrees[inside].mean()) if inside.any() else 0.0
