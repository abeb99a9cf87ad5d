"""Lists of pictures with instances made here: bright shapes, one of them with a hole."""

from pathlib import Path

import numpy as np
from PIL import Image

from engine.formats.instances import write_instances
from engine.values import Annotation, Mask


def ring(left: int, top: int, side: int = 16, hole: int = 4) -> Mask:
    """A square with a square hole in its middle."""
    pixels = np.ones((side, side), bool)
    start = (side - hole) // 2
    pixels[start : start + hole, start : start + hole] = False
    return Mask(left, top, pixels)


def write_instance_list(
    folder: Path, pictures: list[list[Annotation]], size_hw: tuple[int, int] = (32, 48)
) -> Path:
    """A list whose pictures are bright where an annotation is, dark elsewhere."""
    lines = ""
    for i, annotations in enumerate(pictures):
        pixels = np.full((*size_hw, 3), 20, np.uint8)
        for annotation in annotations:
            mask = annotation.region
            if isinstance(mask, Mask):
                height, width = mask.pixels.shape
                part = pixels[mask.top : mask.top + height, mask.left : mask.left + width]
                part[mask.pixels] = 240
        Image.fromarray(pixels).save(folder / f"{i}.png")
        write_instances(folder / f"{i}.json", size_hw, annotations)
        lines += f"{i}.png {i}.json\n"
    (folder / "list.txt").write_text(lines)
    (folder / "labels.txt").write_text("0 background\n1 cat\n2 dog\n")
    return folder / "list.txt"
