"""A Dataset of label maps: each area of one id in a map is one Annotation with a Mask."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.labels_file import labels_text
from engine.formats.map_pairs import MapPair
from engine.formats.open_dataset import OpenDataset
from engine.formats.read_sample import Objects
from engine.formats.report import Report
from engine.labels import background_of
from engine.regions.map_strips import id_strips
from engine.regions.masks import ids_in, masks_of
from engine.values import IGNORE, FrameId, Label, LabelMap, Sample

ReadMap = Callable[[Path, Objects], LabelMap]


@dataclass(frozen=True, slots=True)
class LabelMaps:
    """Maps with the labels of their ids, and how one map is read."""

    pairs: Sequence[MapPair]
    labels: tuple[Label, ...]
    read_map: ReadMap
    report: Report

    def opened(self) -> OpenDataset:
        """As every Format gives it."""
        maps: dict[FrameId, Path] = {}
        splits: dict[str, list[FrameId]] = {}
        for pair in self.pairs:
            frame_id = FrameId(str(pair.picture))
            if frame_id in maps:
                self.report.skip(pair.picture.name, "label map", f"{pair.map.name} is a second one")
                continue
            maps[frame_id] = pair.map
            if pair.split:
                splits.setdefault(pair.split, []).append(frame_id)

        def read(frame_id: FrameId, report: Report) -> Sample:
            return self._sample(frame_id, maps[frame_id], report)

        def seen(frame_id: FrameId) -> set[int]:
            label_map = self.read_map(maps[frame_id], Objects(frame_id, Report()))
            return self._known & set(ids_in(label_map.ids)) - {background_of(self.labels)}

        found = {name: tuple(ids) for name, ids in splits.items()}
        return OpenDataset(
            tuple(maps), self.labels, read, self.report, found, is_layered=False, seen=seen
        )

    @property
    def _known(self) -> set[int]:
        return {label.id for label in self.labels} | {IGNORE}

    def _sample(self, frame_id: FrameId, path: Path, report: Report) -> Sample:
        objects = Objects(frame_id, report)
        label_map = self.read_map(path, objects)
        for label_id, mask in masks_of(label_map, background_of(self.labels)).items():
            if label_id in self._known:
                objects.add(mask, label_id)
            else:
                objects.skip("area", f"no label has the id {label_id}")
        height, width = label_map.ids.shape
        return objects.sample((height, width))


def ids_of(sample: Sample, labels: Sequence[Label]) -> Iterator[NDArray[np.uint8]]:
    """The map that a Sample's Masks make, some rows at a time; pixels of none are background.

    Where the labels name id 0 otherwise, such pixels belong to nothing and are to be ignored.
    """
    background = background_of(labels)
    undrawn = IGNORE if background is None else background
    return id_strips(sample.annotations, sample.size_hw, undrawn)


def renumbered(ids: Mapping[int, int]) -> NDArray[np.uint8]:
    """The id (256,) that each becomes; those that are not mentioned stay."""
    table = np.arange(256, dtype=np.uint8)
    for before, after in ids.items():
        table[before] = after
    return table


class MapPlaces:
    """Where the map of each picture goes: as its picture, in a folder beside. None comes twice."""

    def __init__(self, folder: Path, pictures: str) -> None:
        self._folder = folder / pictures
        self._taken: set[str] = set()

    def stem(self, picture: Path) -> Path:
        """The path of the map below its folder, without an ending."""
        try:
            below = picture.relative_to(self._folder)
        except ValueError:
            below = Path(picture.name)
        stem = below.with_suffix("")
        if (key := stem.as_posix().lower()) in self._taken:
            message = f"Two pictures have the name {stem.name}: their label maps would be one file."
            raise DatasetError(message, hint="Copy the pictures, or rename one.")
        self._taken.add(key)
        return stem


def write_legend(folder: Path, labels: Sequence[Label]) -> None:
    """`labels.txt`, which names every id and colour."""
    write_text(folder / "labels.txt", labels_text(labels))
