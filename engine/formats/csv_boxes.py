"""CSV of boxes: `filename,width,height,class,xmin,ymin,xmax,ymax`, or RetinaNet's rows.

A header is told by its names, in any order and with any of the usual ones (`image`, `label`, `x1`,
`x_min` ...); a file without one has RetinaNet's rows `path,x1,y1,x2,y2,class`, in which a picture
without objects has empty fields. Commas, semicolons or TABs separate. Corners are in pixels from
the picture's top-left corner, used as they are by the tools that read these files: they are ours.
Written is the first form, TensorFlow's, one file or one for each split; a picture without objects
has no row. Source: the object detection API's `generate_tfrecord` samples; keras-retinanet.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.csv_rows import Row, delimiter_of, read_rows
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_in, peek
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    files_to_read,
    number,
    size_hw,
    split_of,
    text,
)
from engine.formats.registry import BOXES, Carries, Format, register
from engine.formats.report import Report
from engine.values import Box, FrameId, Label, Sample

HEADER = ("filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax")
_PLAIN = ("filename", "xmin", "ymin", "xmax", "ymax", "class")
_NAMES = {
    "filename": ("filename", "file", "image", "image_path", "path", "image_name", "file_name"),
    "width": ("width", "image_width", "img_width"),
    "height": ("height", "image_height", "img_height"),
    "class": ("class", "label", "class_name", "name", "category", "label_name"),
    "xmin": ("xmin", "x_min", "x1", "left"),
    "ymin": ("ymin", "y_min", "y1", "top"),
    "xmax": ("xmax", "x_max", "x2", "right"),
    "ymax": ("ymax", "y_max", "y2", "bottom"),
    "score": ("score", "confidence"),
}
_PARTS = ("", "train", "valid", "val", "test")
"""Folders that have a file each, as Roboflow writes them."""
_COLUMNS = {other: name for name, others in _NAMES.items() for other in others}
_HINT = f"A file of boxes begins with {','.join(HEADER)}."


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a value stands in a row."""

    places: dict[str, int]

    def of(self, fields: Sequence[str], name: str) -> str:
        """The value of this name; empty where the row or the file has none."""
        place = self.places.get(name, len(fields))
        return fields[place] if place < len(fields) else ""


def columns_of(fields: Sequence[str]) -> _Columns | None:
    """The columns that a header names; None for anything else."""
    places: dict[str, int] = {}
    for place, field in enumerate(fields):
        name = _COLUMNS.get(field.strip().lower().replace(" ", "_"))
        if name is not None:
            places.setdefault(name, place)
    return _Columns(places) if all(name in places for name in _PLAIN) else None


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A file, or those of a folder and of its parts."""
    report, ids = Report(), LabelIds()
    rows: dict[FrameId, list[tuple[_Columns, Row, str]]] = {}
    splits: dict[str, list[FrameId]] = {}
    for file in files_to_read(path, _files(path), "CSV file of boxes"):
        folders = [options.images] if options.images is not None else []
        near = [p for p in (file.parent / "images", file.parent / file.stem) if p.is_dir()]
        names = PictureNames([*folders, *near, file.parent])
        found = [
            (columns.of(row[1], "filename").replace("\0", ""), columns, row)
            for columns, row in _rows(file)
        ]
        places = names.places(name for name, _, _ in found if name)
        known = {name: FrameId(str(place)) for name, place in places.items()}
        for name, columns, row in found:
            if not name:
                report.skip(file.name, f"line {row[0]}", "it names no picture")
                continue
            rows.setdefault(known[name], []).append((columns, row, file.name))
            if label := " ".join(columns.of(row[1], "class").split()):
                ids.add(label)
        if split := split_of(file) or split_of(file.parent):
            splits.setdefault(split, []).extend(known.values())

    def read(frame_id: FrameId, report: Report) -> Sample:
        objects = Objects(frame_id, report)
        for columns, (line, fields), file_name in rows[frame_id]:
            if any(columns.of(fields, name) for name in _PLAIN[1:]):
                with objects.trying(f"{file_name}, line {line}"):
                    _add(objects, columns, fields, ids)
        columns, (_, fields), _ = rows[frame_id][0]
        return objects.sample(size_hw(columns.of(fields, "height"), columns.of(fields, "width")))

    return OpenDataset(
        tuple(rows),
        ids.labels,
        read,
        report,
        {k: tuple(dict.fromkeys(v)) for k, v in splits.items()},
    )


def recognise(path: Path) -> bool:
    """Whether this is a file of boxes, or a folder with one."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if _is_boxes(path) else []
    return [p for part in _PARTS for p in files_in(path / part, ".csv") if _is_boxes(p)]


def _is_boxes(path: Path) -> bool:
    first = peek(path, ".csv").partition("\n")[0].strip()
    fields = [f.strip().strip('"') for f in first.split(delimiter_of(first))]
    if len(fields) == len(_PLAIN) and PurePath(fields[0]).suffix:
        return all(not f or _is_number(f) for f in fields[1:5])
    return columns_of(fields) is not None


def _is_number(field: str) -> bool:
    try:
        number(field)
    except ValueError:
        return False
    return True


def _rows(file: Path) -> Iterator[tuple[_Columns, Row]]:
    plain = _Columns({name: i for i, name in enumerate(_PLAIN)})
    columns: _Columns | None = None
    for row in read_rows(file):
        if columns is None:
            columns = columns_of(row[1])
            if columns is not None:
                continue
            if len(row[1]) != len(_PLAIN):
                raise DatasetError(f"{file.name}, line 1: no columns of boxes.", hint=_HINT)
            columns = plain
        yield columns, row


def _add(objects: Objects, columns: _Columns, fields: Sequence[str], ids: LabelIds) -> None:
    label_id = ids.id_of(text(columns.of(fields, "class")))
    x1, y1, x2, y2 = (number(columns.of(fields, k), k) for k in ("xmin", "ymin", "xmax", "ymax"))
    if x1 >= x2 or y1 >= y2:
        raise ValueError("it has no area")
    score = columns.of(fields, "score")
    objects.add(Box(x1, y1, x2, y2), label_id, score=number(score, "score") if score else None)


class CsvWriter:
    """`annotations.csv`, or one file named after each split."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = {label.id: " ".join(label.name.split()) for label in labels}
        self._rows: dict[str, list[tuple[object, ...]]] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """Pictures lie in `images/`, those of a split in a folder of its own."""
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """A row for each box."""
        rows = self._rows.setdefault(split, [HEADER])
        images = self._folder / "images"
        is_inside = picture.is_relative_to(images)
        name = picture.relative_to(images).as_posix() if is_inside else picture.name
        height, width = sample.size_hw
        for annotation in sorted(sample.annotations, key=lambda a: a.z):
            assert isinstance(annotation.region, Box)
            corners = (_written(value) for value in annotation.region.xyxy)
            rows.append((name, width, height, self._labels[annotation.label_id], *corners))

    def finish(self) -> None:
        """Write the files."""
        for split, rows in self._rows.items():
            content = io.StringIO()
            csv.writer(content, lineterminator="\n").writerows(rows)
            write_text(self._folder / f"{split or 'annotations'}.csv", content.getvalue())


def _written(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


register(
    Format(
        "csv",
        "CSV of boxes",
        Carries(BOXES, is_empty=False, names=False, precision=1e-3),
        recognise,
        open_dataset,
        CsvWriter,
    )
)
