"""Cityscapes: `leftImg8bit/SPLIT/CITY/X_leftImg8bit.png` and `gtFine/.../X_gtFine_labelIds.png`.

A map is a grey PNG of label ids, pixel for pixel with its picture: the dataset's own ids, or those
of training (`labelTrainIds`, 255 = ignore), unless a `labels.txt` says what they mean. Written are
Cityscapes' ids where all labels have its names (what is ignored is then `unlabeled`), else the
labels' own ids and a `labels.txt`: Cityscapes has no background.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from engine.errors import DatasetError
from engine.formats import cityscapes_labels as table
from engine.formats.labels_file import LabelsFile, read_labels
from engine.formats.map_dataset import LabelMaps, MapPlaces, ids_of, renumbered, write_legend
from engine.formats.map_files import write_grey_png
from engine.formats.map_pairs import MapPair
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import files_below
from engine.formats.read_sample import Objects, split_of
from engine.formats.registry import MASKS, Carries, Elsewhere, Format, register
from engine.formats.report import Report
from engine.formats.sample_files import read_label_map
from engine.sources.folder import list_pictures, natural_key
from engine.values import IGNORE, Label, LabelMap, Sample
from models.task import Task

_PICTURES = "leftImg8bit"
_FOLDERS = ("gtFine", "gtCoarse")
_TRAIN = "labelTrainIds"
_KINDS = ("labelIds", _TRAIN)
_CITY = re.compile(r"([A-Za-z-]+)_\d{6}_\d{6}")


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """The folder in which `gtFine` is, beside `leftImg8bit` unless the pictures are elsewhere."""
    report = Report()
    kind, maps = _maps(path)
    pairs = _pairs(path, options.images or path / _PICTURES, maps, report)
    named = read_labels(path, Task.SEMANTIC)
    official = {table.IDS[label.name]: label.id for label in table.LABELS}
    ids = {i: official.get(i, IGNORE) for i in range(IGNORE)}
    if named is not None or kind == _TRAIN:
        named = named or LabelsFile(table.TRAIN_LABELS)
        report.converted += named.remarks
        ids = dict.fromkeys(named.ignored_ids, IGNORE)
    numbers = renumbered(ids)

    def read_map(map_path: Path, objects: Objects) -> LabelMap:
        return LabelMap(numbers[read_label_map(map_path, two_valued=False).ids])

    labels = table.LABELS if named is None else named.labels
    return LabelMaps(pairs, labels, read_map, report).opened()


def recognise(path: Path) -> bool:
    """Whether the folder is laid out so."""
    has_maps = any((path / name).is_dir() for name in _FOLDERS)
    return has_maps and (path / _PICTURES).is_dir() and bool(_maps(path)[1])


def _maps(path: Path) -> tuple[str, list[str]]:
    """The maps of the first folder and kind that there are, with the kind."""
    for folder in _FOLDERS:
        for kind in _KINDS:
            found = sorted(files_below(path / folder, (f"_{kind}.png".lower(),)), key=natural_key)
            if found:
                return kind, found
    return "", []


def _pairs(root: Path, pictures: Path, maps: Sequence[str], report: Report) -> tuple[MapPair, ...]:
    stems: dict[str, str] = {}
    for place in list_pictures(pictures, recursive=True) if pictures.is_dir() else ():
        stem = os.path.splitext(os.path.relpath(place, pictures))[0]
        stem = stem.removesuffix(f"_{_PICTURES}")
        stems[stem] = place
        stems.setdefault(os.path.basename(stem), place)
    found = []
    for path in maps:
        below = Path(path).relative_to(root)
        key = Path(*below.parts[1:])
        key = key.with_name(key.stem.rpartition("_gt")[0] or key.stem)
        picture = stems.get(str(key)) or stems.get(key.name)
        if picture is None:
            report.skip(below.name, "label map", "its picture was not found")
        else:
            found.append(MapPair(Path(picture), Path(path), split_of(Path(key.parts[0]))))
    if not found:
        hint = f"They are expected in {_PICTURES}, or say where they are."
        raise DatasetError("No picture belongs to the label maps.", hint=hint)
    return tuple(found)


class CityscapesWriter:
    """Grey maps; every split has folders of cities, as the dataset's loaders expect."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = tuple(labels)
        self._places = MapPlaces(folder, _PICTURES)
        self._is_official = bool(labels) and all(x.name in table.IDS for x in labels)
        self._ids: dict[int, int] = {}
        if self._is_official:
            self._ids = {x.id: table.IDS[x.name] for x in labels} | {IGNORE: table.UNLABELED}

    def picture_place(self, name: str, split: str) -> PurePath:
        """Pictures lie in a folder of their city, which their names begin with."""
        path = PurePath(name)
        match = _CITY.match(path.stem)
        stem = path.stem.removesuffix(f"_{_PICTURES}")
        city = PurePath(split or "train", match[1] if match else "pictures")
        return PurePath(_PICTURES, city, path.parent, f"{stem}_{_PICTURES}{path.suffix}")

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One map."""
        stem = self._places.stem(picture)
        if len(stem.parts) == 1:
            stem = Path(split or "train", "pictures", stem)
        name = f"{stem.name.removesuffix(f'_{_PICTURES}')}_gtFine_labelIds.png"
        numbers = renumbered(self._ids)
        strips = (numbers[ids] for ids in ids_of(sample, self._labels))
        write_grey_png(self._folder / "gtFine" / stem.with_name(name), sample.size_hw, strips)

    def finish(self) -> None:
        """Name the ids that are not Cityscapes' own."""
        if not self._is_official:
            write_legend(self._folder, self._labels)


register(
    Format(
        "cityscapes",
        "Cityscapes",
        Carries(MASKS, ignored=True, is_layered=False, colors=True, elsewhere=Elsewhere.NOWHERE),
        recognise,
        open_dataset,
        CityscapesWriter,
    )
)
