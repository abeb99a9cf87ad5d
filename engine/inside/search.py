"""Selective search as pictures: the regions of any level of a grouping, and their boxes."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.inside.drawing import MOST, Colors, Drawing, rgba
from engine.region_proposals.grouping import Hierarchy

Fill = Literal["mean", "distinct", "none"]

LONGEST = 1024
"""Pictures for the canvas are at most so long: it stretches them over the frame."""

BORDER = (255, 255, 255, 200)


@dataclass(frozen=True, eq=False)
class SearchedFrame:
    """A grouping of a frame, and the frame's pixels (h, w, 3) uint8 at the size of its pictures."""

    hierarchy: Hierarchy
    pixels: NDArray[np.uint8]

    @classmethod
    def of(cls, pixels: NDArray[np.uint8], hierarchy: Hierarchy) -> "SearchedFrame":
        """A grouping of this frame (H, W, 3) uint8 RGB."""
        height, width = pixels.shape[:2]
        factor = min(1.0, LONGEST / max(height, width))
        size = max(1, round(width * factor)), max(1, round(height * factor))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if factor < 1 else pixels
        return cls(hierarchy, np.asarray(small, np.uint8))

    @property
    def most(self) -> int:
        """How many regions there are before any is merged."""
        return self.hierarchy.levels

    def nodes_with(self, regions: int) -> NDArray[np.int64]:
        """The nodes that cover the frame when so many regions are left."""
        return self.hierarchy.nodes_at(self._level(regions))

    def ids_with(self, regions: int) -> NDArray[np.int32]:
        """The node of each pixel of the picture (h, w) when so many regions are left."""
        small = replace(self.hierarchy, size_hw=self.pixels.shape[:2])
        return small.regions_at(self._level(regions))

    @cached_property
    def means(self) -> Colors:
        """The mean colour of every node: (2n - 1, 3) uint8 RGB."""
        leaves, count = self.ids_with(self.most), self.hierarchy.levels
        sizes = np.zeros(2 * count - 1)
        sums = np.zeros((2 * count - 1, 3))
        sizes[:count] = np.bincount(leaves.ravel(), minlength=count)
        for channel in range(3):
            values = self.pixels[..., channel].ravel()
            sums[:count, channel] = np.bincount(leaves.ravel(), values, minlength=count)
        for node, (a, b) in enumerate(self.hierarchy.merges.tolist(), start=count):
            sizes[node], sums[node] = sizes[a] + sizes[b], sums[a] + sums[b]
        return np.round(sums / np.maximum(sizes, 1)[:, None]).astype(np.uint8)

    @cached_property
    def distinct(self) -> Colors:
        """A colour for every node (2n - 1, 3) uint8 RGB, unlike those of its neighbours."""
        numbers = np.arange(2 * self.hierarchy.levels - 1)
        hue = numbers * 0.618034 % 1 * 180  # By the golden ratio no two that follow are alike.
        tones = [hue, 140 + numbers % 3 * 40, 190 + numbers % 2 * 50]
        hsv = np.stack(tones, axis=1).astype(np.uint8)[:, None]
        result: Colors = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[:, 0]
        return result

    def _level(self, regions: int) -> int:
        return min(max(self.most - regions, 0), self.most - 1)


def draw_regions(frame: SearchedFrame, regions: int, fill: Fill) -> NDArray[np.uint8]:
    """The regions with their borders: (h, w, 4) uint8 RGBA, premultiplied."""
    ids = frame.ids_with(regions)
    picture = np.zeros((*ids.shape, 4), np.uint8)
    if fill != "none":
        colors = frame.means if fill == "mean" else frame.distinct
        picture[..., :3], picture[..., 3] = colors[ids], 255
    is_border = np.zeros(ids.shape, bool)
    is_border[:, 1:] |= ids[:, 1:] != ids[:, :-1]
    is_border[1:] |= ids[1:] != ids[:-1]
    red, green, blue, alpha = BORDER
    cover = alpha / 255
    if fill == "none":
        picture[is_border] = *(round(c * cover) for c in (red, green, blue)), alpha
    else:
        mixed = picture[is_border, :3] * (1 - cover) + np.array([red, green, blue]) * cover
        picture[is_border, :3] = mixed.round()
    return picture


def draw_boxes(frame: SearchedFrame, regions: int, *, most: int = MOST) -> Drawing:
    """The boxes of the regions, the largest at the bottom, in distinct colours."""
    nodes = frame.nodes_with(regions)
    boxes = frame.hierarchy.boxes[nodes]
    sides = boxes[:, 2:] - boxes[:, :2]
    order = np.argsort(-sides.prod(axis=1), kind="stable")[:most]
    colors = rgba(frame.distinct[nodes[order]], 0.9)
    texts = tuple(f"{width:.0f} x {height:.0f}" for width, height in sides[order].tolist())
    widths = np.full(len(order), 2 if len(order) < 100 else 1, np.uint8)
    return Drawing(boxes[order], colors, widths, texts)
