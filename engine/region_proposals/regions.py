"""The regions a picture starts as, and what grouping compares them by.

Felzenszwalb and Huttenlocher: Efficient graph-based image segmentation, IJCV 2004.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.region_proposals.colors import Pixels

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]

COLOR_BINS = 25
TEXTURE_BINS = 10
ORIENTATIONS = 8
SIGMA = 0.8
MIN_SIZE = 20
# Derivatives above so many levels a pixel fill the last bin: only edges of full contrast do.
STEEPEST = 64.0


@dataclass(frozen=True, eq=False)
class SegmentMap:
    """n regions that cover a picture: `ids` (h, w) int32 from 0, `sizes` (n,) in pixels,
    `boxes` (n, 4) xyxy, `pairs` (E, 2) of neighbours, each once, the smaller number first.

    `colors` (n, C * 25) and `textures` (n, C * 80) are histograms, each of which sums to 1.
    """

    ids: Ids
    sizes: NDArray[np.int64]
    boxes: Floats
    pairs: NDArray[np.int64]
    colors: Floats
    textures: Floats

    def __len__(self) -> int:
        return len(self.sizes)


def segment(pixels: Pixels, scale: float) -> Ids:
    """Pixels (h, w, C) -> region of every pixel (h, w) from 0; a larger scale gives fewer."""
    from skimage.segmentation import felzenszwalb

    found = felzenszwalb(pixels, scale=scale, sigma=SIGMA, min_size=MIN_SIZE)
    return np.asarray(found, np.int32)


def describe(pixels: Pixels, ids: Ids) -> SegmentMap:
    """What is known of the regions `ids` (h, w) of a picture (h, w, C) uint8."""
    count = int(ids.max()) + 1
    bins = (np.arange(256) * COLOR_BINS // 256).astype(np.uint8)[pixels]
    return SegmentMap(
        ids=ids,
        sizes=np.bincount(ids.ravel(), minlength=count),
        boxes=_boxes(ids, count),
        pairs=_pairs(ids, count),
        colors=_histograms(bins, ids, count, COLOR_BINS),
        textures=_histograms(_texture(pixels), ids, count, TEXTURE_BINS),
    )


def _histograms(bins: Pixels, ids: Ids, count: int, num_bins: int) -> Floats:
    """Bins (h, w, C) -> per region the share of each bin of each channel (count, C * num_bins)."""
    channels = bins.shape[2]
    keys = ids[..., None] * (channels * num_bins) + np.arange(channels) * num_bins + bins
    found = np.bincount(keys.ravel(), minlength=count * channels * num_bins)
    result = found.reshape(count, -1).astype(np.float32)
    result /= result.sum(axis=1, keepdims=True)
    return result


def _texture(pixels: Pixels) -> Pixels:
    """How steeply each channel rises in 8 directions, in bins: (h, w, C * 8)."""
    positions = np.arange(-3.0, 4.0)
    smooth = np.exp(-(positions**2) / 2)
    smooth /= smooth.sum()
    rise = positions * smooth  # The Gaussian's derivative: a slope of 1 level a pixel gives 1.
    floats = pixels.astype(np.float32)
    dx = cv2.sepFilter2D(floats, -1, rise, smooth, borderType=cv2.BORDER_REPLICATE)
    dy = cv2.sepFilter2D(floats, -1, smooth, rise, borderType=cv2.BORDER_REPLICATE)
    dx, dy = dx.reshape(pixels.shape), dy.reshape(pixels.shape)
    found = []
    for angle in np.arange(ORIENTATIONS // 2) * (2 * np.pi / ORIENTATIONS):
        # A derivative in any direction follows from two; what falls there rises opposite to it.
        slope = np.float32(np.cos(angle)) * dx + np.float32(np.sin(angle)) * dy
        slope *= TEXTURE_BINS / STEEPEST
        found += [np.clip(s, 0, TEXTURE_BINS - 1).astype(np.uint8) for s in (slope, -slope)]
    return np.concatenate(found, axis=2)


def _boxes(ids: Ids, count: int) -> Floats:
    """The box around each region: (count, 4) xyxy."""
    height, width = ids.shape
    order = np.argsort(ids.ravel(), kind="stable")
    starts = np.searchsorted(ids.ravel()[order], np.arange(count))
    y, x = np.divmod(order, width)
    low = (np.minimum.reduceat(x, starts), y[starts])  # Within a region rows only go down.
    ends = np.append(starts[1:], height * width) - 1
    high = (np.maximum.reduceat(x, starts) + 1, y[ends] + 1)
    return np.stack([*low, *high], axis=1).astype(np.float32)


def _pairs(ids: Ids, count: int) -> NDArray[np.int64]:
    """Regions that touch, side by side or one above the other: (E, 2)."""
    first = np.concatenate([ids[:, :-1].ravel(), ids[:-1].ravel()]).astype(np.int64)
    second = np.concatenate([ids[:, 1:].ravel(), ids[1:].ravel()])
    differ = first != second
    first, second = first[differ], second[differ]
    keys = np.unique(np.minimum(first, second) * count + np.maximum(first, second))
    return np.stack(np.divmod(keys, count), axis=1)
