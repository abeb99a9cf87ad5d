"""COCO panoptic: one JSON of segments, and for each picture a PNG whose colours are their ids.

The id of a pixel is red + 256 green + 65536 blue (cocodataset.org, "Data format", panoptic). A
segment is a Mask; pixels of the id 0 belong to nobody, and are read as a Region to be ignored.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import AppError, DatasetError
from engine.formats.coco_files import CocoFile, Key, Row, key_of, labels_of, load, picture_folders
from engine.formats.open_dataset import ORIGIN, OpenDataset, ReadOptions
from engine.formats.peek import files_in, peek
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    items,
    size_hw,
    split_of,
    table,
    text,
    whole,
)
from engine.formats.registry import MASKS, Carries, Format, register
from engine.formats.report import Report
from engine.regions.crops import crop, tight
from engine.sources.picture import read_picture
from engine.values import IGNORE, Annotation, FrameId, Mask, Sample

_VOID = 0


@dataclass(frozen=True, eq=False)
class _Entry:
    """A picture: its file, its image there, its segments, and the PNG that shows them."""

    file: CocoFile
    image: Row
    row: Row
    png: Path


def is_panoptic(path: Path) -> bool:
    """Whether a JSON file begins or ends like one of segments."""
    found = peek(path, ".json")
    return found.startswith("{") and ('"segments_info"' in found or '"isthing"' in found)


def recognise(path: Path) -> bool:
    """Whether this is such a file, or a folder with some."""
    return any(is_panoptic(p) for p in _files(path))


def open_panoptic(path: Path, options: ReadOptions) -> OpenDataset:
    """The segments of a file or folder. DatasetError where nothing can be read."""
    found = [p for p in _files(path) if is_panoptic(p) or p == path]
    if not found:
        hint = "Choose the JSON file with images, annotations and segments_info."
        raise DatasetError(f"There is no panoptic COCO file in {path}.", hint=hint)
    report = Report()
    files = load(found, report)
    labels = labels_of(files)
    entries: dict[FrameId, _Entry] = {}
    splits: dict[str, tuple[FrameId, ...]] = {}
    for file in files:
        own = _entries(file, options, report)
        for frame_id in own.keys() & entries.keys():
            report.skip(Path(frame_id.path).name, "segments", f"{file.path.name} has them, too")
        entries |= {i: entry for i, entry in own.items() if i not in entries}
        if len(files) > 1 and split_of(file.path):
            splits[split_of(file.path)] = tuple(own)

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, entries[frame_id], labels, report)

    return OpenDataset(tuple(entries), labels.labels, read, report, splits)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [p for folder in (path, path / "annotations") for p in files_in(folder, ".json")]
    return [p for p in found if is_panoptic(p)]


def _entries(file: CocoFile, options: ReadOptions, report: Report) -> dict[FrameId, _Entry]:
    folders = [options.images] if options.images else picture_folders(file.path)
    pictures, pngs = PictureNames(folders), PictureNames(_png_folders(file.path))
    found: dict[FrameId, _Entry] = {}
    for key, image in file.images.items():
        rows = file.rows.get(key, [])
        try:
            name = text(image.get("file_name"), "its file_name")
            png_name = text(rows[0].get("file_name"), "the name of its PNG") if rows else ""
        except ValueError as error:
            report.skip(file.path.name, f"image {key}", str(error))
            continue
        png = pngs.place(png_name or "none.png")
        picture = pictures.place(name)
        if picture == png:  # met by its stem, as the picture itself is not there
            picture = pictures.folders[0] / Path(name).name
        if not rows:
            report.skip(picture.name, "picture", "the file says nothing of its segments")
            continue
        found[FrameId(str(picture))] = _Entry(file, image, rows[0], png)
    return found


def _png_folders(path: Path) -> list[Path]:
    """COCO keeps the PNGs in a folder of the name of the file."""
    near = (
        (path.parent, path.parent.parent) if path.parent.name == "annotations" else (path.parent,)
    )
    named = [folder / path.stem for folder in near]
    return [folder for folder in named if folder.is_dir()] or [path.parent]


def _read(frame_id: FrameId, entry: _Entry, labels: LabelIds, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    stated = size_hw(entry.image.get("height"), entry.image.get("width"))
    try:
        ids = _ids(entry.png)
    except AppError as error:
        raise DatasetError(f"Nothing is known of {frame_id.path}: {error.message}") from error
    segments: list[Any] = []
    with objects.trying("picture"):
        segments = items(entry.row.get("segments_info"), "segments_info")
    named = {_VOID}
    for segment in segments:
        with objects.trying("segment"):
            row = table(segment, "an entry")
            segment_id = whole(row.get("id"), "its id")
            named.add(segment_id)
            objects.add(_mask(ids, segment_id), _label(row, entry.file, labels), **_fields(row))
    others = set(np.unique(ids).tolist()) - named
    if others:
        objects.skip(
            "segment", f"{entry.png.name} shows it, the file does not name it", len(others)
        )
    void = tight(crop(0, 0, ids == _VOID))
    if void is not None:
        objects.annotations.append(Annotation(void, IGNORE, origin=ORIGIN, z=len(segments)))
    return objects.sample(stated or (ids.shape[0], ids.shape[1]))


def _ids(png: Path) -> NDArray[np.uint32]:
    """The segment of each pixel (H, W)."""
    pixels = read_picture(png).astype(np.uint32)
    return np.asarray(pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2], np.uint32)


def _mask(ids: NDArray[np.uint32], segment_id: int) -> Mask:
    mask = tight(crop(0, 0, ids == segment_id))
    if mask is None:
        raise ValueError(f"no pixel has its id {segment_id}")
    return mask


def _label(row: Row, file: CocoFile, labels: LabelIds) -> int:
    key: Key | None = key_of(row.get("category_id"))
    if key is None or key not in file.categories:
        raise ValueError(f"there is no category with the id {str(row.get('category_id'))[:40]}")
    return labels.id_of(file.categories[key])


def _fields(row: Row) -> dict[str, Any]:
    is_crowd = row.get("iscrowd") not in (None, 0, False)
    return {"attributes": (("iscrowd", "1"),) if is_crowd else ()}


register(
    Format(
        "coco_panoptic",
        "COCO panoptic",
        Carries(MASKS, attributes=frozenset({"iscrowd"}), ignored=True, is_layered=False),
        recognise,
        open_panoptic,
    )
)
