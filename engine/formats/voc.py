"""Pascal VOC: an XML file of boxes for each picture; coordinates and attributes: `voc_xml.py`.

Read are `Annotations/` beside `JPEGImages/` with the splits of `ImageSets/Main`, XML files beside
their pictures (also in folders of their splits), and one file.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from xml.etree.ElementTree import Element

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_below, files_in, peek, spelled
from engine.formats.picture_names import PictureNames, written_name
from engine.formats.read_sample import LabelIds, Objects, size_hw, split_of
from engine.formats.registry import BOXES, Carries, Format, register
from engine.formats.report import Report
from engine.formats.voc_colors import LABEL_MAP, label_map_text, painted, read_label_map
from engine.formats.voc_xml import (
    VERIFIED,
    name_in,
    object_in,
    read_voc,
    size_in,
    voc_text,
)
from engine.formats.yolo_files import read_text
from engine.labels import is_background
from engine.sources.folder import natural_key
from engine.values import FrameId, Label, Sample

ANNOTATIONS, PICTURES, SETS = "Annotations", "JPEGImages", "ImageSets"
_FOLDERS = (ANNOTATIONS, "annotations", "train", "val", "valid", "test")
_ROOT = re.compile(r"<annotation[\s>]")
"""labelImg says inside it that a person has verified the picture."""
_LOOKED_AT = 5
_MOST_LIST = 16 << 20


@dataclass(frozen=True, slots=True)
class _File:
    """An XML file, and the picture it is about."""

    path: Path
    picture: Path


def recognise(path: Path) -> bool:
    """Whether this is an XML file of VOC, or a folder with some."""
    if not path.is_dir():
        return _is_voc(path)
    folders = (root / name for root in roots(path) for name in ("", *_FOLDERS))
    return any(_is_voc(p) for folder in folders for p in files_in(folder, ".xml", _LOOKED_AT))


def roots(path: Path) -> list[Path]:
    """The folder itself, and those of the years in a VOCdevkit."""
    years = sorted(p for p in path.glob("VOC20[0-9][0-9]") if p.is_dir())
    return [path, *years]


def _is_voc(path: Path) -> bool:
    found = peek(path, ".xml")
    return _ROOT.search(found) is not None and any(
        f"<{tag}>" in found for tag in ("bndbox", "filename")
    )


def open_voc(path: Path, options: ReadOptions) -> OpenDataset:
    """The objects of all files. DatasetError where there are none."""
    report = Report()
    labels = _named(path)
    files: dict[FrameId, _File] = {}
    names = PictureNames(_picture_folders(path, options))
    for file in _files(path):
        try:
            root = read_voc(file)
        except DatasetError as error:
            report.skip(file.name, "file", error.message)
            continue
        frame_id = FrameId(str(_picture(names, file, root)))
        if frame_id in files:
            why = f"{files[frame_id].path.name} is about the same picture"
            report.skip(file.name, "file", why)
            continue
        files[frame_id] = _File(file, Path(frame_id.path))
        for found in root.iterfind("object"):
            try:
                labels.add(name_in(found))
            except ValueError:
                continue  # for `read` to say
    if not files:
        hint = "Choose a folder with XML files in it or in Annotations."
        raise DatasetError(f"There are no VOC files in {path}.", hint=hint)

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, files[frame_id].path, labels, report)

    return OpenDataset(tuple(files), labels.labels, read, report, _splits(path, files))


def _named(path: Path) -> LabelIds:
    """The labels of a `labelmap.txt`, before those that the files name."""
    labels = LabelIds()
    file = spelled((path if path.is_dir() else path.parent) / LABEL_MAP)
    for label in read_label_map(file).labels if path.is_dir() and file.is_file() else ():
        if not is_background(label):
            labels.add(label.name, label.color)
    return labels


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for root in roots(path):
        inner = next((root / n for n in (ANNOTATIONS, "annotations") if (root / n).is_dir()), root)
        found += map(Path, files_below(Path(os.path.abspath(inner)), (".xml",)))
    return sorted(dict.fromkeys(found), key=_order)


def _order(path: Path) -> str:
    return natural_key(str(path))


def _picture_folders(path: Path, options: ReadOptions) -> list[Path]:
    if options.images is not None:
        return [options.images]
    folder = path if path.is_dir() else path.parent
    if folder.name.lower() == "annotations":
        folder = folder.parent
    inner = [root / n for root in roots(folder) for n in (PICTURES, "images")]
    return [*(p for p in inner if p.is_dir()), folder]


def _picture(names: PictureNames, file: Path, root: Element) -> Path:
    """The picture of a file: beside it, or of its stem; the name inside may be an old one."""
    said = (root.findtext("filename") or "").strip()
    suffix = Path(said.replace("\\", "/")).suffix or ".jpg"
    own = f"{file.stem}{suffix}"
    if (beside := file.with_suffix(suffix)).is_file() and suffix.lower() != ".xml":
        return beside
    found = names.find(own) or (names.find(said) if said else None)
    return found if found is not None else names.folders[0] / own


def _splits(path: Path, files: dict[FrameId, _File]) -> dict[str, tuple[FrameId, ...]]:
    """By ImageSets, else by the folder a file lies in."""
    found = listed_splits(path, "Main", {f.path.stem: i for i, f in files.items()})
    if found or not path.is_dir():
        return found
    by_folder: dict[str, list[FrameId]] = {}
    for frame_id, file in files.items():
        inner = file.path.relative_to(os.path.abspath(path)).parts[:-1]
        if split := next((s for name in inner if (s := split_of(Path(name)))), ""):
            by_folder.setdefault(split, []).append(frame_id)
    return {split: tuple(ids) for split, ids in by_folder.items()}


def listed_splits(
    path: Path, kind: str, by_stem: Mapping[str, FrameId]
) -> dict[str, tuple[FrameId, ...]]:
    """What the lists of this kind in ImageSets name, of the pictures that there are."""
    found: dict[str, list[FrameId]] = {}
    for root in roots(path) if path.is_dir() else ():
        for split in ("train", "val", "test"):
            listed = spelled(root / SETS / kind / f"{split}.txt")
            if listed.is_file():
                lines = read_text(listed, _MOST_LIST).splitlines()
                names = [PurePath(line.strip()).name for line in lines]
                found.setdefault(split, []).extend(by_stem[n] for n in names if n in by_stem)
    return {split: tuple(ids) for split, ids in found.items() if ids}


def write_lists(folder: Path, kind: str, stems: Mapping[str, Sequence[str]]) -> None:
    """The lists of this kind in ImageSets; pictures of no split are in `default`, as CVAT's."""
    for split, names in stems.items():
        path = folder / SETS / kind / f"{split or 'default'}.txt"
        write_text(path, "".join(f"{name}\n" for name in names))


def _read(frame_id: FrameId, path: Path, labels: LabelIds, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    root = read_voc(path)
    for number, found in enumerate(root.iterfind("object"), start=1):
        with objects.trying(f"object {number}"):
            one = object_in(found)
            how = f"without {one.lost}" if one.lost else ""
            label_id = labels.id_of(one.name)
            objects.add(one.box, label_id, how=how, attributes=one.attributes)
    said = ((VERIFIED, root.get(VERIFIED, "")),) if root.get(VERIFIED) else ()
    return objects.sample(size_hw(*size_in(root)), said)


class _VocWriter:
    """Annotations, JPEGImages, and a list for each split in ImageSets/Main."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._names = {label.id: label.name for label in labels}
        self._labels = painted(labels)
        self._stems: dict[str, list[str]] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """In JPEGImages, whatever the split."""
        return PurePath(PICTURES, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Write the file of one Sample."""
        name = Path(written_name(picture, self._folder / PICTURES))
        stem = (Path(name.name) if name.is_absolute() else name).with_suffix("")
        self._stems.setdefault(split, []).append(stem.as_posix())
        ordered = sorted(sample.annotations, key=lambda a: a.z)
        objects = [(a, self._names[a.label_id]) for a in ordered]
        path = self._folder / ANNOTATIONS / f"{stem}.xml"
        write_text(path, voc_text(picture, sample, objects))

    def finish(self) -> None:
        """Write the lists, and the names, which some programs want."""
        write_text(self._folder / LABEL_MAP, label_map_text(self._labels))
        write_lists(self._folder, "Main", self._stems)


register(
    Format(
        "voc",
        "Pascal VOC XML",
        Carries(
            BOXES,
            attributes=True,
            sample_attributes=frozenset({VERIFIED}),
            is_clipped=True,
            colors=True,
            precision=0.5,
        ),
        recognise,
        open_voc,
        _VocWriter,
    )
)
