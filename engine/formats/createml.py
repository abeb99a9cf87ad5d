"""CreateML (read): a JSON list of `{"image": name, "annotations": [{"label", "coordinates"}]}`.

Coordinates are `x`, `y` of a box's centre and its `width` and `height`, in pixels from the
picture's top-left corner, so corners are centre minus and plus half: ours. The older names
`imagefilename` and `annotation` are read too. Sizes of pictures are not in the file, so the
pictures have to be there. Source: developer.apple.com, "Building an object detector data source".
"""

from pathlib import Path
from typing import Any

from engine.errors import DatasetError
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_in, peek
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    files_to_read,
    items,
    number,
    split_of,
    table,
    text,
)
from engine.formats.registry import BOXES, Carries, Format, register
from engine.formats.report import Report
from engine.plain_json import read_json
from engine.values import Box, FrameId, Sample

_MOST_BYTES = 512 << 20
_NEAR = ("", "train", "valid", "val", "test")
_PICTURE = ("image", "imagefilename")
_OBJECTS = ("annotations", "annotation")


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A file, or those of a folder and of its splits."""
    report, ids = Report(), LabelIds()
    rows: dict[FrameId, list[Any]] = {}
    splits: dict[str, list[FrameId]] = {}
    for file in files_to_read(path, _files(path), "CreateML file"):
        folders = [options.images] if options.images is not None else []
        names = PictureNames([*folders, file.parent / "images", file.parent])
        content = read_json(file, most=_MOST_BYTES)
        if not isinstance(content, list):
            hint = "CreateML's file is a list of pictures."
            raise DatasetError(f"{file.name} is no list.", hint=hint)
        named: list[tuple[str, list[Any]]] = []
        for place, found in enumerate(content, start=1):
            try:
                image = text(_first(table(found), _PICTURE), "its picture")
                named.append((image, items(_first(found, _OBJECTS), "its list of objects")))
            except ValueError as error:
                report.skip(file.name, f"picture {place}", str(error))
        places = names.places(image for image, _ in named)
        for image, objects in named:
            frame_id = FrameId(str(places[image]))
            rows.setdefault(frame_id, []).extend(objects)
            for row in objects:
                if isinstance(row, dict) and isinstance(row.get("label"), str):
                    ids.add(" ".join(row["label"].split()))
            if split := split_of(file.parent) or split_of(file):
                splits.setdefault(split, []).append(frame_id)

    def read(frame_id: FrameId, report: Report) -> Sample:
        objects = Objects(frame_id, report)
        for place, found in enumerate(rows[frame_id], start=1):
            with objects.trying(f"object {place}"):
                row = table(found)
                label_id = ids.id_of(text(row.get("label")))
                objects.add(_box(table(row.get("coordinates"), "its place")), label_id)
        return objects.sample(None)

    return OpenDataset(
        tuple(rows), ids.labels, read, report, {k: tuple(v) for k, v in splits.items()}
    )


def recognise(path: Path) -> bool:
    """Whether this is CreateML's file, or a folder with one."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if _is_createml(path) else []
    return [p for near in _NEAR for p in files_in(path / near, ".json") if _is_createml(p)]


def _is_createml(path: Path) -> bool:
    found = peek(path, ".json")
    return (
        found.startswith("[")
        and any(f'"{key}"' in found for key in _PICTURE)
        and any(f'"{key}"' in found for key in _OBJECTS)
        and '"coordinates"' in found
    )


def _first(row: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((row[key] for key in keys if key in row), None)


def _box(place: dict[str, Any]) -> Box:
    x, y, width, height = (number(place.get(key), key) for key in ("x", "y", "width", "height"))
    if width <= 0 or height <= 0:
        raise ValueError("it has no area")
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


register(Format("createml", "CreateML JSON", Carries(BOXES), recognise, open_dataset))
