"""Supervisely (read): `meta.json`, and in each dataset `img/X.jpg` with `ann/X.jpg.json`.

Downloaded coordinates are whole: they name pixels. So a rectangle's right and bottom pixel belong
to it (plus one for us), and a polygon's points are centres of pixels (plus a half). Coordinates
with a fraction are those of the labelling tool, which counts as we do. A bitmap's origin is its
top-left pixel. Tags are attributes, of objects and of pictures, as is a description; a shared
`instanceKey` is a group. Source: developer.supervisely.com, "Supervisely annotation format" and
"Coordinate system".
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.formats.adapt import GROUP
from engine.formats.lines import line_along
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.packed_mask import unzip_png
from engine.formats.peek import files_below, peek, spelled
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    items,
    points,
    size_hw,
    split_of,
    table,
    text,
    whole,
)
from engine.formats.registry import Carries, Format, register
from engine.formats.report import Report
from engine.plain_json import read_json
from engine.regions.masks import tight
from engine.sources.folder import natural_key
from engine.values import Box, FrameId, Mask, Polygon, Polyline, Region, Sample

_COLOR = re.compile(r"#([0-9a-fA-F]{6})")
_LOST = {
    "graph": "key points have no area",
    "cuboid": "a cuboid is no flat region",
    "cuboid_2d": "a cuboid is no flat region",
}
_LINES = ("point", "line", "polyline")
_DEPTH = 4
_Pairs = tuple[tuple[str, str], ...]


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A project with its datasets, or one dataset of it."""
    report, ids = Report(), LabelIds()
    meta = next((p for p in _metas(path) if p.is_file()), None)
    if meta is None:
        raise DatasetError(f"There is no meta.json in {path.name}.", hint="It names the classes.")
    _add_classes(read_json(meta), ids, report)
    files: dict[FrameId, Path] = {}
    splits: dict[str, list[FrameId]] = {}
    for folder in _annotation_folders(path):
        places = [options.images] if options.images is not None else []
        names = PictureNames([*places, folder.parent / "img"])
        for file in map(Path, sorted(files_below(folder, (".json",)), key=natural_key)):
            frame_id = FrameId(str(names.place(file.stem)))
            files[frame_id] = file
            if split := split_of(folder.parent):
                splits.setdefault(split, []).append(frame_id)
    if not files:
        raise DatasetError(f"There are no annotations in {path.name}.", hint="They are in `ann`.")

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, files[frame_id], ids, report)

    return OpenDataset(
        tuple(files), ids.labels, read, report, {k: tuple(v) for k, v in splits.items()}
    )


def recognise(path: Path) -> bool:
    """Whether this is a project or one of its datasets."""
    return (
        path.is_dir()
        and any('"classes"' in peek(meta, ".json") for meta in _metas(path))
        and next(_annotation_folders(path), None) is not None
    )


def _metas(path: Path) -> list[Path]:
    return [spelled(folder / "meta.json") for folder in (path, path.parent)]


def _annotation_folders(path: Path) -> Iterator[Path]:
    for place, folders, _ in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "ann" in folders:
            yield Path(place, "ann")
        if len(Path(place).relative_to(path).parts) >= _DEPTH:
            folders.clear()
        folders[:] = [name for name in folders if name not in ("ann", "img")]


def _add_classes(meta: Any, ids: LabelIds, report: Report) -> None:
    try:
        classes = items(table(meta, "meta.json").get("classes"), "its list of classes")
    except ValueError as error:
        hint = "Download the project again."
        raise DatasetError(f"Cannot read meta.json: {error}.", hint=hint) from error
    for found in classes:
        try:
            name = text(table(found, "a class").get("title"))
        except ValueError as error:
            report.skip("meta.json", "class", str(error))
            continue
        match = _COLOR.fullmatch(str(found.get("color", "")))
        red, green, blue = bytes.fromhex(match[1]) if match else (0, 0, 0)
        ids.add(name, (red, green, blue) if match else None)


def _read(frame_id: FrameId, file: Path, ids: LabelIds, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    try:
        content = table(read_json(file), file.name)
        rows = items(content.get("objects", []), "its list of objects")
        size = content.get("size")
        stated = size_hw(size.get("height"), size.get("width")) if isinstance(size, dict) else None
    except ValueError as error:
        raise DatasetError(f"Cannot read {file.name}: {error}.") from error
    for number, found in enumerate(rows, start=1):
        with objects.trying(f"object {number}"):
            row = table(found, "it")
            kind = str(row.get("geometryType") or row.get("shape"))
            region, how = _region(row, kind)
            name = text(row.get("classTitle"))
            if name not in ids:
                raise ValueError(f"meta.json does not name its class {name!r}")
            objects.add(region, ids.id_of(name), how=how, attributes=_attributes(row))
    return objects.sample(stated, _attributes(content))


def _region(row: dict[str, Any], kind: str) -> tuple[Region, str]:
    if kind in _LOST:
        raise ValueError(_LOST[kind])
    if kind == "bitmap":
        return _bitmap(table(row.get("bitmap"), "its bitmap")), ""
    if kind == "alpha_mask":
        how = "an opacity, read as the pixels where there is any"
        return _bitmap(table(row.get("bitmap"), "its bitmap")), how
    if kind not in ("rectangle", "polygon", *_LINES):
        raise ValueError(f"its shape is {kind[:40]!r}")
    place = table(row.get("points"), "its points")
    if kind == "rectangle":
        return _rectangle(items(place.get("exterior"), "its corners")), ""
    if kind in _LINES:
        along = np.array(points(place.get("exterior"), "its line", least=1), dtype=np.float32)
        return line_along(along + np.float32(0.5 if _is_whole(along) else 0)), ""
    exterior = points(place.get("exterior"), "its outline")
    rings = [exterior, *(points(r, "a hole") for r in items(place.get("interior", []), "holes"))]
    found = [np.array(ring, dtype=np.float32) for ring in rings]
    shift = np.float32(0.5 if all(_is_whole(ring) for ring in found) else 0)
    return Polygon(found[0] + shift, tuple(ring + shift for ring in found[1:])), ""


def _rectangle(corners: Sequence[Any]) -> Box:
    found = np.array(points(list(corners), "its corners", least=2), dtype=np.float64)
    if len(corners) != 2:
        raise ValueError(f"it has {len(corners)} corners")
    (x1, y1), (x2, y2) = found.min(axis=0).tolist(), found.max(axis=0).tolist()
    last = 1 if _is_whole(found) else 0
    return Box(x1, y1, x2 + last, y2 + last)


def _is_whole(values: NDArray[Any]) -> bool:
    return bool((values == np.floor(values)).all())


def _bitmap(bitmap: dict[str, Any]) -> Mask:
    origin = items(bitmap.get("origin"), "its origin")
    if len(origin) != 2:
        raise ValueError("its origin has not two numbers")
    left, top = (whole(value, "its origin") for value in origin)
    data = bitmap.get("data")
    if not isinstance(data, str):
        raise ValueError("its bitmap is missing")
    mask = tight(Mask(left, top, unzip_png(data)))
    if mask is None:
        raise ValueError("its bitmap has no pixels")
    return mask


def _attributes(row: dict[str, Any]) -> _Pairs:
    """Tags and a description; what is no tag is left out."""
    found: list[tuple[str, str]] = []
    tags = row.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, dict) and isinstance(tag.get("name"), str) and tag["name"].strip():
            value = tag.get("value")
            found.append((tag["name"], "" if value is None else str(value)))
    if isinstance(row.get("description"), str) and row["description"].strip():
        found.append(("description", row["description"]))
    if isinstance(row.get("instanceKey"), str | int) and not isinstance(row["instanceKey"], bool):
        found.append((GROUP, str(row["instanceKey"])))
    return tuple(found)


register(
    Format(
        "supervisely",
        "Supervisely",
        Carries(
            frozenset({Box, Polygon, Mask, Polyline}),
            attributes=True,
            groups=True,
            sample_attributes=True,
            colors=True,
            lines=True,
        ),
        recognise,
        open_dataset,
    )
)
