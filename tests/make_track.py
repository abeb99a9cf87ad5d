"""A video of one object that moves and grows before a still background, and where it is."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from engine.sources.video_writer import VideoWriter
from engine.values import Box, Mask

SIZE_HW = (120, 160)


def pattern(size_hw: tuple[int, int], seed: int, low: int, high: int) -> np.ndarray:
    """Soft spots between two brightnesses."""
    noise = np.random.default_rng(seed).integers(0, 255, (*size_hw, 3), dtype=np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 1.6)
    return cv2.normalize(soft, None, low, high, cv2.NORM_MINMAX)


def box_at(index: int, *, speed: float = 2.0, growth: float = 0.005) -> Box:
    """Where the object is in a frame."""
    size = 36 * (1 + growth * index)
    x, y = 20 + speed * index, 40 + 6 * np.sin(index / 6)
    return Box(x, y, x + size, y + size * 0.8)


def scene(count: int, *, hides: range = range(0), **motion: float) -> Iterator[np.ndarray]:
    """Frames (H, W, 3) uint8; in those of `hides` something else stands before the object."""
    background, skin = pattern(SIZE_HW, 3, 40, 160), pattern((80, 80), 4, 90, 255)
    round_ = cv2.ellipse(np.zeros((80, 80), np.uint8), (40, 40), (39, 39), 0, 0, 360, 255, -1)
    for index in range(count):
        frame = background.copy()
        move = matrix_of(box_at(index, **motion))
        here = cv2.warpAffine(round_, move, SIZE_HW[::-1]) > 127
        frame[here] = cv2.warpAffine(skin, move, SIZE_HW[::-1])[here]
        if index in hides:
            frame[30:90] = pattern((60, SIZE_HW[1]), 5 + index, 40, 160)
        yield frame


def mask_at(index: int, **motion: float) -> Mask:
    """The object's pixels in a frame."""
    round_ = cv2.ellipse(np.zeros((80, 80), np.uint8), (40, 40), (39, 39), 0, 0, 360, 255, -1)
    move = matrix_of(box_at(index, **motion))
    return Mask(0, 0, cv2.warpAffine(round_, move, SIZE_HW[::-1]) > 127)


def matrix_of(box: Box) -> np.ndarray:
    """What moves the object's 80 x 80 pixels into a Box."""
    wide, high = (box.x2 - box.x1) / 80, (box.y2 - box.y1) / 80
    return np.array([[wide, 0, box.x1], [0, high, box.y1]], np.float32)


def write_scene(path: Path, count: int, **motion: float) -> Path:
    """The same as a video file."""
    writer = VideoWriter(path, 25, SIZE_HW)
    for frame in scene(count, **motion):
        writer.write(frame)
    writer.close()
    return path
