"""YOLO: one text file of lines for each picture, as boxes, outlines or rotated boxes.

Lines and their coordinates: `yolo_lines.py`; folders and names: `yolo_files.py`. All three kinds
are read alike, line by line. A picture without a label file was not looked at; one with an empty
file shows nothing of the labels.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from engine import endings
from engine.errors import AppError
from engine.files import write_text
from engine.formats.labels_file import default_label
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.picture_names import written_name
from engine.formats.read_sample import LabelIds, Objects, picture_hw
from engine.formats.registry import BOXES, OUTLINES, Carries, Format, register
from engine.formats.report import Report
from engine.formats.yolo_files import (
    IMAGES,
    LABELS,
    NAMES_FILES,
    YoloFiles,
    find_files,
    first_lines,
    has_keypoints,
    read_text,
    whole_lines,
    yaml_of,
)
from engine.formats.yolo_lines import line_of, read_line
from engine.formats.yolo_names import Names
from engine.labels import is_background
from engine.values import IGNORE, FrameId, Label, Sample, SampleState

_PARALLEL = 2e-3
"""By how much of the picture's size the corners of a rotated box may be off."""
_MOSTLY = 0.8
"""The share of lines that must be right for a file to be one of labels."""
_BOX, _OUTLINE, _TURNED = "yolo", "yolo_seg", "yolo_obb"


def recognise(name: str, path: Path) -> bool:
    """Whether these are label files of this kind, told from some of their lines."""
    lines = first_lines(path)
    if not lines or has_keypoints(path):
        return name == _BOX and yaml_of(path) is not None
    is_said = yaml_of(path) is not None  # Then a damaged line is one of a label file all the same.
    return _kind_of(lines, 0.0 if is_said else _MOSTLY) == name


def kind_of_file(path: Path) -> str:
    """The name of the Format that the label file of one picture is of; empty for none."""
    if path.suffix.lower() != endings.LIST or path.name.lower() in NAMES_FILES:
        return ""
    lines = [line.split() for line in whole_lines(path)]
    return _kind_of(lines) if lines else ""


def open_yolo(path: Path, options: ReadOptions) -> OpenDataset:
    """The pictures of a data.yaml or a folder. DatasetError where nothing can be read."""
    report = Report()
    files = find_files(path, options.images, report)
    names = files.names if files.names is not None else _numbered(files)
    labels = LabelIds()
    for _, label in sorted(names.items(), key=lambda item: item[0]):
        if label is not None:
            labels.add(label.name, label.color if any(label.color) else None)
    frames = {FrameId(str(picture)): path for picture, path in files.labels.items()}
    unlabelled = frozenset(frame_id for frame_id, path in frames.items() if not path.is_file())
    if unlabelled:
        report.notes.append(f"Pictures without a label file: {len(unlabelled)}.")

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, frames[frame_id], (names, labels, files.keypoints), report)

    splits = {s: tuple(FrameId(str(p)) for p in pictures) for s, pictures in files.splits.items()}
    return OpenDataset(tuple(frames), labels.labels, read, report, splits, unlabelled=unlabelled)


def _read(
    frame_id: FrameId,
    path: Path,
    said: tuple[Names, LabelIds, tuple[int, int]],
    report: Report,
) -> Sample:
    objects = Objects(frame_id, report)
    size_hw = picture_hw(frame_id, None, report)
    is_labelled = path.is_file()
    names, labels, keypoints = said
    for number, line in enumerate(read_text(path).splitlines() if is_labelled else (), start=1):
        if not line.strip():
            continue
        with objects.trying(f"line {number}"):
            found = read_line(line.split(), size_hw, keypoints)
            if found.index not in names:
                raise ValueError(f"no label has the index {found.index}")
            label = names[found.index]
            label_id = labels.id_of(label.name) if label is not None else IGNORE
            objects.add(found.region, label_id, score=found.score, attributes=found.attributes)
    sample = objects.sample(size_hw)
    return sample if is_labelled else replace(sample, state=SampleState.NEW)


def _numbered(files: YoloFiles) -> Names:
    """A label for each index in the label files, where nothing names them."""
    found: set[int] = set()
    for path in files.labels.values():
        try:
            lines = read_text(path).splitlines() if path.is_file() else []
        except AppError:
            continue  # for `read` to say
        words = {line.split()[0] for line in lines if line.strip()}
        found |= {int(word) for word in words if word.isdecimal() and len(word) < 4}
    return {index: replace(default_label(1), name=f"label_{index + 1}") for index in sorted(found)}


def _kind_of(lines: Sequence[list[str]], least: float = _MOSTLY) -> str:
    """Which of the three kinds these lines are; empty for something else."""
    rows = [row for row in map(_numbers, lines) if row is not None]
    if not rows or len(rows) < least * len(lines):
        return ""
    if all(len(row) <= 6 for row in rows):
        return _BOX
    if all(len(row) in (9, 10) and _is_turned_box(row[1:9].reshape(4, 2)) for row in rows):
        return _TURNED
    return _OUTLINE


def _numbers(words: Sequence[str]) -> NDArray[np.float64] | None:
    """The numbers of a line that may be one of a label file."""
    try:
        row = np.array([float(word) for word in words], dtype=np.float64)
    except ValueError:
        return None
    is_line = len(row) >= 5 and np.isfinite(row).all() and row[0] == np.floor(row[0]) >= 0
    return row if is_line else None


def _is_turned_box(corners: NDArray[np.float64]) -> bool:
    """Whether four points are a parallelogram, as a box is however its picture is scaled."""
    return bool(np.abs(corners[0] + corners[2] - corners[1] - corners[3]).max() < _PARALLEL)


class _YoloWriter:
    """images/SPLIT and labels/SPLIT, a data.yaml and the same names in classes.txt."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = [label for label in labels if not is_background(label)]
        self._indices = {label.id: index for index, label in enumerate(self._labels)}
        self._splits: set[str] = set()

    def picture_place(self, name: str, split: str) -> PurePath:
        """Below images, in the folder of its split."""
        return PurePath(IMAGES, split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Write the label file of one Sample, empty where it shows nothing."""
        self._splits.add(split)
        name = Path(written_name(picture, self._folder / IMAGES / split))
        inner = Path(name.name) if name.is_absolute() else name
        lines = [
            line_of(self._indices[a.label_id], a.region, sample.size_hw) + "\n"
            for a in sorted(sample.annotations, key=lambda a: a.z)
        ]
        path = self._folder / LABELS / split / inner.with_suffix(".txt")
        write_text(path, "".join(lines))

    def finish(self) -> None:
        """Write the names, and where the pictures of each split are."""
        parts = {s: f"{IMAGES}/{s}" if s else IMAGES for s in self._splits}
        first = parts.get("train") or next(iter(parts.values()), IMAGES)
        # Programs that train want both, whatever there is.
        places = {"train": first, "val": first} | {s: p for s, p in parts.items() if s}
        names = [" ".join(label.name.split()) for label in self._labels]
        lines = [f"{split}: {place}" for split, place in places.items()]
        lines += [f"nc: {len(names)}", "names:" if names else "names: []"]
        lines += [f"  {i}: {json.dumps(name, ensure_ascii=False)}" for i, name in enumerate(names)]
        write_text(self._folder / "data.yaml", "".join(f"{line}\n" for line in lines))
        write_text(self._folder / "classes.txt", "".join(f"{name}\n" for name in names))


def _register(name: str, text: str, carries: Carries) -> None:
    own: Callable[[Path], bool] = partial(recognise, name)
    register(Format(name, text, carries, own, open_yolo, _YoloWriter))


_NEAR = 1e-3
_register(_BOX, "YOLO", Carries(BOXES, is_clipped=True, precision=_NEAR))
_register(
    _OUTLINE,
    "YOLO outlines",
    Carries(OUTLINES, holes=False, is_clipped=True, precision=_NEAR),
)
_register(
    _TURNED,
    "YOLO rotated boxes",
    Carries(OUTLINES, holes=False, ring_points=4, precision=_NEAR),
)
