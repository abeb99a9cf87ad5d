"""The file that says which colour means which label: `class_dict.csv` or `label_colors.txt`.

`class_dict.csv` has a row `name,r,g,b` for each label, mostly below a header; `label_colors.txt`,
as CamVid's own, lines of `r g b name`. A row named background has the id 0 and the others count
from 1; without one they count from 0. Void and the like are ignored.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.formats.csv_rows import Row, read_rows
from engine.formats.labels_file import IGNORED_NAMES, default_color
from engine.formats.map_files import MapFile
from engine.formats.namesakes import LABEL, told_apart
from engine.formats.peek import spelled
from engine.formats.report import Remark
from engine.labels import is_background
from engine.regular_files import read_regular
from engine.values import IGNORE, Label

NAMES = ("class_dict.csv", "label_colors.txt")
VOID = "void"
_MOST_BYTES = 1 << 20
_SEPARATOR = re.compile(r"[,;\t ]\s*")
_HINT = "A row is `name,r,g,b` in class_dict.csv, `r g b name` in label_colors.txt."

Color = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ColorTable:
    """Labels, the label id of each colour, and those of each row; 255 = ignore.

    `remarks` are of rows that it cannot tell apart by their names or by their colours.
    """

    labels: tuple[Label, ...]
    ids: dict[Color, int]
    rows: tuple[int, ...]
    remarks: tuple[Remark, ...] = ()

    def ids_of(self, found: MapFile) -> tuple[NDArray[np.uint8], int]:
        """A map's colours as ids (H, W), and how many pixels have a colour that is not known."""
        ids, unknown, top = np.empty(found.size_hw, dtype=np.uint8), 0, 0
        indexed = None if found.palette is None else self._known(found.palette)
        parts = found.colors() if indexed is None else found.strips()
        for part in parts:
            if indexed is None:
                found_ids, is_known = self._known(part)
            else:
                found_ids, is_known = indexed[0][part], indexed[1][part]
            ids[top : top + len(part)] = found_ids
            unknown += is_known.size - int(np.count_nonzero(is_known))
            top += len(part)
        return ids, unknown

    def _known(self, colors: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """The ids of colours (..., 3), and whether each is known."""
        keys = {code(c): label_id for c, label_id in self.ids.items()}
        known = np.array(sorted(keys), dtype=np.uint32)
        values = np.array([keys[k] for k in known.tolist()], dtype=np.uint8)
        codes = codes_of(colors)
        place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        is_known = known[place] == codes
        return np.where(is_known, values[place], np.uint8(IGNORE)), is_known


def code(color: Color) -> int:
    """A colour as one number."""
    return color[0] << 16 | color[1] << 8 | color[2]


def codes_of(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Colours (..., 3) as one number each."""
    wide = colors.astype(np.uint32)
    return np.asarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], dtype=np.uint32)


def colors_in(colors: NDArray[np.uint8]) -> set[Color]:
    """The different colours of a picture (H, W, 3)."""
    found = np.unique(codes_of(colors)).tolist()
    return {(c >> 16, c >> 8 & 255, c & 255) for c in found}


def table_file(folder: Path) -> Path | None:
    """The file of colours in this folder."""
    return next((p for name in NAMES if (p := spelled(folder / name)).is_file()), None)


def read_table(path: Path) -> ColorTable:
    """Read a file of colours. DatasetError names the line that is wrong."""
    rows: list[tuple[str, Color]] = []
    is_csv = path.suffix.lower() == ".csv"
    for number, fields in read_rows(path, _MOST_BYTES) if is_csv else _lines(path):
        row = _row(fields if is_csv else [*fields[3:], *fields[:3]])
        if row is None and (rows or not is_csv):
            raise DatasetError(f"{path.name}, line {number}: no name and color.", hint=_HINT)
        if row is not None:
            rows.append(row)
    return table_of(rows, path.name)


def _lines(path: Path) -> Iterator[Row]:
    try:
        text = read_regular(path, _MOST_BYTES, DatasetError).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read {path.name}.", hint=_HINT) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, _SEPARATOR.split(line.strip(), maxsplit=3)


def table_of(rows: Sequence[tuple[str, Color]], where: str) -> ColorTable:
    """Names and colours as labels; of equal colours the first one counts."""
    rows, remarks = _told_apart(rows, where)
    names = list(dict.fromkeys(name for name, _ in rows))
    nothing = next((n for n in names if is_background(Label(0, n, (0, 0, 0)))), None)
    counted = [n for n in names if n != nothing and n.lower() not in IGNORED_NAMES]
    ids = {name: i for i, name in enumerate(counted, 0 if nothing is None else 1)}
    if nothing is not None:
        ids[nothing] = 0
    if not ids or max(ids.values()) >= IGNORE:
        raise DatasetError(f"{where} names {len(ids)} labels.", hint="Maps hold 1 to 254 of them.")
    colors: dict[Color, int] = {}
    seen: dict[str, Color] = {}
    for name, color in rows:
        colors.setdefault(color, ids.get(name, IGNORE))
        seen.setdefault(name, color)
    labels = sorted((Label(i, n, seen[n]) for n, i in ids.items()), key=lambda x: x.id)
    numbers = tuple(ids.get(name, IGNORE) for name, _ in rows)
    return ColorTable(tuple(labels), colors, numbers, remarks)


def _told_apart(
    rows: Sequence[tuple[str, Color]], where: str
) -> tuple[list[tuple[str, Color]], tuple[Remark, ...]]:
    """The rows, no name under two colours, and what is to be told of them."""
    first: dict[str, str] = {}
    for name, color in rows:
        first.setdefault(_hex(color), name)
    counted = {key: name for key, name in first.items() if name.lower() not in IGNORED_NAMES}
    names, remarks = told_apart(counted, where)
    found: list[tuple[str, Color]] = []
    for name, color in rows:
        key = _hex(color)
        is_first = first[key] == name
        found.append((names.get(key, name) if is_first else name, color))
        if not is_first and name.lower() not in IGNORED_NAMES:
            why = f"“{name}” has the color of “{first[key]}”, {key}: its pixels are read as that"
            remarks = (*remarks, Remark(where, LABEL, why, 0))
    return found, remarks


def _hex(color: Color) -> str:
    return f"#{bytes(color).hex()}"


def distinct(labels: Iterable[Label], taken: Iterable[Color]) -> dict[int, Color]:
    """A colour for each label id: its own, or another one where a label before it has that."""
    used = set(taken)
    found: dict[int, Color] = {}
    for label in labels:
        more = (default_color(i) for i in range(label.id, label.id + 2000))
        found[label.id] = next(c for c in (label.color, *more) if c not in used)
        used.add(found[label.id])
    return found


def _row(fields: Sequence[str]) -> tuple[str, Color] | None:
    """A name and three numbers; None for a heading or anything else."""
    if len(fields) < 4 or not (name := " ".join(fields[0].split())):
        return None
    if not all(re.fullmatch(r"[0-9]{1,3}", n) for n in fields[1:4]):
        return None
    red, green, blue = (int(n) for n in fields[1:4])
    return (name, (red, green, blue)) if max(red, green, blue) <= 255 else None
