"""What the window is measured on: folders of pictures and a video."""

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


def soft_picture(size_wh: tuple[int, int], seed: int = 0, *, blot: int = 10) -> NDArray[np.uint8]:
    """Soft blots of colour, about as hard to compress as a photograph: (H, W, 3)."""
    width, height = size_wh
    small = (height // blot, width // blot, 3)
    noise = np.random.default_rng(seed).integers(0, 255, small, dtype=np.uint8)
    picture = cv2.resize(noise, size_wh, interpolation=cv2.INTER_CUBIC)
    return np.asarray(picture, dtype=np.uint8)


def fill_folder(folder: Path, count: int, size_wh: tuple[int, int], ending: str = ".jpg") -> Path:
    """So many names for a few pictures."""
    folder.mkdir()
    originals = []
    for number in range(8):
        path = folder.parent / f"{folder.name}-{number}{ending}"
        cv2.imwrite(str(path), soft_picture(size_wh, number))
        originals.append(path)
    for number in range(count):
        os.link(originals[number % len(originals)], folder / f"{number:06d}{ending}")
    return folder


def write_video(path: Path, seconds: int = 12) -> Path:
    """640x360 at 30 frames a second, moving sideways, as a camera gives them."""
    from engine.sources.video_writer import VideoWriter

    wide = soft_picture((1280, 360))
    writer = VideoWriter(path, 30.0, (360, 640))
    for number in range(30 * seconds):
        left = number % 640
        writer.write(np.ascontiguousarray(wide[:, left : left + 640]))
    writer.close()
    return path
