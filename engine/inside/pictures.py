"""Pictures of what was seen inside a network, laid over the frame; pure functions of arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.labels import is_background
from engine.preprocess import Placement
from engine.values import Label

if TYPE_CHECKING:
    from engine.inside.look import Glimpse

Maps = NDArray[np.float32]
Reduction = Literal["mean", "maximum", "channel", "labels"]

LONGEST = 512
"""Pictures for the canvas are at most so long: it stretches them over the frame."""
PERCENTILES = (1.0, 99.0)
"""What lies beyond is cut off, or one extreme value would leave everything else dark."""


@dataclass(frozen=True)
class MapStyle:
    """How to make one picture of many maps.

    "mean": the mean strength (absolute value) of all channels; "maximum": the largest value of
    all; "channel": one of them; "labels": label scores in the labels' colours. `call` counts the
    runs of a module that runs several times.
    """

    mode: Reduction = "mean"
    channel: int = 0
    call: int = 0


SUREST = MapStyle("maximum")
"""Of all anchors at one place the one that most probably holds an object."""


@dataclass(frozen=True, eq=False)
class Film:
    """Pixels (h, w, 4) uint8 RGBA, premultiplied, that fill the frame when stretched over it.

    `low` and `high` are the values at both ends of the colours; of probabilities, 0 and 1.
    """

    pixels: NDArray[np.uint8]
    low: float = 0.0
    high: float = 1.0


def paint(glimpse: "Glimpse", shade: MapStyle, labels: Sequence[Label]) -> Film:
    """The picture that the shade asks for."""
    if glimpse.picture is not None:
        return Film(opaque(glimpse.picture))
    maps = glimpse.maps[min(shade.call, len(glimpse.maps) - 1)]
    kind, extent_hw = glimpse.stage.kind, glimpse.stage.extent_hw
    if glimpse.regions is not None:
        return _paint_region(maps, glimpse.regions[min(shade.call, len(glimpse.maps) - 1)],
                             glimpse.placement, shade)  # fmt: skip
    if kind == "scores":
        chances = probabilities(maps)
        if shade.mode != "channel":
            mixed = lay(blend(chances, labels), glimpse.placement, extent_hw)
            return Film(mixed.round().clip(0, 255).astype(np.uint8))
        return Film(opaque(heat(lay(reduce(chances, shade), glimpse.placement, extent_hw))))
    if kind == "objectness":
        logits = reduce(maps, shade if shade.mode == "channel" else SUREST)
        return Film(opaque(heat(lay(sigmoid(logits), glimpse.placement, extent_hw))))
    plane = lay(reduce(maps, shade), glimpse.placement, extent_hw, is_smooth=kind != "positions")
    stretched, low, high = stretch(plane)
    return Film(opaque(heat(stretched)), low, high)


def _paint_region(
    maps: Maps, region: NDArray[np.float32], placement: Placement, shade: MapStyle
) -> Film:
    """Maps of what was cut out at a box (4,) in input pixels, where they came from."""
    height, width = placement.size_hw
    scale = min(1.0, LONGEST / max(height, width))
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    picture = np.zeros((rows, columns, 4), np.uint8)
    plane, low, high = stretch(reduce(maps, shade))
    corners = placement.boxes_to_frame(region[None])[0] * scale
    x1, y1, x2, y2 = np.round(corners).astype(int).tolist()
    if x2 > x1 and y2 > y1:
        colors = opaque(heat(plane))
        picture[y1:y2, x1:x2] = cv2.resize(
            colors, (x2 - x1, y2 - y1), interpolation=cv2.INTER_NEAREST
        )[: rows - y1, : columns - x1]
    return Film(picture, low, high)


def reduce(maps: Maps, shade: MapStyle) -> Maps:
    """Maps (C, h, w) -> one plane (h, w)."""
    if shade.mode == "channel":
        return maps[min(shade.channel, len(maps) - 1)]
    if shade.mode == "maximum":
        return maps.max(axis=0)
    return np.abs(maps).mean(axis=0)


def probabilities(scores: Maps) -> Maps:
    """Label scores (K, h, w) -> probabilities that sum to 1."""
    exponents = np.exp(scores - scores.max(axis=0, keepdims=True))
    result: Maps = exponents / exponents.sum(axis=0, keepdims=True)
    return result


def sigmoid(logits: Maps) -> Maps:
    """Values of any size -> probabilities."""
    result: Maps = 1 / (1 + np.exp(-logits.clip(-60, 60)))
    return result


def lay(
    plane: Maps,
    placement: Placement,
    extent_hw: tuple[int, int] | None = None,
    *,
    is_smooth: bool = True,
    longest: int = LONGEST,
) -> Maps:
    """A plane (h, w) or (h, w, 4) over the network's input -> the part over the frame.

    The result has the frame's proportions, enlarged to be shown; the input's padding is cut off.
    `extent_hw` are the input pixels that the plane covers around the input's middle, if not all.
    """
    height, width = placement.size_hw
    scale = min(1.0, longest / max(height, width))
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    (input_h, input_w), (content_h, content_w) = placement.input_hw, placement.content_hw
    extent_h, extent_w = extent_hw or placement.input_hw
    per_x, per_y = columns / content_w, rows / content_h
    whole = max(1, round(extent_w * per_x)), max(1, round(extent_h * per_y))
    method = cv2.INTER_LINEAR if is_smooth else cv2.INTER_NEAREST
    resized: Maps = cv2.resize(np.ascontiguousarray(plane), whole, interpolation=method)
    left, top = round((extent_w - input_w) / 2 * per_x), round((extent_h - input_h) / 2 * per_y)
    # Where an unpadded network says nothing, its outermost values go on.
    ys = np.arange(top, top + rows).clip(0, resized.shape[0] - 1)
    xs = np.arange(left, left + columns).clip(0, resized.shape[1] - 1)
    result: Maps = resized[ys[:, None], xs]
    return result


def stretch(plane: Maps) -> tuple[Maps, float, float]:
    """Values moved to 0..1, with what became 0 and 1. A plane of one value becomes 0."""
    finite = plane[np.isfinite(plane)]
    if not finite.size:
        return np.zeros_like(plane), 0.0, 0.0
    low, high = (float(x) for x in np.percentile(finite, PERCENTILES))
    if high <= low:  # Few positions of many: what is rare is all there is to see.
        low, high = float(finite.min()), float(finite.max())
    if high <= low:
        return np.zeros_like(plane), low, high
    result: Maps = np.nan_to_num((plane - low) / (high - low)).clip(0, 1).astype(np.float32)
    return result, low, high


def heat(plane: Maps) -> NDArray[np.uint8]:
    """Values 0..1 (h, w) -> colours (h, w, 3) RGB from dark to bright, even to the eye."""
    levels = np.round(plane * 255).astype(np.uint8)
    return cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)


def opaque(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) RGB -> (h, w, 4) RGBA that hides what is below."""
    return cv2.cvtColor(colors, cv2.COLOR_RGB2RGBA)


def blend(chances: Maps, labels: Sequence[Label]) -> Maps:
    """Probabilities (K, h, w) -> (h, w, 4) RGBA in 0..255, premultiplied: the labels' colours
    mixed, as opaque as they are probable. The background is left clear."""
    colors = np.array(
        [(0, 0, 0, 0) if is_background(x) else (*x.color, 255) for x in labels], np.float32
    )  # (K, 4)
    result: Maps = np.einsum("khw,kc->hwc", chances, colors)
    return result


def strongest(maps: Maps) -> list[int]:
    """Channels of (C, h, w) in order: first those whose values differ most from place to place."""
    spread = maps.reshape(len(maps), -1).std(axis=1)
    return [int(channel) for channel in np.argsort(-spread, kind="stable")]


def grid(
    glimpse: "Glimpse", channels: Sequence[int], *, columns: int, tile: int, call: int = 0
) -> NDArray[np.uint8]:
    """These channels side by side, each stretched by itself: (rows * h, columns * tile, 3) RGB.

    Every tile is `tile` pixels wide, as high as the frame's proportions say, with a dark gap.
    """
    maps = glimpse.maps[min(call, len(glimpse.maps) - 1)]
    frame_h, frame_w = glimpse.placement.size_hw
    height = max(8, min(2 * tile, round(tile * frame_h / frame_w)))
    rows = -(-len(channels) // columns)
    result = np.zeros((rows * height, columns * tile, 3), np.uint8)
    for number, channel in enumerate(channels):
        plane = maps[channel]
        if glimpse.regions is None:
            plane = lay(plane, glimpse.placement, glimpse.stage.extent_hw, longest=2 * tile)
        small = cv2.resize(plane, (tile - 2, height - 2), interpolation=cv2.INTER_AREA)
        top, left = number // columns * height, number % columns * tile
        result[top + 1 : top + height - 1, left + 1 : left + tile - 1] = heat(stretch(small)[0])
    return result
