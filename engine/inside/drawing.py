"""What a look inside draws over a frame: cells and boxes with colours, ready to be painted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import Label

Colors = NDArray[np.uint8]
Numbers = NDArray[np.floating[Any]]

MOST = 2000
"""More boxes than this are not drawn at once: nobody could tell them apart."""

MOST_LIVE = 400
"""The same while frames follow each other."""

NUMBERED = 12
"""So many of the first boxes are numbered."""

WHITE = (255, 255, 255)
GREY = (170, 170, 170)


@dataclass(frozen=True, eq=False)
class Cells:
    """Lines of a grid at `xs` and `ys`, and a colour (rows, columns, 4) uint8 RGBA in each cell;
    `marked` is one with a strong edge, xyxy. All in frame pixels."""

    xs: NDArray[np.float32]
    ys: NDArray[np.float32]
    colors: Colors
    marked: tuple[float, float, float, float] | None = None


def no_boxes() -> NDArray[np.float32]:
    """(0, 4) float32."""
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Boxes (N, 4) float32 xyxy in frame pixels from bottom to top, above cells if there are any.

    `colors` (N, 4) uint8 RGBA, `widths` (N,) uint8 in screen pixels, `texts` what each box says of
    itself under the mouse, `captions` what some of them say all the time: (number, text).
    `shows_objects` keeps what is drawn without a look inside below all this.
    """

    boxes: NDArray[np.float32] = field(default_factory=no_boxes)
    colors: Colors = field(default_factory=lambda: np.zeros((0, 4), np.uint8))
    widths: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    texts: tuple[str, ...] = ()
    captions: tuple[tuple[int, str], ...] = ()
    cells: Cells | None = None
    shows_objects: bool = False

    def at(self, x: float, y: float) -> int:
        """The smallest box around this point, of equal ones the topmost; -1 for none."""
        x1, y1, x2, y2 = self.boxes.T
        inside = np.flatnonzero((x1 <= x) & (x <= x2) & (y1 <= y) & (y <= y2))[::-1]
        if not len(inside):
            return -1
        chosen = self.boxes[inside]
        return int(inside[(chosen[:, 2:] - chosen[:, :2]).prod(axis=1).argmin()])


def ramp(values: Numbers) -> Colors:
    """Values (N,) in 0..1 -> colours (N, 3) uint8 RGB from violet over orange to yellow."""
    levels = np.round(70 + np.clip(np.nan_to_num(values), 0, 1) * 185).astype(np.uint8)
    table = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], cv2.COLORMAP_PLASMA)
    result: Colors = table[levels, 0, ::-1]
    return result


def label_colors(label_ids: NDArray[np.int64], labels: Sequence[Label]) -> Colors:
    """The labels' colours (N, 3) uint8 RGB."""
    table = np.full((256, 3), GREY, np.uint8)
    for label in labels:
        table[label.id] = label.color
    result: Colors = table[np.clip(label_ids, 0, 255)]
    return result


def rgba(colors: Colors, alphas: Numbers | float) -> Colors:
    """Colours (..., 3) and how much they cover, 0..1 -> (..., 4) uint8."""
    covered = np.broadcast_to(np.asarray(alphas, np.float32) * 255, colors.shape[:-1])
    levels = np.round(covered).clip(0, 255).astype(np.uint8)
    result: Colors = np.concatenate([colors, levels[..., None]], axis=-1)
    return result


def name_of(label_id: int, labels: Sequence[Label]) -> str:
    """A label's name, or its number."""
    return next((label.name for label in labels if label.id == label_id), f"#{label_id}")
