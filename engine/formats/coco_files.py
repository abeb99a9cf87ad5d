"""The files of a COCO dataset: which there are, what they hold, and where their pictures lie."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.errors import DatasetError
from engine.formats.namesakes import LABEL, told_apart
from engine.formats.peek import files_in, peek
from engine.formats.read_sample import Color, LabelIds, split_of, text, whole
from engine.formats.report import Report
from engine.plain_json import MEGABYTE, read_json
from engine.values import IGNORE

MOST_BYTES = 1024 * MEGABYTE
"""The objects of 118,000 pictures take half of it."""
_TABLES = ('"images"', '"annotations"', '"categories"')
_KEYS = ('"category_id"', '"supercategory"', '"file_name"', '"iscrowd"', '"image_id"')
_OTHERS = ('"segments_info"', '"isthing"', '"shapes"')
_FOLDERS = ("annotations", "train", "val", "valid", "test")
_WHOLE_TEXT = re.compile("0|[1-9][0-9]{0,17}")
"""Not 007, which may be the name of another one than 7."""
_LONGEST_ID = 60
_LEFT_OUT = ("captions", "person_keypoints", "image_info", "stuff", "panoptic")

Row = dict[str, Any]
Key = int | str


@dataclass(frozen=True, eq=False)
class CocoFile:
    """What one file says: images by id, their rows, and the label of each category."""

    path: Path
    images: dict[Key, Row]
    rows: dict[Key, list[Row]]
    categories: dict[Key, str]
    colors: dict[Key, Color] = field(default_factory=dict)
    licenses: dict[Key, str] = field(default_factory=dict)

    @property
    def split(self) -> str:
        """The part of the dataset that it is named after."""
        return split_of(self.path) or split_of(self.path.parent)

    def used(self) -> set[str]:
        """The categories that some object has."""
        keys = {key_of(row.get("category_id")) for rows in self.rows.values() for row in rows}
        return {self.categories[key] for key in keys if key in self.categories}


def is_coco(path: Path) -> bool:
    """Whether a file begins and ends like a dataset of objects in COCO's layout."""
    found = peek(path, ".json")
    if not found.startswith("{") or any(key in found for key in _OTHERS):
        return False
    tables = sum(key in found for key in _TABLES)
    return tables == len(_TABLES) or (tables > 0 and any(key in found for key in _KEYS))


def is_results(path: Path) -> bool:
    """Whether a file is a list of objects with scores that a model found."""
    found = peek(path, ".json")
    keys = ('"image_id"', '"category_id"', '"score"')
    return found.startswith("[") and all(key in found for key in keys)


def files_of(path: Path) -> list[Path]:
    """The file, or those of a folder that name objects."""
    if not path.is_dir():
        return [path]
    folders = (path, *(path / name for name in _FOLDERS))
    found = [p for folder in folders for p in files_in(folder, ".json") if is_coco(p)]
    # COCO's own folder says the same objects in several files.
    best = [p for p in found if p.stem.startswith("instances")]
    rest = [p for p in found if not p.stem.startswith(_LEFT_OUT)]
    return best or rest or found


def picture_folders(path: Path) -> list[Path]:
    """Where the pictures of a file are looked for, the likeliest first."""
    folder = path.parent
    split = split_of(path)
    names = [path.stem.rpartition("_")[2], split, *(["valid"] if split == "val" else [])]
    roots = [folder.parent, folder] if folder.name == "annotations" else [folder]
    inner = [root / where / name for root in roots for where in ("", "images") for name in names]
    likely = [p for p in inner if p.name and p not in roots and p.is_dir()]
    return [*likely, *(root / "images" for root in roots if (root / "images").is_dir()), *roots]


def load(paths: Sequence[Path], report: Report) -> list[CocoFile]:
    """Read the files of a dataset, their categories by name: splits may number them differently.

    Those that one file calls alike stay apart by their ids, which are then the same in all files.
    What is wrong with one entry is reported, and it is left out.
    """
    files = [_load(path, report) for path in paths]
    keys: dict[str, list[Key]] = defaultdict(list)
    for key, name in (pair for file in files for pair in file.categories.items()):
        keys[name].append(key)
    doubled = {name for f in files for name, n in Counter(f.categories.values()).items() if n > 1}
    known = {name: keys[name][0] for name in keys if name in doubled}
    others = [name for name in keys if len(set(keys[name])) > 1 and name not in doubled]
    if others:
        report.convert(files[0].path.name, LABEL, _numbered(others, files), 0)
    for number, file in enumerate(files):
        categories, remarks = told_apart(file.categories, file.path.name, known)
        report.converted += remarks
        files[number] = replace(file, categories=categories)
    return files


def _numbered(names: list[str], files: list[CocoFile]) -> str:
    """That the files number these categories differently, with the first of them as an example."""
    ids: dict[Key, str] = {}
    for file in files:
        where = f"{file.path.parent.name}/{file.path.name}"
        ids |= {k: where for k, n in file.categories.items() if n == names[0] and k not in ids}
    told = " and ".join(f"{key} in {where}" for key, where in [*ids.items()][:2])
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return f"“{names[0]}” has the id {told}{more}: what is called alike is one label"


def _load(path: Path, report: Report) -> CocoFile:
    content = read_json(path, most=MOST_BYTES)
    if not isinstance(content, dict) or not isinstance(content.get("images"), list):
        hint = 'A COCO file is a table with "images", "annotations" and "categories".'
        raise DatasetError(f"{path.name} has no list of images.", hint=hint)
    tables = {key: _entries(content, key, path, report) for key in ("images", "categories")}
    licenses = _entries(content, "licenses", path, report)
    images = _by_id(tables["images"], "image", path, report)
    categories: dict[Key, str] = {}
    named = _by_id(tables["categories"], "category", path, report)
    for key, row in named.items():
        try:
            categories[key] = text(row.get("name"), "its name")
        except ValueError as error:  # Its objects are there all the same.
            categories[key] = f"category {key}"[:_LONGEST_ID]
            why = f"of {key}, {error}: it is read as “{categories[key]}”"
            report.convert(path.name, LABEL, why, 0)
    shown = {key: _color(named[key].get("color")) for key in categories}
    colors = {key: color for key, color in shown.items() if color is not None}
    rows = grouped(_entries(content, "annotations", path, report), images, path, report)
    names = {k: _license(row) for k, row in _by_id(licenses, "license", path, report).items()}
    return CocoFile(path, images, rows, categories, colors, names)


def grouped(
    rows: list[Row], images: dict[Key, Row], path: Path, report: Report
) -> dict[Key, list[Row]]:
    """The rows of each image."""
    result: dict[Key, list[Row]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):
        image = key_of(row.get("image_id"))
        if image is None or image not in images:
            shown = str(row.get("image_id"))[:40]
            report.skip(path.name, f"object {number}", f"there is no image with the id {shown}")
        else:
            result[image].append(row)
    return result


def key_of(value: Any) -> Key | None:
    """An id of a file: a whole number or a text; a number in quotes is that number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _WHOLE_TEXT.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value if isinstance(value, int | str) else None


def file_name(image: Row) -> str:
    """How a file calls an image; LVIS gives only its address. ValueError for no name."""
    named, address = image.get("file_name"), image.get("coco_url")
    if named is None and isinstance(address, str):
        return text("/".join(address.split("/")[-2:]), "its coco_url")
    return text(named, "its file_name")


def labels_of(files: list[CocoFile]) -> LabelIds:
    """All categories, those with a name in common being one."""
    named = {n: f.colors.get(k) for f in reversed(files) for k, n in f.categories.items()}
    order = dict.fromkeys(name for file in files for name in file.categories.values())
    if len(order) >= IGNORE:  # more than there are ids: those that nothing has wait
        used = {n for f in files for n in f.used()}
        order = dict.fromkeys(sorted(order, key=lambda name: name not in used))
    labels = LabelIds()
    for name in order:
        labels.add(name, named[name])
    return labels


def _entries(content: Row, key: str, path: Path, report: Report) -> list[Row]:
    """The tables in a list of the file."""
    listed = content.get(key)
    if listed is None:
        return []
    if not isinstance(listed, list):
        report.skip(path.name, key, "this is no list")
        return []
    found = [row for row in listed if isinstance(row, dict)]
    if len(found) < len(listed):
        report.skip(path.name, key, "an entry that is no table", len(listed) - len(found))
    return found


def _by_id(rows: list[Row], what: str, path: Path, report: Report) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for number, row in enumerate(rows, start=1):
        key = key_of(row.get("id"))
        if key is None:
            report.skip(path.name, f"{what} {number}", "it has no id")
        elif key in found:
            report.skip(path.name, f"{what} {number}", f"there is another one with the id {key}")
        else:
            found[key] = row
    return found


def _color(value: Any) -> Color | None:
    if isinstance(value, list) and len(value) == 3:
        with suppress(ValueError):
            red, green, blue = (whole(number) for number in value)
            if min(red, green, blue) >= 0 and max(red, green, blue) <= 255:
                return red, green, blue
    return None


def _license(row: Row) -> str:
    return " ".join(str(row[key]) for key in ("name", "url") if row.get(key))[:300]
