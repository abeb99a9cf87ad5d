"""COCO JSON: instances in one file or several, and results, whose images another file names.

Coordinates and attributes: `coco_objects.py`; ids, which are given again: `coco_ids.py`. Category
ids may have gaps; labels are numbered in the order of the file. Of an image its license (by name),
addresses and other keys are kept as attributes of the picture. What a file says of itself, and the
categories above a category, are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import DatasetError
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
from engine.formats.coco_ids import IMAGE, id_with, number_of
from engine.formats.coco_objects import DIGITS, OWN_GROUP, fields_in, regions_in
from engine.formats.coco_writer import LICENSE, CocoWriter
from engine.formats.json_texts import text_of
from engine.formats.label_notes import LabelNotes
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import LabelIds, Objects, size_hw
from engine.formats.registry import Carries, Format, register
from engine.formats.report import Report
from engine.plain_json import read_json
from engine.values import Box, FrameId, Mask, Polygon, Sample
from engine.words import counted

_IMAGE_KEYS = {"id", "file_name", "height", "width", "attributes", "license"}


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
        files = load(found, report)
        if path.is_dir():
            report.notes.append(f"Read {', '.join(p.name for p in found)}.")
    if texts := [str(k) for file in files for k in file.images if number_of(k) is None]:
        images = counted(len(texts), "image")
        note = (
            f"{images} with ids that are no numbers (as {texts[0][:40]}): exports number them anew."
        )
        report.notes.append(note)
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
        tuple(entries),
        labels.labels,
        read,
        report,
        named,
        is_predicted=is_predicted,
        notes=LabelNotes(numbers=_numbers(files, labels)),
    )


def _numbers(files: Sequence[CocoFile], labels: LabelIds) -> dict[int, int]:
    """The category ids that are numbers, by label; the first file counts."""
    return {
        labels.id_of(name): number
        for file in reversed(files)
        for key, name in reversed(file.categories.items())
        if name in labels and (number := number_of(key)) is not None
    }


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
    for row in rows:
        row.pop("id", None)  # That would be of no object of the dataset.
    keys = {key_of(row.get("image_id")) for row in rows}
    given = options.reference
    near = [p for folder in (path.parent, path.parent.parent) for p in files_of(folder)]
    for candidate in files_of(given) if given else near:
        ignored = Report()
        (file,) = load([candidate], ignored)
        if given or keys <= set(file.images):
            report.notes.append(f"Images and categories are those of {candidate.name}.")
            return replace(file, rows=grouped(rows, file.images, path, report))
    hint = "Put the COCO file that names the images and categories beside it, or say where it is."
    raise ReferenceMissingError(f"Nothing says which images {path.name} means.", hint=hint)


def _read(frame_id: FrameId, entry: _Entry, labels: LabelIds, report: Report) -> Sample:
    objects, named, groups = Objects(frame_id, report), set[int](), set[str]()
    image = entry.file.images[entry.keys[0]]
    stated = size_hw(image.get("height"), image.get("width"))
    rows = (row for key in entry.keys for row in entry.file.rows.get(key, ()))
    for place, row in enumerate(rows, start=1):
        with objects.trying(f"object {str(row.get('id', ''))[:40]}".strip()):
            key = key_of(row.get("category_id"))
            if key is None or key not in entry.file.categories:
                shown = str(row.get("category_id"))[:40]
                raise ValueError(f"there is no category with the id {shown}")
            label_id = labels.id_of(entry.file.categories[key])
            regions, how = regions_in(row, stated)
            first = len(objects.annotations)
            group = f"{OWN_GROUP}{row.get('id', '')}"
            if group == OWN_GROUP or group in groups:  # People number by hand, or not at all.
                group = f"{OWN_GROUP} row {place}"
            groups.add(group)
            fields = fields_in(row, group if len(regions) > 1 else "")
            objects.add(regions, label_id, how=how, **fields)
            number = number_of(key_of(row.get("id")))
            if number is not None and number not in named:
                named.add(number)
                own = replace(objects.annotations[first], id=id_with(number))
                objects.annotations[first] = own
    return objects.sample(stated, _attributes(image, entry.file))


def _attributes(image: Row, file: CocoFile) -> list[tuple[str, str]]:
    texts = {key: text_of(value) for key, value in image.items() if key not in _IMAGE_KEYS}
    own = image.get("attributes")
    if isinstance(own, dict):
        texts |= {key: text_of(value) for key, value in own.items()}
    license_key = key_of(image.get(LICENSE))
    if license_key is not None and file.licenses.get(license_key):
        texts[LICENSE] = file.licenses[license_key]
    if (number := number_of(key_of(image.get("id")))) is not None:
        texts[IMAGE] = str(number)
    return list(texts.items())


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
        CocoWriter,
    )
)
