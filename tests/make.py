"""Small values for tests."""

from pathlib import Path

import numpy as np

from engine.values import Annotation, Box, Frame, FrameId, Label, Mask, Sample

LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cat", (220, 60, 60)),
    Label(2, "dog", (60, 120, 220)),
)


def make_pixels(size_hw: tuple[int, int] = (48, 64), seed: int = 0) -> np.ndarray:
    """A picture (H, W, 3) uint8 RGB with smooth colours and a little noise."""
    height, width = size_hw
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    noise = np.random.default_rng(seed).integers(0, 20, (height, width, 3))
    colours = np.stack([x * 200 / width, y * 200 / height, (x + y) * 200 / (width + height)], -1)
    return (colours + noise).astype(np.uint8)


def make_frame(size_hw: tuple[int, int] = (48, 64), path: str = "picture.png") -> Frame:
    """A Frame with such a picture."""
    return Frame(FrameId(path), make_pixels(size_hw))


def make_sample(path: str = "picture.png", size_hw: tuple[int, int] = (48, 64)) -> Sample:
    """A Sample with one box and one mask a person drew."""
    mask = np.zeros((8, 10), bool)
    mask[2:7, 1:9] = True
    annotations = (
        Annotation(Box(4, 6, 20, 30), label_id=1, id="box"),
        Annotation(Mask(30, 20, mask), label_id=2, z=1, id="mask"),
    )
    return Sample(FrameId(path), size_hw, annotations)


def write_picture(path: Path, size_hw: tuple[int, int] = (48, 64), seed: int = 0) -> Path:
    """Save such a picture as its suffix says, and return the path."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(make_pixels(size_hw, seed)).save(path)
    return path


AMOUNTS = {"width", "warp", "sampled", "regions"}


def smallest(spec):
    """The options that say how much work a registered model is, each at its least."""
    return {o.name: min(o.choices) for o in spec.options if o.name in AMOUNTS}
