"""labelme JSON: a file of shapes beside each picture; coordinates and keys: `labelme_shapes.py`.

The picture itself, which labelme may keep in its file, is neither read from there nor written.
Flags of a picture are attributes `flags.NAME`, and keys that labelme does not know are kept, too.
"""

import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.json_texts import by_key, text_of
from engine.formats.labelme_shapes import (
    DIGITS,
    fields_of,
    flags_of,
    region_of,
    shape_of,
    split_flags,
)
from engine.formats.objects import group_of
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_below, files_in, folders_in, peek
from engine.formats.picture_names import PictureNames
from engine.formats.read_sample import LabelIds, Objects, items, size_hw, split_of, table, text
from engine.formats.registry import Carries, Format, register
from engine.formats.report import Report
from engine.plain_json import MEGABYTE, dumps, read_json
from engine.sources.folder import natural_key
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Polyline, Sample
from engine.words import counted

VERSION = "5.5.0"
"""Of the layout that is written; labelme warns of another first number."""
_MOST_BYTES = 256 * MEGABYTE
_KEYS = ('"imagePath"', '"imageData"', '"shape_type"', '"imageHeight"')
_OWN = {"version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"}
_BESIDE = ("labels", "annotations", "json", "jsons")
_LOOKED_AT, _FOLDERS_LOOKED_AT = 5, 20


def recognise(path: Path) -> bool:
    """Whether this is a file of shapes, or a folder with some."""
    if not path.is_dir():
        return _is_labelme(path)
    folders = (path, *folders_in(path)[:_FOLDERS_LOOKED_AT])
    return any(_is_labelme(p) for folder in folders for p in files_in(folder, ".json", _LOOKED_AT))


def _is_labelme(path: Path) -> bool:
    found = peek(path, ".json")
    return found.startswith("{") and '"shapes"' in found and any(key in found for key in _KEYS)


def open_labelme(path: Path, options: ReadOptions) -> OpenDataset:
    """All files of a folder, or one. DatasetError where there are none."""
    root = path if path.is_dir() else path.parent
    report, labels = Report(), LabelIds()
    files: dict[FrameId, Path] = {}
    pictures = _Pictures(root, options.images)
    for file in _files(path):
        try:
            content = _read_file(file)
        except DatasetError as error:
            report.skip(file.name, "file", error.message)
            continue
        if content is None:
            continue
        frame_id = FrameId(str(pictures.place(file, content.get("imagePath"))))
        if frame_id in files:
            why = f"{files[frame_id].name} is about the same picture"
            report.skip(file.name, "file", why)
            continue
        files[frame_id] = file
        _add_names(content["shapes"], labels)
    if renamed := pictures.renamed:
        count = counted(len(renamed), "picture")
        report.notes.append(f"Of {count} their files say another name, as of {renamed[0]}.")
    if not files:
        hint = "Choose a JSON file of labelme, or a folder with some."
        raise DatasetError(f"There are no labelme files in {path}.", hint=hint)

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, files[frame_id], labels, report)

    splits = _splits(files, Path(os.path.abspath(root)))
    return OpenDataset(tuple(files), labels.labels, read, report, splits)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [Path(os.path.abspath(path))]
    found = files_below(Path(os.path.abspath(path)), (".json",))
    return sorted(map(Path, found), key=_order)


def _order(path: Path) -> str:
    return natural_key(str(path))


def _read_file(path: Path) -> dict[str, Any] | None:
    """A file of shapes; None for a file of something else."""
    content = read_json(path, most=_MOST_BYTES)
    if not isinstance(content, dict) or "shapes" not in content:
        return None
    if not isinstance(content["shapes"], list):
        hint = "A labelme file is a table with a list of shapes."
        raise DatasetError(f"{path.name} has no list of shapes.", hint=hint)
    return content


def _add_names(shapes: Iterable[Any], labels: LabelIds) -> None:
    for shape in shapes:
        try:
            labels.add(text(table(shape).get("label")))
        except ValueError:
            continue  # for `read` to say


class _Pictures:
    """Finds the picture that a file names, or that has its name.

    `renamed` are those of which their file says another name, that no picture has.
    """

    def __init__(self, root: Path, images: Path | None) -> None:
        self._root, self._images = root, images
        self.renamed: list[str] = []
        self._names = cache(self._names_in)

    def place(self, file: Path, named: Any) -> Path:
        """Where it is, or would be."""
        name = named if isinstance(named, str) and named.strip() else f"{file.stem}.jpg"
        if self._images is not None:
            return self._names(self._images).place(name)
        beside = file.parent / PurePath(name.replace("\\", "/")).name
        if os.path.isfile(beside):
            return beside
        # A file in a folder of labels may mean a picture in the one beside.
        above = [file.parent.parent] if file.parent.name.lower() in _BESIDE else []
        for folder in (file.parent, *above, self._root):
            if (found := self._names(folder).find(name)) is not None:
                return found
        # Both were renamed, or went from a system on which A.JPG is a.jpg.
        for folder in (file.parent, *above):
            found = self._names(folder).find(file.stem)
            if found is not None and found.parent == folder:
                self.renamed.append(found.name)
                return found
        return self._names(file.parent).place(name)

    @staticmethod
    def _names_in(folder: Path) -> PictureNames:
        return PictureNames([folder])


def _splits(files: dict[FrameId, Path], root: Path) -> dict[str, tuple[FrameId, ...]]:
    found: dict[str, list[FrameId]] = {}
    for frame_id, file in files.items():
        inner = file.relative_to(root).parts[:-1]
        if split := next((s for name in inner if (s := split_of(Path(name)))), ""):
            found.setdefault(split, []).append(frame_id)
    return {split: tuple(ids) for split, ids in found.items()}


def _read(frame_id: FrameId, path: Path, labels: LabelIds, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    content = _read_file(path)
    if content is None:
        hint = "Open its folder again."
        raise DatasetError(f"{path.name} holds something else by now.", hint=hint)
    for number, found in enumerate(items(content["shapes"]), start=1):
        with objects.trying(f"shape {number}"):
            shape = table(found)
            label_id = labels.id_of(text(shape.get("label")))
            region, how = region_of(shape)
            objects.add(region, label_id, how=how, **fields_of(shape))
    texts: dict[str, str] = {}
    with objects.trying("picture"):
        texts |= flags_of(content)
    texts |= {key: text_of(value) for key, value in content.items() if key not in _OWN}
    stated = size_hw(content.get("imageHeight"), content.get("imageWidth"))
    return objects.sample(stated, texts.items())


class _LabelmeWriter:
    """A JSON file beside each picture, as labelme wants it."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._names = {label.id: label.name for label in labels}

    def picture_place(self, name: str, split: str) -> PurePath:
        """In the folder of its split."""
        return PurePath(split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Write the file of one Sample."""
        full, root = Path(os.path.abspath(picture)), Path(os.path.abspath(self._folder))
        is_inside = full.is_relative_to(root)
        path = (full if is_inside else root / split / full.name).with_suffix(".json")
        annotations = sorted(sample.annotations, key=lambda a: a.z)
        groups = _group_ids(annotations)
        shapes = [shape_of(a, self._names[a.label_id], groups) for a in annotations]
        flags, others = split_flags(by_key(sample.attributes))
        content = {
            "version": VERSION,
            "flags": flags,
            "shapes": shapes,
            "imagePath": full.name if is_inside else full.as_posix(),
            "imageData": None,
            "imageHeight": sample.size_hw[0],
            "imageWidth": sample.size_hw[1],
        }
        content |= {f"{key}_" if key in _OWN else key: value for key, value in others.items()}
        write_text(path, dumps(content, indent=2) + "\n")

    def finish(self) -> None:
        """Every file is written already."""


def _group_ids(annotations: Iterable[Annotation]) -> dict[str, int]:
    """A number for each group: its own where it is one, else the next that is free."""
    groups = dict.fromkeys(g for a in annotations if (g := group_of(a)) is not None)
    ids = {g: int(g) for g in groups if g.isdecimal() and len(g) < 16 and str(int(g)) == g}
    free = max(ids.values(), default=0) + 1
    others = [group for group in groups if group not in ids]
    return ids | {group: free + i for i, group in enumerate(others)}


register(
    Format(
        "labelme",
        "labelme JSON",
        Carries(
            frozenset({Box, Mask, Polygon, Polyline}),
            holes=False,
            scores=True,
            tracks=True,
            attributes=True,
            groups=True,
            sample_attributes=True,
            names=False,
            lines=True,
            precision=10.0**-DIGITS,
        ),
        recognise,
        open_labelme,
        _LabelmeWriter,
    )
)
