"""Frame pixels to a network's input, and positions back; training and pipeline share it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.mapped_pixels import MAPPED_FROM, let_go

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a picture becomes the input: size, normalisation of 0..1 colors, resize rule.

    "letterbox" keeps the aspect ratio and pads right and bottom with the mean color;
    "stretch" fills the input.
    """

    size_hw: tuple[int, int]
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    resize: Literal["letterbox", "stretch"] = "letterbox"

    def __post_init__(self) -> None:
        if len(self.size_hw) != 2 or not all(8 <= s <= 8192 for s in self.size_hw):
            raise ValueError(f"An input size is two numbers 8 to 8192, not {self.size_hw}.")
        if len(self.mean) != 3 or len(self.std) != 3 or not all(s > 0 for s in self.std):
            raise ValueError("Mean and std are three numbers each, std above 0.")
        # Colours are 0..1; with numbers far from that the input overflows.
        if not all(abs(m) <= 1000 for m in self.mean) or not all(
            0.0001 <= s <= 10_000 for s in self.std
        ):
            raise ValueError("Mean is at most 1000, and std 0.0001 to 10,000.")
        if self.resize not in ("letterbox", "stretch"):
            raise ValueError(f"The resize rule is letterbox or stretch, not {self.resize}.")

    @property
    def border(self) -> tuple[int, int, int]:
        """The color around a frame, RGB 0..255: the mean, which is 0 in the input."""
        red, green, blue = (min(255, max(0, round(255 * mean))) for mean in self.mean)
        return red, green, blue


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the frame (`size_hw`) lies in the input (`input_hw`): its top-left `content_hw`."""

    size_hw: tuple[int, int]
    input_hw: tuple[int, int]
    content_hw: tuple[int, int]

    @property
    def scale_xy(self) -> tuple[float, float]:
        """Input pixels per frame pixel."""
        return self.content_hw[1] / self.size_hw[1], self.content_hw[0] / self.size_hw[0]

    def boxes_to_frame(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (N, 4) in input pixels -> in frame pixels, clipped to the frame."""
        scaled = xyxy / np.tile(np.asarray(self.scale_xy, np.float32), 2)
        height, width = self.size_hw
        result: NDArray[np.float32] = scaled.clip(0, (width, height, width, height))
        return result.astype(np.float32)

    def boxes_to_input(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (N, 4) in frame pixels -> in input pixels."""
        result: NDArray[np.float32] = xyxy * np.tile(np.asarray(self.scale_xy, np.float32), 2)
        return result

    def content(self, maps: NDArray[Any]) -> NDArray[Any]:
        """The part of maps (..., H, W) of the input's size that shows the frame: a view."""
        return maps[..., : self.content_hw[0], : self.content_hw[1]]


def place(size_hw: tuple[int, int], preprocessing: Preprocessing) -> Placement:
    """Where a frame of this size lies in the input."""
    height, width = preprocessing.size_hw
    if preprocessing.resize == "stretch":
        return Placement(size_hw, (height, width), (height, width))
    scale = min(height / size_hw[0], width / size_hw[1])
    content = (
        min(height, max(1, round(size_hw[0] * scale))),
        min(width, max(1, round(size_hw[1] * scale))),
    )
    return Placement(size_hw, (height, width), content)


def prepare(
    pixels: NDArray[np.uint8], preprocessing: Preprocessing
) -> tuple[NDArray[np.float32], Placement]:
    """A frame (H, W, 3) uint8 RGB -> the input (3, h, w) float32, and the frame's place in it."""
    placement = place(pixels.shape[:2], preprocessing)
    return normalize(resize(pixels, placement), preprocessing), placement


def prepare_batch(
    frames: Sequence[NDArray[np.uint8]], preprocessing: Preprocessing
) -> NDArray[np.float32]:
    """Frames of any sizes -> their inputs (N, 3, h, w) float32."""
    return np.stack([prepare(pixels, preprocessing)[0] for pixels in frames])


def resize(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """The frame at its size in the input: (h, w, 3) uint8. Averages along a side that shrinks."""
    height, width = placement.content_hw
    small_hw = min(height, placement.size_hw[0]), min(width, placement.size_hw[1])
    if small_hw != placement.size_hw:
        pixels = _made_smaller(pixels, small_hw)
    if small_hw != placement.content_hw:
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)
    return pixels


def _made_smaller(pixels: NDArray[np.uint8], small_hw: tuple[int, int]) -> NDArray[np.uint8]:
    """Averaged. A picture whose pixels lie in a file is taken part by part, where both heights have
    a common divisor, and needs little memory."""
    height, width = small_hw
    parts = math.gcd(len(pixels), height) if pixels.size > 3 * MAPPED_FROM else 1
    small = np.empty((height, width, 3), np.uint8)
    for part, rows in zip(np.split(pixels, parts), np.split(small, parts), strict=True):
        cv2.resize(part, (width, len(rows)), rows, interpolation=cv2.INTER_AREA)
        let_go(pixels)
    return small


def normalize(content: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Content (h, w, 3) uint8 -> input (3, H, W) float32, padded with 0, which is the mean."""
    height, width = preprocessing.size_hw
    result = np.zeros((3, height, width), np.float32)
    levels = np.arange(256, dtype=np.float32) / 255
    for channel in range(3):
        table = (levels - preprocessing.mean[channel]) / preprocessing.std[channel]
        plane = result[channel, : content.shape[0], : content.shape[1]]
        plane[:] = cv2.LUT(content[..., channel], table)
    return result
