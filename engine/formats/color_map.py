"""Label maps whose pixels are colours: `images/` and `labels/`, or `train/` and `train_labels/`.

`class_dict.csv` or `label_colors.txt` says what a colour means; with neither, each colour found is
a label of its own. Maps with a palette count by the colours that are seen, grey ones by the row of
the table. A colour that the table does not have is ignored, and its pixels are counted in the
report. A map is as large as its picture, and a pixel of one is the pixel of the other.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.color_table import (
    VOID,
    ColorTable,
    colors_in,
    distinct,
    read_table,
    table_file,
    table_of,
)
from engine.formats.label_map_folder import ENDINGS
from engine.formats.map_dataset import LabelMaps, MapPlaces, ids_of
from engine.formats.map_files import IGNORED_COLOR, read_map_file, write_color_png
from engine.formats.map_pairs import (
    ANNOT,
    OF_MAPS,
    FolderPair,
    MapPair,
    beside,
    first_map,
    named_after,
    pairs_of,
    with_options,
)
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.read_sample import Objects
from engine.formats.registry import MASKS, Carries, Format, register
from engine.formats.report import Report
from engine.values import IGNORE, Label, LabelMap, Sample

_MOST_COLORS = 254


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A folder with pictures, maps and, as a rule, a table of colours."""
    report = Report()
    pairs = pairs_of(with_options(path, options, _folders(path)), ENDINGS, report)
    file = table_file(path)
    colors = read_table(file) if file is not None else _found(pairs, report)
    report.converted += colors.remarks
    rows = np.full(256, IGNORE, dtype=np.uint8)
    rows[: len(colors.rows)] = colors.rows[:256]

    def read_map(map_path: Path, objects: Objects) -> LabelMap:
        found = read_map_file(map_path)
        if not found.is_colored and found.palette is None:
            return LabelMap(rows[np.minimum(found.values, IGNORE).astype(np.uint8)])
        ids, unknown = colors.ids_of(found)
        if unknown:
            how = f"{unknown} pixels have a color of no label: ignored"
            objects.report.convert(objects.name, "label map", how, 0)
        return LabelMap(ids)

    return LabelMaps(pairs, colors.labels, read_map, report).opened()


def recognise(path: Path) -> bool:
    """Whether there is a table of colours, and maps beside pictures."""
    return (
        path.is_dir()
        and table_file(path) is not None
        and first_map(_folders(path), ENDINGS) is not None
    )


def _folders(path: Path) -> list[FolderPair]:
    return beside(path) or named_after(path, (*ANNOT, *OF_MAPS))


def _found(pairs: Sequence[MapPair], report: Report) -> ColorTable:
    """Every colour of the maps as a label; black is background."""
    found: set[tuple[int, int, int]] = set()
    for pair in pairs:
        for colors in read_map_file(pair.map).colors():
            found |= colors_in(colors)
        if len(found) > _MOST_COLORS:
            message = f"The label maps have more than {_MOST_COLORS} colors."
            raise DatasetError(message, hint="Name the labels' colors in class_dict.csv.")
    report.notes.append("No file says what the colors mean: each is a label.")
    black = (0, 0, 0)
    rows = [(f"color_{bytes(c).hex()}", c) for c in sorted(found - {black})]
    return table_of([("background", black), *rows], "The folder")


class ColorMapWriter:
    """RGB maps, and `class_dict.csv`."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = tuple(labels)
        self._places = MapPlaces(folder, "images")
        self._colors = distinct(labels, (IGNORED_COLOR,))
        self._table = np.zeros((256, 3), dtype=np.uint8)
        for label_id, color in self._colors.items():
            self._table[label_id] = color
        self._table[IGNORE] = IGNORED_COLOR

    def picture_place(self, name: str, split: str) -> PurePath:
        """Pictures lie in `images/`, those of a split in a folder of its own."""
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One map."""
        path = self._folder / "labels" / f"{self._places.stem(picture)}.png"
        strips = (self._table[ids] for ids in ids_of(sample, self._labels))
        write_color_png(path, sample.size_hw, strips)

    def finish(self) -> None:
        """Say what the colours mean."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(("name", "r", "g", "b"))
        for label in self._labels:
            rows.writerow((" ".join(label.name.split()), *self._colors[label.id]))
        rows.writerow((VOID, *IGNORED_COLOR))
        write_text(self._folder / "class_dict.csv", text.getvalue())


register(
    Format(
        "color_map",
        "Color map PNG",
        Carries(MASKS, ignored=True, is_layered=False, colors=True),
        recognise,
        open_dataset,
        ColorMapWriter,
    )
)
