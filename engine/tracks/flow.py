"""Dense optical flow between two frames of a video, and where it can be believed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.sources.picture import shrunk

LONGEST = 480
"""The longer side of the frames that flow is computed on, in pixels."""
SAME_SCENE = 0.55
"""The share of grey values that two frames of one scene have in common, at least."""
_BINS = 32
# Forth and back should meet: within half a pixel and a tenth of the motion (Sundaram et al. 2010).
_SLACK, _SHARE = 0.5, 0.01

Gray = NDArray[np.uint8]
Flow = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Motion:
    """From one frame to the next: (h, w, 2) float32 xy, there and back, in pixels of the small
    frames. Where both agree, they are believed: `starts` of the one frame, `ends` of the next."""

    there: Flow
    back: Flow
    starts: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    is_cut: bool


class DenseFlow:
    """DIS flow (Kroeger et al., 2016), of which OpenCV has an implementation."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def between(self, gray: Gray, later: Gray) -> Motion:
        """How everything moves from one small frame to a later one."""
        there = self._flow.calc(gray, later, None)
        back = self._flow.calc(later, gray, None)
        starts, ends = _agreement(there, back), _agreement(back, there)
        return Motion(there, back, starts, ends, shared_greys(gray, later) < SAME_SCENE)


def small_gray(pixels: NDArray[np.uint8]) -> Gray:
    """A frame as flow is computed on it: (h, w) uint8."""
    small = shrunk(pixels, LONGEST) if max(pixels.shape[:2]) > LONGEST else pixels
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def shared_greys(gray: Gray, later: Gray) -> float:
    """How much the grey values of two frames overlap, wherever they are: 0..1."""
    first, second = (np.histogram(x, bins=_BINS, range=(0, 256))[0] for x in (gray, later))
    # A border between two bins must not tear apart what is nearly the same.
    kernel = np.array([0.25, 0.5, 0.25])
    smooth = [np.convolve(counts / gray.size, kernel, mode="same") for counts in (first, second)]
    return float(np.minimum(*smooth).sum())


def sampled(field: Flow, places_xy: NDArray[np.float32]) -> NDArray[np.float32]:
    """A field of pairs at these places (h, w, 2), between its pixels."""
    places = places_xy.astype(np.float32) - np.float32(0.5)
    found = cv2.remap(field, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def centers(size_hw: tuple[int, int]) -> NDArray[np.float32]:
    """The middle of every pixel: (h, w, 2) xy."""
    y, x = np.mgrid[: size_hw[0], : size_hw[1]].astype(np.float32)
    return np.stack([x, y], axis=-1) + np.float32(0.5)


def _agreement(there: Flow, back: Flow) -> NDArray[np.bool_]:
    height, width = there.shape[:2]
    returned = sampled(back, centers((height, width)) + there)
    gap = ((there + returned) ** 2).sum(axis=-1)
    reach = (there**2).sum(axis=-1) + (returned**2).sum(axis=-1)
    return np.asarray(gap <= _SLACK**2 + _SHARE * reach, np.bool_)
