"""Random changes of a training picture that move pixels and labels together.

One map takes the frame straight to the input, so pixels are resampled once.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.preprocess import Placement

MIN_VISIBLE = 0.1  # a box keeps at least this share of its area, or is dropped and painted over
MIN_SIDE = 2.0  # in input pixels
ELASTIC_NODES = 4  # along each side; between them the displacement is smooth
MAX_ELASTIC = 0.1  # beyond this the picture would fold


@dataclass(frozen=True, slots=True)
class Augment:
    """How much to change, at random: nothing by default.

    `flip`, `flip_vertical`, `quarter_turns`: each with probability one half.
    `rotate`: up to so many degrees either way. `scale`: from, to. `shift`: up to this share of the
    input. `crop`: from, to; a random window with this share of the picture's sides fills the input.
    `elastic`: how far the picture is pulled about, smoothly, as a share of the input's sides; 0.02
    as in U-Net (Simard et al., Best Practices for Convolutional Neural Networks, 2003; not for
    boxes and proposals). `color`: 0 none to 1 strong jitter of brightness, contrast, saturation and
    hue. `blur`: up to so many pixels. `noise`: up to this share of the full range. `mosaic`:
    probability of putting four pictures into one (detection only; Bochkovskiy et al., YOLOv4,
    2020).
    """

    flip: bool = False
    flip_vertical: bool = False
    quarter_turns: bool = False
    rotate: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    shift: float = 0.0
    crop: tuple[float, float] = (1.0, 1.0)
    elastic: float = 0.0
    color: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    mosaic: float = 0.0

    def __post_init__(self) -> None:
        if not 0.01 <= self.scale[0] <= self.scale[1] <= 100:
            raise ValueError(
                f"Scale goes from a smaller to a larger number, 0.01 to 100, not {self.scale}."
            )
        if not 0.01 <= self.crop[0] <= self.crop[1] <= 1:
            raise ValueError(f"Crop goes from a smaller to a larger share, not {self.crop}.")
        if not all(0 <= x <= 1 for x in (self.color, self.mosaic, self.shift, self.noise)):
            raise ValueError("Color, mosaic, shift and noise are 0 to 1.")
        if not abs(self.rotate) <= 360:
            raise ValueError("Rotate is at most 360 degrees.")
        if not (0 <= self.elastic <= MAX_ELASTIC and 0 <= self.blur <= 10):
            raise ValueError(f"Elastic is 0 to {MAX_ELASTIC}, blur 0 to 10.")


def draw_matrix(
    augment: Augment, placement: Placement, generator: np.random.Generator
) -> NDArray[np.float64]:
    """A random map (3, 3) from frame to input coordinates, around the letterboxed place."""
    height, width = placement.input_hw
    scale_x, scale_y = placement.scale_xy
    content_h, content_w = placement.content_hw
    matrix = np.diag([scale_x, scale_y, 1.0])
    matrix = _shift(-content_w / 2, -content_h / 2) @ matrix
    if augment.flip and generator.random() < 0.5:
        matrix = np.diag([-1.0, 1.0, 1.0]) @ matrix
    if augment.flip_vertical and generator.random() < 0.5:
        matrix = np.diag([1.0, -1.0, 1.0]) @ matrix
    angle = generator.uniform(-augment.rotate, augment.rotate)
    if augment.quarter_turns:
        angle += 90 * generator.integers(4)
    scale = np.exp(generator.uniform(*np.log(augment.scale)))
    cos, sin = np.cos(np.deg2rad(angle)) * scale, np.sin(np.deg2rad(angle)) * scale
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]]) @ matrix
    moves = generator.uniform(-augment.shift, augment.shift, 2) * (width, height)
    matrix = _shift(content_w / 2 + moves[0], content_h / 2 + moves[1]) @ matrix
    if augment.crop != (1.0, 1.0):
        larger = 1 / generator.uniform(*augment.crop)
        hidden = np.maximum(0, (content_w * larger - width, content_h * larger - height))
        matrix = _shift(*-generator.uniform(0, hidden)) @ np.diag([larger, larger, 1.0]) @ matrix
    result: NDArray[np.float64] = matrix
    return result


def draw_field(
    augment: Augment, input_hw: tuple[int, int], generator: np.random.Generator
) -> NDArray[np.float32] | None:
    """A smooth random displacement (H, W, 2) of input pixels, x then y; None without elastic."""
    if not augment.elastic:
        return None
    height, width = input_hw
    nodes = generator.normal(size=(ELASTIC_NODES, ELASTIC_NODES, 2)) * (width, height)
    nodes = (nodes * augment.elastic).astype(np.float32)
    return cv2.resize(nodes, (width, height), interpolation=cv2.INTER_CUBIC)


def _shift(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def warp(
    pixels: NDArray[Any],
    matrix: NDArray[np.float64],
    input_hw: tuple[int, int],
    *,
    fill: Any,
    field: NDArray[np.float32] | None = None,
) -> NDArray[Any]:
    """Pixels (H, W, C) or label ids (H, W) uint8 at the input's size, `fill` around them.

    Pixels that shrink are averaged first, as `preprocess.resize` does, so that a network learns
    from what it predicts on. Ids take the nearest pixel. A `field` displaces what the matrix moved.
    """
    if pixels.ndim == 3:
        pixels, matrix = _shrunk(pixels, matrix)
    # Our coordinates count pixel edges, OpenCV's pixel centres.
    centered = _shift(-0.5, -0.5) @ matrix @ _shift(0.5, 0.5)
    mode = cv2.INTER_NEAREST if pixels.ndim == 2 else cv2.INTER_LINEAR
    border: dict[str, Any] = {"borderMode": cv2.BORDER_CONSTANT, "borderValue": fill}
    if field is None:
        size = (input_hw[1], input_hw[0])
        return cv2.warpAffine(pixels, centered[:2], size, flags=mode, **border)
    back = np.linalg.inv(centered).astype(np.float32)
    rows, columns = np.indices(input_hw, dtype=np.float32)
    at = np.stack([columns, rows], axis=-1) + field  # (H, W, 2)
    at = at @ back[:2, :2].T + back[:2, 2]  # in the frame
    return cv2.remap(pixels, at, None, mode, **border)


def _shrunk(
    pixels: NDArray[Any], matrix: NDArray[np.float64]
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Pixels averaged to about the size the matrix gives them, and the map from there."""
    height, width, channels = pixels.shape
    scale_x, scale_y = np.linalg.norm(matrix[:2, :2], axis=0)
    small_h = min(height, max(1, round(height * scale_y)))
    small_w = min(width, max(1, round(width * scale_x)))
    if (small_h, small_w) == (height, width):
        return pixels, matrix
    small = cv2.resize(pixels, (small_w, small_h), interpolation=cv2.INTER_AREA)
    back = np.diag([width / small_w, height / small_h, 1.0])
    return small.reshape(small_h, small_w, channels), matrix @ back


def warp_boxes(
    xyxy: NDArray[np.float32], matrix: NDArray[np.float64], area: tuple[int, int, int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Boxes (N, 4) moved and clipped to `area` (x1, y1, x2, y2), and which of them remain."""
    corners = xyxy[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2).astype(np.float64)
    moved = corners @ matrix[:2, :2].T + matrix[:2, 2]  # (N, 4, 2)
    boxes = np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1)
    clipped = boxes.clip((area[0], area[1]) * 2, (area[2], area[3]) * 2)
    sides = clipped[:, 2:] - clipped[:, :2]
    whole = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    remain = (sides >= MIN_SIDE).all(axis=1) & (sides.prod(axis=1) >= MIN_VISIBLE * whole)
    return clipped.astype(np.float32), remain


def hide(
    pixels: NDArray[np.uint8],
    lost: NDArray[np.float32],
    kept: NDArray[np.float32],
    fill: tuple[int, int, int],
) -> None:
    """Paint the boxes `lost` (N, 4) in pixels (H, W, 3), but not what lies in the boxes `kept`.

    What is seen of an object without its label would be learned as background.
    """
    if not len(lost):
        return
    before = pixels.copy()
    for part in _slices(lost):
        pixels[part] = fill
    for part in _slices(kept):
        pixels[part] = before[part]


def _slices(xyxy: NDArray[np.float32]) -> list[tuple[slice, slice]]:
    """The pixels that boxes touch, as slices of a picture; none for boxes without area."""
    seen = xyxy[(xyxy[:, 2:] > xyxy[:, :2]).all(axis=1)]
    whole = np.concatenate([np.floor(seen[:, :2]), np.ceil(seen[:, 2:])], axis=1).astype(int)
    return [(slice(y1, y2), slice(x1, x2)) for x1, y1, x2, y2 in whole]


def jitter_color(
    pixels: NDArray[np.uint8], strength: float, generator: np.random.Generator
) -> NDArray[np.uint8]:
    """Change brightness, contrast, saturation and hue of (H, W, 3) uint8 RGB."""
    if strength == 0:
        return pixels
    contrast, brightness, saturation = 1 + strength * generator.uniform(-0.4, 0.4, 3)
    levels = np.arange(256, dtype=np.float32)
    table = ((levels - 128) * contrast + 128) * brightness
    hsv = cv2.cvtColor(cv2.LUT(pixels, table.clip(0, 255).astype(np.uint8)), cv2.COLOR_RGB2HSV_FULL)
    hue = generator.integers(-int(12 * strength), int(12 * strength) + 1)
    tables = np.stack(
        [(levels + hue) % 256, (levels * saturation).clip(0, 255), levels], axis=1
    ).astype(np.uint8)
    return cv2.cvtColor(cv2.LUT(hsv, tables[None]), cv2.COLOR_HSV2RGB_FULL)


def degrade(
    pixels: NDArray[np.uint8], augment: Augment, generator: np.random.Generator
) -> NDArray[np.uint8]:
    """Blur (H, W, 3) uint8 RGB and add noise, each by a random amount."""
    if augment.blur:
        sigma = generator.uniform(0, augment.blur)
        if sigma > 0.1:  # below, nothing would change
            pixels = cv2.GaussianBlur(pixels, (0, 0), sigma)
    if augment.noise:
        spread = generator.uniform(0, augment.noise) * 255
        noise = generator.standard_normal(pixels.shape, np.float32) * spread
        pixels = (pixels + noise).round().clip(0, 255).astype(np.uint8)
    return pixels
