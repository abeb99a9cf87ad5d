"""How a foreign network is fed, and what its outputs mean: values that a card holds as options."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Scores = Literal["as_is", "sigmoid", "softmax"]
Units = Literal["pixels", "fraction"]
Corners = Literal["cxcywh", "xyxy", "yxyx"]

NO_BACKGROUND = -1
LAST = -2
"""The last column of scores says that there is no object."""
MOST_LABELS = 254
"""Labels that an id can tell apart."""
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "scores": ("as_is", "sigmoid", "softmax"),
    "units": ("pixels", "fraction"),
    "corners": ("cxcywh", "xyxy", "yxyx"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """What the outputs of a network mean.

    `layout` names one of `engine.foreign.layouts`; `parts` are the indices of the outputs that it
    reads, in its order. Scores are probabilities already ("as_is") or become so. Boxes are in
    pixels of the input or fractions of it. `background` is the column of scores, or the number of
    a label, that is no object. `strides` are those of the grids that its rows stand for.
    `is_turned` where the rows of a table are its columns, or the channels of maps come last.
    """

    layout: str
    num_labels: int
    parts: tuple[int, ...] = (0,)
    scores: Scores = "as_is"
    units: Units = "pixels"
    corners: Corners = "cxcywh"
    background: int = NO_BACKGROUND
    strides: tuple[int, ...] = ()
    is_turned: bool = False

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is {', '.join(choices)}, not {getattr(self, name)}.")
        if not 1 <= self.num_labels <= MOST_LABELS:
            raise ValueError(f"Labels are 1 to {MOST_LABELS}, not {self.num_labels}.")
        if not self.parts or not all(0 <= part < 64 for part in self.parts):
            raise ValueError("The outputs are numbered from 0.")
        if not all(1 <= stride <= 256 for stride in self.strides):
            raise ValueError("Strides are 1 to 256.")


@dataclass(frozen=True, slots=True)
class Feed:
    """The form of the picture that a network takes: its channels, their order and place, the kind
    of its numbers."""

    channels: int = 3
    is_bgr: bool = False
    is_last: bool = False
    kind: Literal["float32", "float16", "uint8"] = "float32"

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise ValueError(f"A picture has 1 or 3 channels, not {self.channels}.")
        if self.kind not in ("float32", "float16", "uint8"):
            raise ValueError(f"A picture is no {self.kind}.")


def to_options(head: Head, feed: Feed) -> dict[str, Any]:
    """Both as the options of a card."""
    return {"head": asdict(head), "feed": asdict(feed)}


def from_options(options: Mapping[str, Any]) -> tuple[Head, Feed]:
    """Both from the options of a card. ValueError, TypeError or KeyError where they are wrong."""
    head, feed = dict(options["head"]), dict(options["feed"])
    for name in ("parts", "strides"):
        if name in head:
            head[name] = _whole(head[name])
    return Head(**{**head, "num_labels": int(head["num_labels"])}), Feed(**feed)


def _whole(values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
