"""VOC's label maps: `SegmentationClass/` and `SegmentationObject/` beside `JPEGImages/`.

A pixel of the first is a label's number, one of the second an object's; 255 is nobody's and
ignored, and a map is as large as its picture (VOC2012 development kit, "Segmentation"). The palette
only shows them, but where `labelmap.txt` gives colours (CVAT, datumaro), or where the maps are
painted in colours, the colour counts. An object has the label of most of its pixels. Without a
file of names the labels are VOC's own twenty, if the palette is VOC's, and numbered otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.color_table import ColorTable, code, codes_of
from engine.formats.labels_file import labels_of_ids, read_labels
from engine.formats.map_dataset import MapPlaces, ids_of, renumbered
from engine.formats.map_files import (
    IGNORED_COLOR,
    MapFile,
    read_map_file,
    write_color_png,
    write_palette_png,
)
from engine.formats.map_pairs import FolderPair, MapPair, first_map, pairs_of, with_options
from engine.formats.objects import objects_of
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.peek import spelled
from engine.formats.read_sample import Objects
from engine.formats.registry import MASKS, Carries, Format, register
from engine.formats.report import Report
from engine.formats.voc import PICTURES, listed_splits, roots, write_lists
from engine.formats.voc_colors import (
    LABEL_MAP,
    NAMES,
    label_map_text,
    painted,
    palette,
    read_label_map,
    voc_table,
)
from engine.labels import background_of
from engine.regions.crops import bounds, crop, tight
from engine.regions.map_strips import PIXELS, strips_of
from engine.regions.masks import masks_of
from engine.regions.numbered import masks_of_runs, runs_of
from engine.values import IGNORE, FrameId, Label, LabelMap, Region, Sample
from models.task import Task

CLASSES, OBJECTS = "SegmentationClass", "SegmentationObject"
_SET = "Segmentation"
ENDINGS = (".png",)


@dataclass(frozen=True, slots=True)
class _Naming:
    """The labels, and the table of colours where colours count."""

    labels: tuple[Label, ...]
    table: ColorTable | None = None
    ignored: frozenset[int] = frozenset()


def recognise(path: Path) -> bool:
    """Whether there are such maps."""
    return path.is_dir() and first_map(_folders(path), ENDINGS) is not None


def _folders(path: Path) -> list[FolderPair]:
    return [FolderPair(root / PICTURES, root / CLASSES) for root in roots(path)]


def open_masks(path: Path, options: ReadOptions) -> OpenDataset:
    """All maps of a folder. DatasetError where there are none."""
    report = Report()
    pairs = pairs_of(with_options(path, options, _folders(path)), ENDINGS, report)
    naming = _naming(path, pairs, report)
    maps = {FrameId(str(pair.picture)): pair.map for pair in pairs}

    def read(frame_id: FrameId, report: Report) -> Sample:
        return _read(frame_id, maps[frame_id], naming, report)

    splits = listed_splits(path, _SET, {p.stem: i for i, p in maps.items()})
    is_layered = any((root / OBJECTS).is_dir() for root in roots(path))
    return OpenDataset(tuple(maps), naming.labels, read, report, splits, is_layered)


def _naming(path: Path, pairs: Sequence[MapPair], report: Report) -> _Naming:
    files = (spelled(root / LABEL_MAP) for root in roots(path))
    named = next((read_label_map(file) for file in files if file.is_file()), None)
    first = read_map_file(pairs[0].map)
    if named is None and first.is_colored:
        named = voc_table()
    if named is not None:
        report.converted += named.remarks
        return _Naming(named.labels, named)
    listed = next((n for root in roots(path) if (n := read_labels(root, Task.SEMANTIC))), None)
    if listed is not None:
        report.converted += listed.remarks
        return _Naming(listed.labels, ignored=listed.ignored_ids)
    own = first.palette is not None and (first.palette[: len(NAMES)] == palette()[: len(NAMES)])
    if np.all(own) and first.palette is not None:
        return _Naming(voc_table().labels)
    report.notes.append("No file names the labels: they are numbered as in the maps.")
    ids: set[int] = set()
    for pair in pairs:
        try:
            ids |= set(np.unique(read_map_file(pair.map).values).tolist())
        except DatasetError:
            continue  # for `read` to say
    return _Naming(labels_of_ids(i for i in ids if i < IGNORE))


def _read(frame_id: FrameId, path: Path, naming: _Naming, report: Report) -> Sample:
    objects = Objects(frame_id, report)
    left = _ids(read_map_file(path), naming, objects)
    own = path.parent.parent / OBJECTS / path.relative_to(path.parent)
    with objects.trying("objects"):
        if own.is_file():
            _add_objects(read_map_file(own), left, naming.labels, objects)
    left.flags.writeable = False
    known = {label.id for label in naming.labels} | {IGNORE}
    for label_id, mask in masks_of(LabelMap(left), background_of(naming.labels)).items():
        if label_id in known:
            objects.add(mask, label_id)
        else:
            objects.skip("area", f"no label has the id {label_id}")
    return objects.sample((left.shape[0], left.shape[1]))


def _ids(found: MapFile, naming: _Naming, objects: Objects) -> NDArray[np.uint8]:
    """The label of each pixel (H, W), 255 = ignore; to be written to."""
    if naming.table is not None:
        ids, unknown = naming.table.ids_of(found)
        if unknown:
            how = f"{unknown} pixels of colors that nothing names are ignored"
            objects.report.convert(objects.name, "label map", how, 0)
        return ids
    if found.is_colored or found.values.max(initial=0) > IGNORE:
        hint = "Give the colors in labelmap.txt."
        raise DatasetError(f"The map of {objects.name} holds no numbers up to 255.", hint=hint)
    return renumbered(dict.fromkeys(naming.ignored, IGNORE))[found.values]


def _numbers(found: MapFile) -> Iterator[NDArray[Any]]:
    """The object of each pixel (h, W), 0 for none, some rows at a time; of colours, their codes."""
    nobody = code(IGNORED_COLOR) if found.is_colored else IGNORE
    for part in found.strips():
        numbers = codes_of(part) if found.is_colored else part
        has_none = found.is_colored or part.itemsize == 1
        yield np.where(numbers == nobody, numbers.dtype.type(0), numbers) if has_none else numbers


def _add_objects(
    found: MapFile, ids: NDArray[np.uint8], labels: Sequence[Label], objects: Objects
) -> None:
    """Each object under the label of most of its pixels, which are taken out of the map."""
    if found.size_hw != ids.shape:
        raise ValueError("their map has another size than that of the labels")
    background = background_of(labels)
    undrawn = IGNORE if background is None else background
    known = {label.id for label in labels} - {undrawn}
    for whole in masks_of_runs(runs_of(_numbers(found))):
        left, top, right, bottom = bounds(whole)
        inner = ids[top:bottom, left:right]
        label_id = _most_of(inner, whole.pixels)
        pixels = whole.pixels & (inner == label_id)
        mask = tight(crop(left, top, pixels))
        if label_id in known and mask is not None:
            objects.add(mask, label_id)
            np.copyto(inner, undrawn, where=pixels)


def _most_of(ids: NDArray[np.uint8], pixels: NDArray[np.bool_]) -> int:
    """The id that most of these pixels (h, w) have."""
    counts, rows = np.zeros(256, np.int64), max(PIXELS // ids.shape[1], 1)
    for top in range(0, len(ids), rows):
        part = slice(top, top + rows)
        counts += np.bincount(ids[part][pixels[part]], minlength=256)
    return int(counts.argmax())


class VocMaskWriter:
    """Both maps of each picture, `labelmap.txt` and the lists of ImageSets/Segmentation."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = painted(labels)
        self._places = MapPlaces(folder, PICTURES)
        self._stems: dict[str, list[str]] = {}

    def picture_place(self, name: str, split: str) -> PurePath:
        """In JPEGImages, whatever the split."""
        return PurePath(PICTURES, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """Two maps."""
        stem = self._places.stem(picture)
        self._stems.setdefault(split, []).append(stem.as_posix())
        classes, objects = (self._folder / name / f"{stem}.png" for name in (CLASSES, OBJECTS))
        size_hw = sample.size_hw
        write_palette_png(classes, size_hw, ids_of(sample, self._labels), self._labels)
        stack = _numbered(sample)
        strips = strips_of(stack, size_hw)
        if any(number > IGNORE for _, number in stack):  # more than a palette has colours
            write_color_png(objects, size_hw, map(_colors, strips))
        else:
            shown = palette()
            painted = [Label(i, "object", _color(shown[i])) for i in range(1, IGNORE)]
            write_palette_png(objects, size_hw, strips, painted)

    def finish(self) -> None:
        """Name the labels, and list the pictures."""
        write_text(self._folder / LABEL_MAP, label_map_text(self._labels))
        write_lists(self._folder, _SET, self._stems)


def _numbered(sample: Sample) -> list[tuple[Region, int]]:
    """Each Region with the number of its object, 255 for what is ignored, the lowest first."""
    number_of: dict[str, int] = {}
    objects = objects_of(a for a in sample.annotations if a.label_id != IGNORE)
    for number, parts in enumerate(objects, start=1):
        number_of |= {part.id: number + (number >= IGNORE) for part in parts}
    ordered = sorted(sample.annotations, key=lambda a: a.z)
    return [(a.region, number_of.get(a.id, IGNORE)) for a in ordered]


def _colors(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """Numbers (h, W) as colours (h, W, 3), the lowest bits red."""
    wide = numbers.astype(np.uint32)
    parts = [wide & 255, wide >> 8 & 255, wide >> 16 & 255]
    return np.stack(parts, axis=-1).astype(np.uint8)


def _color(values: NDArray[Any]) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in values)
    return red, green, blue


register(
    Format(
        "voc_masks",
        "Pascal VOC masks",
        Carries(MASKS, groups=True, ignored=True, is_layered=False, colors=True),
        recognise,
        open_masks,
        VocMaskWriter,
    )
)
