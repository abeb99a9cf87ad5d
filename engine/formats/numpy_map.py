"""Label maps as numpy arrays: `images/` and `labels/X.npy`, (H, W) label ids, 255 = ignore.

Any whole-number type is read, uint8 is written; no pickle is ever loaded. Ids are named by
`labels.txt` or `classes.txt`, or numbered from the maps. Row and column of an id are those of its
pixel.
"""

import io
import math
import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.files import write_bytes
from engine.formats.label_map_folder import names_of
from engine.formats.labels_file import LabelsFile, labels_of_ids
from engine.formats.map_dataset import LabelMaps, MapPlaces, ids_of, write_legend
from engine.formats.map_pairs import beside, first_map, pairs_of, with_options
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.formats.read_sample import Objects
from engine.formats.registry import MASKS, Carries, Format, register
from engine.formats.report import Report
from engine.formats.sample_files import values_of
from engine.regions.map_strips import PIXELS
from engine.regular_files import open_regular
from engine.sources.picture_header import MAX_PIXELS
from engine.values import IGNORE, Label, LabelMap, Sample

ENDINGS = (".npy",)
_MOST_BYTES = 8 * MAX_PIXELS + 4096
_HINT = "Save (H, W) whole numbers from 0 to 255 with numpy.save, without pickle."
_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 4096
# numpy's own reader of headers raises errors of the Python tokenizer for damaged ones.
_FIELDS = (
    re.compile(r"'descr': '([<>|=]?(?:[ui][1248]|b1))'"),
    re.compile(r"'fortran_order': (True|False)"),
    re.compile(r"'shape': \(([0-9]{1,9}), ([0-9]{1,9})\)"),
)


def open_dataset(path: Path, options: ReadOptions) -> OpenDataset:
    """A folder with pictures and arrays."""
    report = Report()
    pairs = pairs_of(with_options(path, options, beside(path)), ENDINGS, report)
    named = names_of(path)
    if named is None:
        ids: set[int] = set()
        for pair in pairs:
            ids |= values_of(read_array(pair.map))
        named = LabelsFile(labels_of_ids(ids - {IGNORE}))
        report.notes.append("No file names the labels: they are numbered as in the maps.")
    report.converted += named.remarks
    table = np.arange(256, dtype=np.uint8)
    table[list(named.ignored_ids)] = IGNORE

    def read_map(map_path: Path, objects: Objects) -> LabelMap:
        ids = read_array(map_path)
        return LabelMap(table[ids] if named.ignored_ids else ids)

    return LabelMaps(pairs, named.labels, read_map, report).opened()


def recognise(path: Path) -> bool:
    """Whether there are arrays beside pictures."""
    return path.is_dir() and first_map(beside(path), ENDINGS) is not None


def read_array(path: Path) -> NDArray[np.uint8]:
    """The ids (H, W) in a file. DatasetError for anything else, before memory is taken for it."""
    try:
        with open_regular(path, _MOST_BYTES, DatasetError) as file:
            return _load(file)
    except (OSError, ValueError, MemoryError) as error:
        reason = str(error).splitlines()[0][:80] if str(error) else "damaged"
        message = f"Cannot read the label map {path.name}: {reason.rstrip('.')}."
        raise DatasetError(message, hint=_HINT) from error


def _load(file: BinaryIO) -> NDArray[np.uint8]:
    start = file.read(12)
    if len(start) < 12 or start[:6] != _MAGIC or start[6] not in (1, 2, 3):
        raise ValueError("it is no array")
    # The first version says the header's length in two bytes, the others in four.
    begin, end = (10, 10) if start[6] == 1 else (12, 12)
    end += int.from_bytes(start[8:begin], "little")
    file.seek(begin)
    header = file.read(min(end - begin, _LONGEST_HEADER)).decode("latin-1")
    kind, order, shape = (pattern.search(header) for pattern in _FIELDS)
    if kind is None or order is None or shape is None:
        raise ValueError("it holds no whole numbers (H, W)")
    hw = (int(shape[1]), int(shape[2]))
    if not 0 < math.prod(hw) <= MAX_PIXELS:
        raise ValueError(f"its size is {hw[1]}x{hw[0]}")
    file.seek(end)
    ids = _ids(file, math.prod(hw), np.dtype(kind[1]))
    return ids.reshape(hw[::-1]).T if order[1] == "True" else ids.reshape(hw)


def _ids(file: BinaryIO, count: int, dtype: np.dtype[Any]) -> NDArray[np.uint8]:
    """So many numbers of the file, some at a time."""
    ids = np.empty(count, dtype=np.uint8)
    for begin in range(0, count, PIXELS):
        wanted = min(PIXELS, count - begin)
        data = file.read(wanted * dtype.itemsize)
        if len(data) < wanted * dtype.itemsize:
            raise ValueError("it is cut off")
        numbers = np.frombuffer(data, dtype=dtype)
        if numbers.min() < 0 or numbers.max() > IGNORE:
            raise ValueError("it holds numbers beyond 0 to 255")
        ids[begin : begin + wanted] = numbers
    ids.flags.writeable = False
    return ids


class NumpyWriter:
    """Arrays of uint8, and `labels.txt`."""

    def __init__(self, folder: Path, labels: Sequence[Label]) -> None:
        self._folder = folder
        self._labels = tuple(labels)
        self._places = MapPlaces(folder, "images")

    def picture_place(self, name: str, split: str) -> PurePath:
        """Pictures lie in `images/`, those of a split in a folder of its own."""
        return PurePath("images", split, name)

    def add(self, sample: Sample, picture: Path, split: str) -> None:
        """One array."""
        path = self._folder / "labels" / f"{self._places.stem(picture)}.npy"
        data = io.BytesIO()
        fields = {"descr": "|u1", "fortran_order": False, "shape": sample.size_hw}
        np.lib.format.write_array_header_1_0(data, fields)
        for ids in ids_of(sample, self._labels):
            data.write(ids.data)
        write_bytes(path, data.getbuffer())

    def finish(self) -> None:
        """Name the ids."""
        write_legend(self._folder, self._labels)


register(
    Format(
        "numpy",
        "Label map numpy",
        Carries(MASKS, ignored=True, is_layered=False, colors=True),
        recognise,
        open_dataset,
        NumpyWriter,
    )
)
