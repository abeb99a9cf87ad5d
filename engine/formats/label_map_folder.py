"""Label maps as PNG: `images/` and `labels/` (or `masks/`), pixel value = label id, 255 = ignore.

Ids are named by `labels.txt` or `classes.txt`; without them they are numbered from the maps, in the
colours of their palette. Maps of 0 and 255 alone are masks of one label. A map is as large as its
picture, and a pixel of one is the pixel of the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np

from engine.errors import DatasetError
from engine.formats.color_table import table_file
from engine.formats.labels_file import LabelsFile, labels_of_ids, read_labels
from engine.formats.map_dataset import LabelMaps, MapPlaces, ids_of, write_legend
from engine.formats.map_files import is_colored, read_map_file, write_palette_png
from engine.formats.map_pairs import (
    INSTANCES,
    MAPS,
    SPLIT_FOLDERS,
    FolderPair,
    MapPair,
    beside,
    first_map,
    pairs_of,
    with_options,
)
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.read_sample import Objects
from engine.formats.registry import MASKS, Carries, Format, register
from engine.formats.report import Report
from engine.formats.sample_files import are_two_valued, read_ids, read_label_map, values_of
from engine.values import IGNORE, Label, LabelMap, Sample
from models.task import Task

ENDINGS = (".png", ".bmp", ".tif", ".tiff", ".gif")


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A folder with pictures and maps."""
    return open_maps(path, with_options(path, options, beside(path)))


def open_maps(path: Path, folders: Sequence[FolderPair]) -> OpenDataset:
    """Maps of ids in these folders, named by a file in `path` or above."""
    report = Report()
    pairs = pairs_of(folders, ENDINGS, report)
    named = names_of(path)
    has_more = named is not None and any(label.id > 1 for label in named.labels)
    maps = [pair.map for pair in pairs]
    two_valued = not has_more and are_two_valued(maps)
    if named is None:
        named = LabelsFile(_numbered(pairs, two_valued=two_valued))
        report.notes.append("No file names the labels: they are numbered as in the maps.")
    report.converted += named.remarks
    ignored = named.ignored_ids

    def read_map(map_path: Path, objects: Objects) -> LabelMap:
        return read_label_map(map_path, ignored, two_valued=two_valued)

    return LabelMaps(pairs, named.labels, read_map, report).opened()


def names_of(path: Path) -> LabelsFile | None:
    """The labels that a file in this folder names, or above it where it is a part of a dataset."""
    named = read_labels(path, Task.SEMANTIC)
    is_part = path.name.lower() in (*SPLIT_FOLDERS, *MAPS, *INSTANCES)
    return read_labels(path.parent, Task.SEMANTIC) if named is None and is_part else named


def _numbered(pairs: Sequence[MapPair], *, two_valued: bool) -> tuple[Label, ...]:
    """Labels for the ids in the maps, in the colours of the first palette."""
    ids = {1} if two_valued else set[int]()
    for pair in () if two_valued else pairs:
        ids |= values_of(read_ids(pair.map)[0])
    palette = read_map_file(pairs[0].map).palette
    return tuple(_painted(label, palette) for label in labels_of_ids(ids - {IGNORE}))


def _painted(label: Label, palette: np.ndarray | None) -> Label:
    if palette is None or not label.id or not palette[label.id].any():
        return label
    red, green, blue = palette[label.id].tolist()
    return replace(label, color=(red, green, blue))


def recognise(path: Path) -> bool:
    """Whether there are pictures beside maps that are not painted in colours."""
    is_one = path.is_dir() and table_file(path) is None
    found = first_map(beside(path), ENDINGS) if is_one else None
    return found is not None and _is_of_ids(found)


def _is_of_ids(path: Path) -> bool:
    """Whether a map holds numbers: one channel, or three that say the same."""
    try:
        return is_colored(path) is False or not read_map_file(path).is_colored
    except DatasetError:
        return False


class LabelMapWriter:
    """Palette PNGs, so that they are seen in the labels' colours, and `labels.txt`."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = tuple(labels)
        self._places = MapPlaces(folder, "images")

    def picture_place(self, name: str, split: str) -> PurePath:
        """Pictures lie in `images/`, those of a split in a folder of its own."""
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One map."""
        path = self._folder / "labels" / f"{self._places.stem(picture)}.png"
        write_palette_png(path, sample.size_hw, ids_of(sample, self._labels), self._labels)

    def finish(self) -> None:
        """Name the ids."""
        write_legend(self._folder, self._labels)


register(
    Format(
        "label_map",
        "Label map PNG",
        Carries(MASKS, ignored=True, is_layered=False, colors=True),
        recognise,
        open_dataset,
        LabelMapWriter,
    )
)
