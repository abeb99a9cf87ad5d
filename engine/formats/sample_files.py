"""Label files of the txt list, one sample each: label map, YOLO boxes, instances as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import DatasetError
from engine.files import write_bytes, write_text
from engine.formats.instances import InstanceFile, read_instances, write_instances
from engine.formats.map_pixels import read_pixels
from engine.regions import boxes as box_math
from engine.regions.boxes import Boxes
from engine.regions.masks import ids_in
from engine.regular_files import read_regular
from engine.values import IGNORE, LabelMap

__all__ = ["InstanceFile", "read_instances", "write_instances"]
MOST_BYTES = 64 << 20
MOST = 1_000_000
"""Of a number in a box line: pixels written in place of shares are told as boxes outside."""
_REMAKE = "Export the label file anew, or remove its line from the list."
# Neighbours in a label map are alike: their differences take more time and space than they do.
# OpenCV before 4.11 does not know the option.
_UNFILTERED = (
    [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    if hasattr(cv2, "IMWRITE_PNG_FILTER")
    else []
)
Ids = NDArray[np.int64]
Scores = NDArray[np.float64]


def read_ids(path: Path) -> tuple[NDArray[np.uint8], bool]:
    """The numbers in a label map as they are (H, W), and whether they are indices of a palette."""
    found = read_pixels(Path(path), _REMAKE)
    numbers = found.values
    if numbers.ndim == 3:
        colors = numbers[..., : 3 if found.mode in ("RGB", "RGBA") else 1]
        if (colors != colors[..., :1]).any():
            message = f"{Path(path).name} is a color picture, not a map of label ids."
            hint = "Save label ids in one channel: pixel value = label id, 255 = ignore."
            raise DatasetError(message, hint=hint)
        numbers = colors[..., 0]
    is_fraction = numbers.dtype.kind == "f" and not (np.floor(numbers) == numbers).all()
    if numbers.size == 0 or is_fraction or numbers.min() < 0 or numbers.max() > IGNORE:
        message = f"{Path(path).name} holds fractions, or numbers below 0 or above 255."
        raise DatasetError(message, hint="Label ids are 0 to 254, and 255 is ignore.")
    return numbers.astype(np.uint8, copy=False), found.mode == "P"


def are_two_valued(paths: Sequence[Path]) -> bool:
    """Whether a dataset's maps are 0/255 masks, told from some of them spread over the list."""
    return IGNORE in (found := some_values(paths)) and found <= {0, IGNORE}


def some_values(paths: Sequence[Path], *, most: int = 48) -> set[int]:
    """The numbers in up to `most` maps of a list; a palette counts as any number."""
    step = max(len(paths) / most, 1.0)
    found: set[int] = set()
    for path in (paths[int(i * step)] for i in range(min(most, len(paths)))):
        try:
            numbers, is_palette = read_ids(path)
        except DatasetError:
            continue  # one broken map is for its own reader to report
        found |= set(range(IGNORE + 1)) if is_palette else values_of(numbers)
        if not found <= {0, IGNORE}:
            break
    return found


def values_of(numbers: NDArray[np.uint8]) -> set[int]:
    """The different numbers in a map."""
    return set(ids_in(np.ascontiguousarray(numbers)))


def read_label_map(
    path: Path, ignored_ids: Iterable[int] = frozenset(), *, two_valued: bool | None = None
) -> LabelMap:
    """A map of label ids; ignored ids become 255.

    `two_valued` says whether 255 means id 1, as decided for the dataset (`two_valued.py`);
    None decides from this map alone.
    """
    numbers, is_palette = read_ids(path)
    if two_valued is None:
        two_valued = not is_palette and values_of(numbers) == {0, IGNORE}
    table = np.arange(256, dtype=np.uint8)
    if two_valued:
        table[IGNORE] = 1
    table[list(ignored_ids)] = IGNORE
    if two_valued or ignored_ids:
        numbers = table[numbers]
    return LabelMap(numbers)


def write_label_map(path: Path, label_map: LabelMap) -> None:
    """Write a single-channel PNG, pixel value = label id, 255 = ignore."""
    done, data = cv2.imencode(".png", label_map.ids, _UNFILTERED)
    if not done:
        raise DatasetError(f"Cannot encode the label map {path.name}.", hint=_REMAKE)
    write_bytes(path, data.tobytes())


@dataclass(frozen=True, slots=True, eq=False)
class YoloBoxes:
    """Normalised boxes (N, 4) cx cy w h, label ids (N,), scores (N,) that are NaN where a line has
    none, line numbers (N,)."""

    cxcywh: Boxes
    ids: Ids
    scores: Scores
    lines: Ids
    bad: tuple[tuple[int, str], ...] = ()


def parse_yolo(path: Path) -> YoloBoxes:
    """Read `index cx cy w h [score]` lines; `bad` holds (line number, what is wrong)."""
    try:
        text = read_regular(path, MOST_BYTES, DatasetError).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read the label file {path.name}.", hint=_REMAKE) from error
    rows: list[tuple[float, ...]] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        row = _yolo_row(line.split())
        if isinstance(row, str):
            bad.append((number, row))
        else:
            rows.append((number, *row))
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 7)  # line, index, cx, cy, w, h, score
    return YoloBoxes(
        table[:, 2:6].astype(np.float32),
        table[:, 1].astype(np.int64) + 1,
        table[:, 6],
        table[:, 0].astype(np.int64),
        tuple(bad),
    )


def _yolo_row(words: list[str]) -> tuple[float, ...] | str:
    if len(words) not in (5, 6):
        return f"A box line is `index cx cy w h`, not {len(words)} words."
    try:
        # Python would read 1_0 as ten.
        numbers = [float(word.replace("_", "?")) for word in words]
    except ValueError:
        return "A box line holds numbers only."
    if not np.isfinite(numbers).all():
        return "A box line holds finite numbers only."
    if max(map(abs, numbers)) > MOST:
        return f"A box line holds numbers about 0 to 1, and none above {MOST}."
    if numbers[0] != int(numbers[0]) or not 0 <= numbers[0] < IGNORE - 1:
        return f"The index {words[0]} is not a whole number from 0 to 253."
    if numbers[3] <= 0 or numbers[4] <= 0:
        return "The box has no width or no height."
    return (*numbers, *[float("nan")] * (6 - len(numbers)))


def read_yolo_normalised(path: Path) -> tuple[Boxes, Ids]:
    """Boxes (N, 4) cx cy w h in 0..1 and label ids (N,). DatasetError names a bad line."""
    found = _good(path)
    return found.cxcywh, found.ids


def read_yolo(path: Path, size_hw: tuple[int, int]) -> tuple[Boxes, Ids]:
    """Boxes (N, 4) xyxy in pixels, cut to the frame, and label ids (N,)."""
    boxes, ids, _ = read_scored_yolo(path, size_hw)
    return boxes, ids


def read_scored_yolo(path: Path, size_hw: tuple[int, int]) -> tuple[Boxes, Ids, Scores]:
    """The same, and a score (N,) for each: NaN where its line has none."""
    found = _good(path)
    boxes = box_math.scale(box_math.cxcywh_to_xyxy(found.cxcywh), size_hw[1], size_hw[0])
    boxes = box_math.clip(boxes, size_hw)
    solid = box_math.is_solid(boxes)
    return boxes[solid], found.ids[solid], found.scores[solid]


def _good(path: Path) -> YoloBoxes:
    """The lines of a file. DatasetError names one that is bad."""
    found = parse_yolo(path)
    if found.bad:
        number, text = found.bad[0]
        raise DatasetError(f"{path.name}, line {number}: {text}", hint=_REMAKE)
    return found


def write_yolo(
    path: Path,
    boxes: ArrayLike,
    ids: Iterable[int],
    size_hw: tuple[int, int],
    scores: Iterable[float | None] = (),
) -> None:
    """Write boxes (N, 4) xyxy in pixels as YOLO lines, index = label id - 1, with their scores."""
    inside = box_math.clip(boxes, size_hw)
    normal = box_math.xyxy_to_cxcywh(box_math.scale(inside, 1 / size_hw[1], 1 / size_hw[0]))
    lines = [
        f"{label_id - 1} " + " ".join(f"{number:.7g}" for number in row)
        for label_id, row in zip(ids, normal.tolist(), strict=True)
    ]
    ends = ["" if score is None else f" {score:.7g}" for score in scores] or [""] * len(lines)
    write_text(path, "".join(f"{line}{end}\n" for line, end in zip(lines, ends, strict=True)))
