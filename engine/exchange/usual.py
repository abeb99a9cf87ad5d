"""What pictures networks of a kind were usually trained on: where the file says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.foreign.head import NO_BACKGROUND, Feed, Head
from engine.foreign.layout_names import LAYOUTS
from engine.preprocess import IMAGENET_MEAN, IMAGENET_STD, Preprocessing

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Colors:
    """How the 0..255 of a picture become numbers: mean and deviation of 0..1."""

    text: str
    mean: Triple
    std: Triple


UNIT = Colors("0 to 1", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
BYTES = Colors("0 to 255", (0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255))
IMAGENET = Colors("Mean and deviation of ImageNet", IMAGENET_MEAN, IMAGENET_STD)
SIGNED = Colors("-1 to 1", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
COLORS = (UNIT, BYTES, IMAGENET, SIGNED)
"""The usual ones, in the order that a person chooses from."""

_SIDES = {
    "classification": 224, "saliency": 320, "semantic": 512, "fastestdet": 352, "nanodet": 416,
}  # fmt: skip
DEFAULT_SIDE = 640


def side_of(layout: str) -> int:
    """The usual side of the input."""
    return _SIDES.get(layout, DEFAULT_SIDE)


def preprocessing_of(head: Head, feed: Feed, size_hw: tuple[int, int]) -> Preprocessing:
    """The usual preprocessing of networks with such a head."""
    colors, resize = _usual(head)
    if feed.kind == "uint8":
        colors = BYTES
    return Preprocessing(size_hw, colors.mean, colors.std, resize)


def is_bgr(head: Head) -> bool:
    """Whether such networks usually take blue first."""
    return head.layout in ("yolox", "nanodet", "fastestdet")


def _usual(head: Head) -> tuple[Colors, Literal["letterbox", "stretch"]]:
    if head.layout == "yolox":
        return BYTES, "letterbox"
    if head.layout == "nanodet":
        return IMAGENET, "stretch"
    if head.layout == "fastestdet":
        return UNIT, "stretch"
    if head.layout == "detr":  # Those of sigmoids, as RT-DETR, stretch pictures of 0..1.
        return (UNIT, "stretch") if head.scores == "sigmoid" else (IMAGENET, "letterbox")
    if head.layout in ("semantic", "label_map", "saliency", "classification"):
        return IMAGENET, "stretch"
    return UNIT, "stretch" if head.layout == "ssd" else "letterbox"


def text_of(preprocessing: Preprocessing) -> str:
    """What the numbers of a preprocessing are called."""
    for colors in COLORS:
        if (colors.mean, colors.std) == (preprocessing.mean, preprocessing.std):
            return colors.text
    return "numbers of its own"


def with_head(head: Head, layout: str, guesses: Sequence[Head]) -> Head:
    """The head of another layout: as it was guessed, else with what it has in common."""
    for each in guesses:
        if each.layout == layout:
            return each
    wanted = len(LAYOUTS[layout].parts)
    parts = tuple(range(wanted))
    labels = 2 if layout == "saliency" else head.num_labels
    return Head(layout, labels, parts, scores=head.scores, background=NO_BACKGROUND)
