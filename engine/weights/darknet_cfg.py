"""Darknet's .cfg files: layer after layer, with the channels and the size that each one gives."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.errors import WeightsError
from engine.regular_files import read_regular

SUPPORTED = (
    "Supported are yolov1-tiny, yolov2, yolov3, yolov4, the tiny versions of these three, their "
    "-voc versions and yolov3-spp, with the layers they were published with, for any labels, "
    "anchors and input size."
)
HEADS = ("region", "yolo", "detection")
LEAST_SIDE, MOST_SIDE = 32, 8192
MOST_TEXT = 1 << 20
_MOST = 1 << 24  # channels, and pixels along a side
_KEEPS = (*HEADS, "dropout", "shortcut")
Shape = tuple[int, int, int]
"""Channels, height, width."""


class Convolution(NamedTuple):
    """A convolution, or a dense layer (kernel 0), and the height and width that leave it."""

    in_channels: int
    filters: int
    kernel: int
    norm: bool
    activation: str
    out_hw: tuple[int, int]

    def __str__(self) -> str:
        """For a person to compare."""
        norm = "batch norm, " if self.norm else ""
        what = f"{self.kernel}x{self.kernel}" if self.kernel else "dense"
        height, width = self.out_hw
        return (
            f"{self.in_channels} to {self.filters} channels, {what}, {norm}{self.activation}, "
            f"giving {height}x{width}"
        )


@dataclass(frozen=True)
class Section:
    """A [kind] and the settings below it, as they are written."""

    kind: str
    settings: Mapping[str, str]
    line: int

    def number(self, key: str, default: int) -> int:
        """A whole number. WeightsError if it is none."""
        return round(self.numbers(key, (default,))[0])

    def numbers(self, key: str, default: Sequence[float] = ()) -> tuple[float, ...]:
        """Numbers separated by commas. WeightsError if one is none."""
        text = self.settings.get(key)
        try:
            found = tuple(float(part) for part in text.split(",") if part.strip()) if text else ()
            if not all(map(math.isfinite, found)):
                raise ValueError(text)
        except ValueError as error:
            raise WeightsError(
                f"[{self.kind}] in line {self.line}: {key}={text} is no number.",
                hint="Use the .cfg file that the weights were trained with.",
            ) from error
        return found or tuple(default)


@dataclass(frozen=True)
class Network:
    """What a .cfg file describes: the input's size, its convolutions in order, and its heads."""

    size_hw: tuple[int, int]
    convolutions: tuple[Convolution, ...]
    sections: tuple[Section, ...]

    @property
    def heads(self) -> tuple[Section, ...]:
        """The layers that boxes are read from."""
        return tuple(each for each in self.sections if each.kind in HEADS)


def read_network(path: Path) -> Network:
    """Read and follow a .cfg file. WeightsError says what is wrong, and in which line."""
    try:
        text = read_regular(path, MOST_TEXT, WeightsError).decode("utf-8", errors="replace")
    except OSError as error:
        raise WeightsError(f"Cannot read {path}.", hint="Check the path.") from error
    sections = _sections(text, path.name)
    if not sections or sections[0].kind not in ("net", "network"):
        raise WeightsError(
            f"{path.name} is no Darknet .cfg: it does not begin with [net].",
            hint="Use the .cfg file that the weights were trained with.",
        )
    return _follow(sections)


def _sections(text: str, name: str) -> list[Section]:
    found: list[tuple[str, dict[str, str], int]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.split("#")[0].split(";")[0].strip()
        key, equals, value = line.partition("=")
        if line.startswith("[") and line.endswith("]"):
            found.append((line[1:-1].strip(), {}, number))
        elif equals and found:
            found[-1][1][key.strip()] = value.strip()
        elif line:
            raise WeightsError(
                f"{name} is no Darknet .cfg: line {number} is no [section] and no key=value.",
                hint="Use the .cfg file that the weights were trained with.",
            )
    return [Section(*each) for each in found]


def _follow(sections: Sequence[Section]) -> Network:
    """Channels and size after every layer, as Darknet counts them."""
    net = sections[0]
    size_hw = net.number("height", 416), net.number("width", 416)
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in size_hw):
        raise _unsupported(net, f"width and height are {LEAST_SIDE} to {MOST_SIDE}")
    shapes: list[Shape] = []
    convolutions = []
    before: Shape = (net.number("channels", 3), *size_hw)
    for section in sections[1:]:
        if section.kind in ("convolutional", "connected"):
            convolution = _convolution(section, before)
            convolutions.append(convolution)
            before = (convolution.filters, *convolution.out_hw)
        elif section.kind == "route":
            before = _route(section, shapes)
        elif section.kind in _RESHAPES:
            before = _RESHAPES[section.kind](section, before)
        elif section.kind not in _KEEPS:
            raise _unsupported(section, f"layers of the kind [{section.kind}] are not supported")
        if not all(1 <= each <= _MOST for each in before):
            raise _unsupported(section, "it gives no picture, or one without bounds")
        shapes.append(before)
    return Network(size_hw, tuple(convolutions), tuple(sections))


def _convolution(section: Section, before: Shape) -> Convolution:
    channels, height, width = before
    norm = bool(section.number("batch_normalize", 0))
    activation = section.settings.get("activation", "logistic")
    if section.kind == "connected":
        output = section.number("output", 1)
        return Convolution(channels * height * width, output, 0, norm, activation, (1, 1))
    if section.number("groups", 1) != 1 or section.number("dilation", 1) != 1:
        raise _unsupported(section, "convolutions in groups or dilated are not supported")
    kernel, stride = section.number("size", 1), max(1, section.number("stride", 1))
    padding = kernel // 2 if section.number("pad", 0) else section.number("padding", 0)
    out_hw = tuple((side + 2 * padding - kernel) // stride + 1 for side in (height, width))
    filters = section.number("filters", 1)
    return Convolution(channels, filters, kernel, norm, activation, (out_hw[0], out_hw[1]))


def _route(section: Section, shapes: Sequence[Shape]) -> Shape:
    parts = section.number("groups", 1)
    if parts not in (1, 2) or section.number("group_id", 0) != parts - 1:
        raise _unsupported(section, "of a layer's channels the later half is supported, no other")
    layers = [round(each) for each in section.numbers("layers")]
    indices = [len(shapes) + each if each < 0 else each for each in layers]
    if not indices or not all(0 <= each < len(shapes) for each in indices):
        raise _unsupported(section, "it names layers that do not come before it")
    chosen = [shapes[each] for each in indices]
    if len({shape[1:] for shape in chosen}) != 1:
        raise _unsupported(section, "its layers have different sizes")
    return sum(shape[0] // parts for shape in chosen), chosen[0][1], chosen[0][2]


def _maxpool(section: Section, before: Shape) -> Shape:
    stride = max(1, section.number("stride", 1))
    size = section.number("size", stride)
    padding = section.number("padding", size - 1)
    sides = ((side + padding - size) // stride + 1 for side in before[1:])
    return before[0], *sides  # type: ignore[return-value]


def _upsample(section: Section, before: Shape) -> Shape:
    stride = max(1, section.number("stride", 2))
    return before[0], before[1] * stride, before[2] * stride


def _reorg(section: Section, before: Shape) -> Shape:
    stride = max(1, section.number("stride", 2))
    return before[0] * stride**2, before[1] // stride, before[2] // stride


def _crop(section: Section, before: Shape) -> Shape:
    height, width = (section.number(f"crop_{side}", 0) for side in ("height", "width"))
    return before[0], min(before[1], height or before[1]), min(before[2], width or before[2])


def _avgpool(section: Section, before: Shape) -> Shape:
    return before[0], 1, 1


_RESHAPES: dict[str, Callable[[Section, Shape], Shape]] = {
    "maxpool": _maxpool,
    "upsample": _upsample,
    "reorg": _reorg,
    "reorg3d": _reorg,
    "crop": _crop,
    "avgpool": _avgpool,
}


def _unsupported(section: Section, why: str) -> WeightsError:
    return WeightsError(f"[{section.kind}] in line {section.line}: {why}.", hint=SUPPORTED)
