"""Pictures are written whole, in the kind that the name ends in."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.files import write_bytes

JPEG_QUALITY = 95


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write pixels (H, W, 3) uint8 RGB. DatasetError if they or the disk do not allow it."""
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    is_jpeg = path.suffix.lower() in (".jpg", ".jpeg", ".jpe", ".jfif")
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if is_jpeg else []
    try:
        done, data = cv2.imencode(path.suffix, bgr, quality)
    except cv2.error:
        done = False
    if not done:
        height, width = pixels.shape[:2]
        raise DatasetError(
            f"A picture of {width}x{height} cannot be written as {path.name}.",
            hint="JPEG takes 65500 pixels a side; use smaller pictures.",
        )
    write_bytes(path, data.tobytes())
