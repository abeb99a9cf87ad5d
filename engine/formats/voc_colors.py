"""The labels of VOC's label maps: their names, their colours, and the file that says others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.formats.color_table import VOID, ColorTable, distinct, table_of
from engine.formats.map_files import IGNORED_COLOR
from engine.labels import BACKGROUND, is_background
from engine.regular_files import read_regular
from engine.values import Label

LABEL_MAP = "labelmap.txt"
NAMES = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair"),
    *("cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa"),
    *("train", "tvmonitor"),
)
_MOST_BYTES = 1 << 20
_HINT = "A line is `name:r,g,b::`."


def palette() -> NDArray[np.uint8]:
    """The colour of each number (256, 3): its bits, three at a time, from the highest down."""
    numbers = np.arange(256, dtype=np.int64)
    colors = np.zeros((256, 3), dtype=np.int64)
    for place in range(8):
        for channel in range(3):
            colors[:, channel] |= (numbers >> (3 * place + channel) & 1) << (7 - place)
    return colors.astype(np.uint8)


def voc_table() -> ColorTable:
    """VOC's own labels by colour."""
    colors = palette()[: len(NAMES)].tolist()
    rows = [(name, (r, g, b)) for name, (r, g, b) in zip(NAMES, colors, strict=True)]
    return table_of([*rows, (VOID, IGNORED_COLOR)], "VOC")


def read_label_map(path: Path) -> ColorTable:
    """The labels of a `labelmap.txt`, as CVAT and datumaro write it."""
    try:
        text = read_regular(path, _MOST_BYTES, DatasetError).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read {path.name}.", hint=_HINT) from error
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        # A name may hold a colon, what follows it may not.
        name, color, *_ = [*line.rsplit(":", 3)[:2], ""]
        parts = [part.strip() for part in color.split(",")]
        if len(parts) != 3 or not all(p.isdecimal() and int(p[:4]) < 256 for p in parts):
            raise DatasetError(f"{path.name}, line {number}: no name and color.", hint=_HINT)
        red, green, blue = (int(part) for part in parts)
        rows.append((" ".join(name.split()), (red, green, blue)))
    return table_of([*rows, (VOID, IGNORED_COLOR)], path.name)


def painted(labels: Sequence[Label]) -> list[Label]:
    """The labels and a background, each in a colour that no other one has."""
    named = labels if any(label.id == 0 for label in labels) else (BACKGROUND, *labels)
    colors = distinct(
        [label for label in named if not is_background(label)], [IGNORED_COLOR, BACKGROUND.color]
    )
    return [replace(label, color=colors.get(label.id, BACKGROUND.color)) for label in named]


def label_map_text(labels: Iterable[Label]) -> str:
    """A `labelmap.txt` that names these."""
    lines = ["# label:color_rgb:parts:actions"]
    lines += [f"{' '.join(x.name.split())}:{','.join(map(str, x.color))}::" for x in labels]
    return "".join(f"{line}\n" for line in lines)
