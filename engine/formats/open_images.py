"""Open Images (read): `X-annotations-bbox.csv` with `class-descriptions-boxable.csv`.

    ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,...

A picture is `ImageID.jpg`, anywhere below the folder; rows of pictures that are not there are
counted and left out, as a part of the dataset is the rule. Corners are fractions of the picture's
width and height: XMax = 1 is its right edge, so times the size they are ours. `Is...` that are 1
are attributes under their own names; a Confidence below 1 is a score. Descriptions name the codes
(`/m/01g317,Person`). Source: storage.googleapis.com/openimages, "Data formats".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DatasetError
from engine.formats.csv_rows import read_rows
from engine.formats.namesakes import told_apart
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_in, peek
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    files_to_read,
    number,
    picture_hw,
    split_of,
    text,
)
from engine.formats.registry import BOXES, Carries, Format, register
from engine.formats.report import Report
from engine.sources.folder import list_pictures
from engine.values import Box, FrameId, Sample

_NEEDED = ("ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax")
_DESCRIPTIONS = "class-descriptions"
_MOST_BYTES = 4 << 30  # the training set's file has 14.6 million rows
_NEAR = ("", "annotations", "labels", "metadata", "csv")


@dataclass(frozen=True, slots=True)
class _Row:
    """One box as it is written."""

    line: int
    code: str
    corners: tuple[str, ...]
    confidence: str
    flags: tuple[str, ...]


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A file of boxes, or those of a folder."""
    files = files_to_read(path, _files(path), "CSV file of boxes of Open Images")
    root = path if path.is_dir() else path.parent
    images = options.images or root
    stems = {Path(p).stem: p for p in list_pictures(images, recursive=True)}
    described = _descriptions(root)
    report, ids = Report(), LabelIds()
    rows: dict[FrameId, list[_Row]] = {}
    splits: dict[str, list[FrameId]] = {}
    for file in files:
        found = _read(file, stems, report)
        for frame_id, more in found.items():
            rows.setdefault(frame_id, []).extend(more)
        if split := split_of(file):
            splits.setdefault(split, []).extend(found)
    if not rows:
        hint = "Pictures are named ImageID.jpg; say where they are."
        raise DatasetError(f"No picture of {files[0].name} is there.", hint=hint)

    codes = dict.fromkeys(row.code for found in rows.values() for row in found)
    names, remarks = told_apart({c: described.get(c, c) for c in codes}, root.name)
    report.converted += remarks
    for name in names.values():
        ids.add(name)

    def read(frame_id: FrameId, report: Report) -> Sample:
        objects = Objects(frame_id, report)
        height, width = picture_hw(frame_id, None, report)
        for row in rows[frame_id]:
            with objects.trying(f"line {row.line}"):
                label_id = ids.id_of(text(names[row.code]))
                x1, x2, y1, y2 = (number(c, "a corner") for c in row.corners)
                if x1 >= x2 or y1 >= y2:
                    raise ValueError("it has no area")
                score = number(row.confidence or 1, "Confidence")
                box = Box(x1 * width, y1 * height, x2 * width, y2 * height)
                attributes = tuple((flag, "1") for flag in row.flags)
                objects.add(
                    box, label_id, attributes=attributes, score=score if score < 1 else None
                )
        return objects.sample(None)

    return OpenDataset(
        tuple(rows), ids.labels, read, report, {k: tuple(v) for k, v in splits.items()}
    )


def recognise(path: Path) -> bool:
    """Whether this is a file of boxes of Open Images, or a folder with one."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if _is_boxes(path) else []
    return [p for near in _NEAR for p in files_in(path / near, ".csv") if _is_boxes(p)]


def _is_boxes(path: Path) -> bool:
    fields = peek(path, ".csv").partition("\n")[0].strip().split(",")
    return all(name in fields for name in _NEEDED)


def _descriptions(root: Path) -> dict[str, str]:
    """Names by code."""
    found: dict[str, str] = {}
    for near in _NEAR:
        for file in files_in(root / near, ".csv"):
            if _DESCRIPTIONS in file.name:
                for _, fields in read_rows(file):
                    if len(fields) > 1 and (name := " ".join(fields[1].split())):
                        found[fields[0]] = name
    return found


def _read(file: Path, stems: dict[str, str], report: Report) -> dict[FrameId, list[_Row]]:
    """The rows of the pictures that are there."""
    rows: dict[FrameId, list[_Row]] = {}
    absent: set[str] = set()
    lost = 0
    columns: dict[str, int] = {}
    for line, fields in read_rows(file, _MOST_BYTES):
        if not columns:
            columns = {name: i for i, name in enumerate(fields)}
            if not all(name in columns for name in _NEEDED):
                raise DatasetError(f"{file.name}, line {line}: no columns of boxes.")
            continue
        image = _field(fields, columns, "ImageID")
        if image not in stems:
            absent.add(image)
            lost += 1
            continue
        flags = (n for n in columns if n.startswith("Is") and _field(fields, columns, n) == "1")
        corners = tuple(_field(fields, columns, name) for name in _NEEDED[2:])
        code = _field(fields, columns, "LabelName")
        row = _Row(line, code, corners, _field(fields, columns, "Confidence"), tuple(flags))
        rows.setdefault(FrameId(stems[image]), []).append(row)
    if lost:
        why = f"{len(absent)} pictures of the file are not there"
        report.skip(file.name, "boxes", why, lost)
    return rows


def _field(fields: Sequence[str], columns: dict[str, int], name: str) -> str:
    place = columns.get(name, len(fields))
    return fields[place] if place < len(fields) else ""


register(
    Format(
        "openimages",
        "Open Images CSV",
        Carries(BOXES, scores=True, attributes=True, is_empty=False),
        recognise,
        open_dataset,
    )
)
