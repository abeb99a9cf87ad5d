"""COCO JSON: instances in one file or several, and results, whose images another file names.

Coordinates and attributes: `coco_objects.py`. Category ids may have gaps; labels are numbered in
the order of the file. Of an image its license (by name), addresses and other keys are kept as
attributes of the picture. What a file says of itself, and the categories above a category, are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.coco_files import (
    MOST_BYTES,
    CocoFile,
    Key,
    Row,
    file_name,
    files_of,
    grouped,
    is_coco,
    is_results,
    key_of,
    labels_of,
    load,
    picture_folders,
)
from engine.formats.coco_objects import DIGITS, fields_in, regions_in, row_of
from engine.formats.json_texts import by_key, text_of, value_of
from engine.formats.objects import objects_of
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.picture_names import PictureNames, written_name
from engine.formats.read_sample import LabelIds, Objects, size_hw
from engine.formats.registry import Carries, Format, register
from engine.formats.report import Report
from engine.labels import is_background
from engine.plain_json import dumps, read_json
from engine.values import Box, FrameId, Label, Mask, Polygon, Sample

_IMAGE_KEYS = {"id", "file_name", "height", "width", "attributes", "license"}
_WRITTEN_KEYS = ("flickr_url", "coco_url", "date_captured")
_LICENSE = "license"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A picture, with the file that names it and the ids it has there."""

    file: CocoFile
    keys: list[Key]


class ReferenceMissingError(DatasetError):
    """Results need the dataset that they belong to, and it is not beside them."""


def recognise(path: Path) -> bool:
    """Whether this is a file of objects, a folder with some, or a file of results."""
    return any(is_coco(p) for p in files_of(path)) or is_results(path)


def open_coco(path: Path, options: ReadOptions) -> OpenDataset:
    """The objects of a file or folder. DatasetError where nothing can be read."""
    report = Report()
    is_predicted = is_results(path)
    if is_predicted:
        files = [_results(path, options, report)]
    else:
        found = files_of(path)
        if not found:
            hint = "Choose a JSON file with images, annotations and categories."
            raise DatasetError(f"There is no COCO file in {path}.", hint=hint)
        files = [load(p, report) for p in found]
        if path.is_dir():
            report.notes.append(f"Read {', '.join(p.name for p in found)}.")
    labels = labels_of(files)
    entries: dict[FrameId, _Entry] = {}
    splits: dict[str, list[FrameId]] = {}
    for file in files:
        own = _add_images(file, options, entries, report)
        if file.split and len(files) > 1:
            splits.setdefault(file.split, []).extend(own)

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, entries[frame_id], labels, report)

    named = {split: tuple(ids) for split, ids in splits.items()}
    return OpenDataset(
        tuple(entries), labels.labels, read, report, named, is_predicted=is_predicted
    )


def _add_images(
    file: CocoFile, options: ReadOptions, entries: dict[FrameId, _Entry], report: Report
) -> list[FrameId]:
    """The pictures of a file that no file before has named."""
    folders = [options.images] if options.images else picture_folders(file.path)
    named: dict[Key, str] = {}
    added: list[FrameId] = []
    for key, row in file.images.items():
        try:
            named[key] = file_name(row)
        except ValueError as error:
            count = max(len(file.rows.get(key, ())), 1)
            report.skip(file.path.name, f"image {key}", str(error), count)
    places = PictureNames(folders).places(named.values())
    for key, name in named.items():
        frame_id = FrameId(str(places[name]))
        found = entries.get(frame_id)
        if found is None:
            entries[frame_id] = _Entry(file, [key])
            added.append(frame_id)
        elif found.file is file:
            found.keys.append(key)
        else:
            why = f"{found.file.path.name} has labelled this picture already"
            report.skip(name, "objects", why, len(file.rows.get(key, ())))
    return added


def _results(path: Path, options: ReadOptions, report: Report) -> CocoFile:
    """The objects of a file of results, in the images of the dataset that they belong to."""
    rows = read_json(path, most=MOST_BYTES)
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    keys = {key_of(row.get("image_id")) for row in rows}
    given = options.reference
    near = [p for folder in (path.parent, path.parent.parent) for p in files_of(folder)]
    for candidate in files_of(given) if given else near:
        ignored = Report()
        file = load(candidate, ignored)
        if given or keys <= set(file.images):
            report.notes.append(f"Images and categories are those of {candidate.name}.")
            return replace(file, rows=grouped(rows, file.images, path, report))
    hint = "Put the COCO file that names the images and categories beside it, or say where it is."
    raise ReferenceMissingError(f"Nothing says which images {path.name} means.", hint=hint)


def _read(frame_id: FrameId, entry: _Entry, labels: LabelIds, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    image = entry.file.images[entry.keys[0]]
    stated = size_hw(image.get("height"), image.get("width"))
    for row in (row for key in entry.keys for row in entry.file.rows.get(key, ())):
        with objects.trying(f"object {str(row.get('id', ''))[:40]}".strip()):
            key = key_of(row.get("category_id"))
            if key is None or key not in entry.file.categories:
                shown = str(row.get("category_id"))[:40]
                raise ValueError(f"there is no category with the id {shown}")
            label_id = labels.id_of(entry.file.categories[key])
            regions, how = regions_in(row, stated)
            objects.add(regions, label_id, how=how, **fields_in(row, len(regions)))
    return objects.sample(stated, _attributes(image, entry.file))


def _attributes(image: Row, file: CocoFile) -> list[tuple[str, str]]:
    texts = {key: text_of(value) for key, value in image.items() if key not in _IMAGE_KEYS}
    own = image.get("attributes")
    if isinstance(own, dict):
        texts |= {key: text_of(value) for key, value in own.items()}
    license_key = key_of(image.get(_LICENSE))
    if license_key is not None and file.licenses.get(license_key):
        texts[_LICENSE] = file.licenses[license_key]
    return list(texts.items())


class _CocoWriter:
    """One file for each split in annotations/, the pictures below images/."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder, self._labels = folder, labels
        self._images: dict[str, list[Row]] = {}
        self._rows: dict[str, list[str]] = {}
        self._licenses: dict[str, int] = {}
        self._used: set[int] = set()
        self._count = self._pictures = 0

    def picture_place(self, name: str, split: str) -> PurePath:
        """Below images, in the folder of its split."""
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Write one Sample, in memory until the end."""
        self._pictures += 1
        name = written_name(picture, self._folder / "images" / split)
        self._images.setdefault(split, []).append(self._image(sample, name))
        rows = self._rows.setdefault(split, [])
        for parts in objects_of(sample.annotations):
            self._count += 1
            label_id = parts[0].label_id
            self._used.add(label_id)
            ids = {"id": self._count, "image_id": self._pictures, "category_id": label_id}
            rows.append(dumps({**ids, **row_of(parts, sample.size_hw)}))

    def finish(self) -> None:
        """Write the files."""
        for split, images in self._images.items():
            name = f"instances_{split or 'default'}.json"  # other programs want a split
            content = {
                "info": {"description": "Written by Maskloop"},
                "licenses": [{"id": i, "name": t, "url": ""} for t, i in self._licenses.items()],
                "images": images,
                "categories": self._categories(),
            }
            text = dumps(content)[:-1] + ', "annotations": [\n'
            text += ",\n".join(self._rows[split]) + "\n]}\n"
            write_text(self._folder / "annotations" / name, text)

    def _image(self, sample: Sample, name: str) -> Row:
        height, width = sample.size_hw
        row: Row = {"id": self._pictures, "file_name": name, "height": height, "width": width}
        texts = by_key(sample.attributes)
        if _LICENSE in texts:
            row[_LICENSE] = self._licenses.setdefault(texts.pop(_LICENSE), len(self._licenses) + 1)
        for key in _WRITTEN_KEYS:
            if key in texts:
                row[key] = texts.pop(key)
        if texts:
            row["attributes"] = {key: value_of(value) for key, value in texts.items()}
        return row

    def _categories(self) -> list[dict[str, Any]]:
        return [
            {"id": label.id, "name": label.name, "supercategory": "", "color": list(label.color)}
            for label in self._labels
            if label.id in self._used or not is_background(label)
        ]


register(
    Format(
        "coco",
        "COCO JSON",
        Carries(
            frozenset({Box, Mask, Polygon}),
            holes=False,
            scores=True,
            tracks=True,
            attributes=True,
            groups=True,
            sample_attributes=True,
            colors=True,
            precision=10.0**-DIGITS,
        ),
        recognise,
        open_coco,
        _CocoWriter,
    )
)
