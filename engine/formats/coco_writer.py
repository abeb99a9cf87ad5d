"""Writes COCO JSON: one file for each split in annotations/, the pictures below images/."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from engine.files import write_text
from engine.formats.coco_ids import IMAGE, Numbers, number_in, number_of
from engine.formats.coco_objects import row_of
from engine.formats.json_texts import by_key, value_of
from engine.formats.label_notes import NO_NOTES, LabelNotes
from engine.formats.objects import objects_of
from engine.formats.picture_names import written_name
from engine.labels import is_background
from engine.plain_json import dumps
from engine.values import Label, Sample

LICENSE = "license"
_KEYS = ("flickr_url", "coco_url", "date_captured")

Row = dict[str, Any]


@dataclass(slots=True)
class _File:
    """What one file gets: images and objects, and the ids that they have had before.

    An object is the place of its image, its label, and the text of all else.
    """

    images: list[Row] = field(default_factory=list)
    image_ids: list[int | None] = field(default_factory=list)
    objects: list[tuple[int, int, str]] = field(default_factory=list)
    object_ids: list[int | None] = field(default_factory=list)


class CocoWriter:
    """Keeps all in memory until the end, when it is known which ids are free."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder, self._labels = folder, labels
        self._files: defaultdict[str, _File] = defaultdict(_File)
        self._licenses: dict[str, int] = {}
        self._used: set[int] = set()
        self._notes = NO_NOTES

    def take_notes(self, notes: LabelNotes) -> None:
        """Categories keep their ids."""
        self._notes = notes

    def picture_place(self, name: str, split: str) -> PurePath:
        """Below images, in the folder of its split."""
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One Sample, in memory until the end."""
        file, texts = self._files[split], by_key(sample.attributes)
        name = written_name(picture, self._folder / "images" / split)
        file.image_ids.append(number_of(texts.pop(IMAGE, "")))
        file.images.append(self._image(sample, name, texts))
        for parts in objects_of(sample.annotations):
            known = (number_in(part.id) for part in parts)
            file.object_ids.append(next((number for number in known if number is not None), None))
            label_id, text = parts[0].label_id, dumps(row_of(parts, sample.size_hw))
            file.objects.append((len(file.images) - 1, label_id, text))
            self._used.add(label_id)

    def finish(self) -> None:
        """Write the files."""
        files = self._files.values()
        images = Numbers(chain.from_iterable(file.image_ids for file in files))
        objects = Numbers(chain.from_iterable(file.object_ids for file in files))
        categories = self._category_ids()
        for split, file in self._files.items():
            image_ids = images.of_file(file.image_ids)
            listed = zip(image_ids, file.images, strict=True)
            content = {
                "info": {"description": "Written by Maskloop"},
                "licenses": [{"id": i, "name": t, "url": ""} for t, i in self._licenses.items()],
                "images": [{"id": number, **row} for number, row in listed],
                "categories": [_category(x, categories[x.id]) for x in self._written_labels()],
            }
            rows = (
                f'{{"id": {number}, "image_id": {image_ids[image]},'
                f' "category_id": {categories[label]}, {text[1:]}'
                for number, (image, label, text) in zip(
                    objects.of_file(file.object_ids), file.objects, strict=True
                )
            )
            text = dumps(content)[:-1] + ', "annotations": [\n' + ",\n".join(rows) + "\n]}\n"
            name = f"instances_{split or 'default'}.json"  # other programs want a split
            write_text(self._folder / "annotations" / name, text)

    def _image(self, sample: Sample, name: str, texts: dict[str, str]) -> Row:
        """A picture and what is said of it, without its id."""
        height, width = sample.size_hw
        row: Row = {"file_name": name, "height": height, "width": width}
        if LICENSE in texts:
            row[LICENSE] = self._licenses.setdefault(texts.pop(LICENSE), len(self._licenses) + 1)
        for key in _KEYS:
            if key in texts:
                row[key] = texts.pop(key)
        if texts:
            row["attributes"] = {key: value_of(value) for key, value in texts.items()}
        return row

    def _written_labels(self) -> list[Label]:
        return [x for x in self._labels if x.id in self._used or not is_background(x)]

    def _category_ids(self) -> dict[int, int]:
        """By label: those of the file that they came from, else the ids of the labels."""
        ids, known = [label.id for label in self._written_labels()], self._notes.numbers
        if not known:
            return {number: number for number in ids}
        had = [known.get(number) for number in ids]
        return dict(zip(ids, Numbers(had).of_file(had), strict=True))


def _category(label: Label, number: int) -> Row:
    return {"id": number, "name": label.name, "supercategory": "", "color": list(label.color)}
