"""Pictures and the label maps, or other files, that belong to them, in folders beside."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DatasetError
from engine.formats.open_dataset import ReadOptions
from engine.formats.peek import files_below, folders_in
from engine.formats.read_sample import split_of
from engine.formats.report import Report
from engine.sources.folder import list_pictures, natural_key

IMAGES = ("images", "image", "imgs", "img", "pictures")
MAPS = ("labels", "label", "masks", "mask", "annotations", "gt", "groundtruth", "ground_truth")
INSTANCES = ("instances", "instance", "instance_masks", "instance_maps")
ANNOT, OF_MAPS = ("annot",), ("_labels", "_label", "_masks", "_mask", "_gt", "_annotations")
SPLIT_FOLDERS = ("train", "val", "valid", "validation", "test", "training", "testing")
_TAILS = (
    *("_segmentation", "_seg", "_masks", "_mask", "_labels", "_label", "_labelIds", "_gt", "_l"),
    *("_annotation", "_color", "_rgb", "_instances", "_instance"),
)


@dataclass(frozen=True, slots=True)
class FolderPair:
    """A folder of pictures and that of their label maps."""

    pictures: Path
    maps: Path
    split: str = ""


@dataclass(frozen=True, slots=True)
class MapPair:
    """A picture and its label map."""

    picture: Path
    map: Path
    split: str = ""


def beside(folder: Path, names: Sequence[str] = MAPS) -> list[FolderPair]:
    """`images/` and `labels/` or the like, in the folder itself or in those of its splits."""
    pairs = []
    for root in (folder, *(folder / name for name in SPLIT_FOLDERS)):
        pictures = _first(root, IMAGES)
        maps = _first(root, names)
        if pictures is not None and maps is not None:
            pairs.append(FolderPair(pictures, maps, "" if root == folder else split_of(root)))
    return pairs


def named_after(folder: Path, tails: Sequence[str]) -> list[FolderPair]:
    """`X/` and `Xannot/` or the like."""
    names = _folders(folder)
    return [
        FolderPair(folder / name, folder / f"{name}{tail}", split_of(Path(name)))
        for name in sorted(names)
        for tail in tails
        if f"{name}{tail}" in names
    ]


def with_options(
    path: Path, options: ReadOptions, pairs: Sequence[FolderPair]
) -> tuple[FolderPair, ...]:
    """Pictures where the person says they are: of a folder's pairs, or of a folder of maps."""
    if options.images is None:
        return tuple(pairs)
    maps = [pair.maps for pair in pairs] or [path]
    return tuple(FolderPair(options.images, found, split_of(found)) for found in maps)


def first_map(pairs: Iterable[FolderPair], endings: Iterable[str]) -> Path | None:
    """Some map of these folders."""
    wanted = tuple(endings)
    found = (p for pair in pairs for p in files_below(pair.maps, wanted))
    return next((Path(path) for path in found), None)


def pairs_of(
    folders: Sequence[FolderPair], endings: Iterable[str], report: Report
) -> tuple[MapPair, ...]:
    """Every label file with its picture: by the path below their folders, then by the stem alone.

    One without a picture is reported. DatasetError where there is none with one.
    """
    wanted = tuple(endings)
    found: list[MapPair] = []
    for pair in folders:
        table = _Pictures(pair.pictures)
        for path in sorted(files_below(pair.maps, wanted), key=natural_key):
            below = os.path.relpath(path, pair.maps)
            picture = table.find(below)
            if picture is None:
                report.skip(below, "labels", "its picture was not found")
            elif picture != path:
                split = pair.split or split_of(Path(below.split(os.sep)[0]))
                found.append(MapPair(Path(picture), Path(path), split))
    if not found:
        names = ", ".join(pair.maps.name for pair in folders) or "the folder"
        message = f"No picture belongs to a label file in {names}."
        raise DatasetError(
            message, hint="Say where the pictures are; they have the label files' names."
        )
    return tuple(found)


class _Pictures:
    """The pictures of a folder by their paths without endings."""

    def __init__(self, folder: Path) -> None:
        self._paths: dict[str, str] = {}
        self._stems: dict[str, str | None] = {}
        for path in list_pictures(folder, recursive=True) if folder.is_dir() else ():
            below = os.path.relpath(path, folder).lower()
            key = os.path.splitext(below)[0]
            self._paths.setdefault(key, path)
            self._paths[below] = path  # for a.jpg.png
            stem = os.path.basename(key)
            # Two pictures of one stem are told apart by their folders only.
            self._stems[stem] = None if stem in self._stems else path

    def find(self, below: str) -> str | None:
        """The picture of a map at this path below its folder."""
        key = os.path.splitext(below)[0].lower()
        for name in (key, *(key.removesuffix(tail) for tail in _TAILS if key.endswith(tail))):
            if (
                path := self._paths.get(name) or self._stems.get(os.path.basename(name))
            ) is not None:
                return path
        return None


def _folders(folder: Path) -> set[str]:
    return {each.name for each in folders_in(folder)}


def _first(folder: Path, names: Sequence[str]) -> Path | None:
    present = {name.lower(): name for name in _folders(folder)}
    return next((folder / present[name] for name in names if name in present), None)
