"""Repairs in txt lists and their box files what is mechanical, and says what it did.

What a file held before stays beside it as `NAME.bak`. Only files below the list's own folder are
written, and a second run finds nothing to do.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine import endings
from engine.errors import AppError, DatasetError
from engine.files import write_bytes, write_text
from engine.formats.labels_file import labels_text, read_labels
from engine.formats.sample_files import MOST_BYTES, parse_yolo
from engine.formats.two_valued import is_two_valued
from engine.formats.txt_dataset import lists_of
from engine.formats.txt_list import ListReading, read_list
from engine.labels import BACKGROUND, is_background
from engine.regions.boxes import cxcywh_to_xyxy, xyxy_to_cxcywh
from engine.regular_files import read_regular
from engine.values import Label
from models.task import Task

SLIGHTLY = 0.05
"""By how much of the picture's side a box may reach over the edge to be cut there."""
_ROUNDING = 2e-3  # what `check` lets pass
_MISSING = ("missing-image", "missing-label")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OBJECT = Label(1, "object", (255, 80, 0))


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was done to a file; `backup` is where its former content is, if it had any."""

    file: str
    code: str
    message: str
    backup: str = ""


@dataclass(slots=True)
class _Desk:
    """Writes files of one folder, each kept beside before it is first touched."""

    root: Path
    done: list[Repair] = field(default_factory=list)
    kept: dict[Path, Path] = field(default_factory=dict)

    def may_write(self, path: Path) -> bool:
        """Whether the file really lies below the folder."""
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.root))

    def write(self, path: Path, text: str, repairs: Sequence[tuple[str, str]]) -> None:
        """Write the file, and note what that repairs."""
        if path.exists() and path not in self.kept:
            self.kept[path] = _free(path)
            write_bytes(self.kept[path], read_regular(path, MOST_BYTES, DatasetError))
        write_text(path, text)
        backup = str(self.kept.get(path, ""))
        self.done += [Repair(str(path), code, message, backup) for code, message in repairs]


def fix(path: Path | str) -> tuple[Repair, ...]:
    """Repair a list, or the lists of a folder; of other Formats nothing."""
    path = Path(path)
    lists = lists_of(path) if path.is_dir() or path.suffix.lower() == endings.LIST else []
    return tuple(repair for one in lists for repair in fix_list(one))


def fix_list(path: Path) -> tuple[Repair, ...]:
    """Repair a list and what it names. AppError where it cannot be read or written."""
    desk = _Desk(path.parent)
    _encoding(path, desk)
    _lines(path, desk)
    reading = read_list(path)
    for label in dict.fromkeys(e.label for e in reading.entries if e.task is Task.DETECTION):
        if isinstance(label, Path) and desk.may_write(label):
            _boxes(label, desk)
    _names(reading, desk)
    return tuple(desk.done)


def _free(path: Path) -> Path:
    """A name for a copy that no earlier one has."""
    names = (f"{path.name}.bak{number or ''}" for number in range(10_000))
    return next(p for name in names if not (p := path.with_name(name)).exists())


def _encoding(path: Path, desk: _Desk) -> None:
    """UTF-8 without a mark, lines ending in LF."""
    try:
        data = read_regular(path, MOST_BYTES, DatasetError)
        text = data.decode("utf-16" if data[:2] in _UTF16 else "utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return  # `check` says what is wrong
    repairs = []
    if data[:2] in _UTF16:
        repairs.append(("encoding", "It was UTF-16, and is UTF-8 now."))
    elif data.startswith(b"\xef\xbb\xbf"):
        repairs.append(("byte-order-mark", "The byte order mark before the first line is gone."))
    if "\r\n" in text:
        repairs.append(("line-endings", f"{text.count(chr(13) + chr(10))} lines ended in CR LF."))
    if repairs:
        desk.write(path, text.replace("\r\n", "\n"), repairs)


def _lines(path: Path, desk: _Desk) -> None:
    """Without lines whose files are missing, or that say again what another says."""
    reading = read_list(path)
    gone = {p.line: p for p in reading.problems if p.code in _MISSING}
    repairs = [(p.code, f"Line {p.line} is removed: {p.message}") for p in gone.values()]
    again: set[int] = set()
    first: dict[tuple[str, str], int] = {}
    for entry in reading.entries:
        line = first.setdefault((entry.image_path, entry.label_text), entry.line)
        if line != entry.line:
            again.add(entry.line)
            text = f"Line {entry.line} is removed: line {line} says the same."
            repairs.append(("duplicate-line", text))
    # A list whose files are all missing was moved; then there is nothing to choose from.
    if repairs and reading.entries:
        text = read_regular(path, MOST_BYTES, DatasetError).decode("utf-8", "surrogateescape")
        numbered = enumerate(text.split("\n"), start=1)
        kept = [line for number, line in numbered if number not in gone and number not in again]
        desk.write(path, "\n".join(kept), repairs)


def _boxes(path: Path, desk: _Desk) -> None:
    """Boxes that reach over the edge a little are cut there; lines that come twice, once."""
    try:
        found = parse_yolo(path)
        lines = read_regular(path, MOST_BYTES, DatasetError).decode("utf-8-sig").splitlines()
    except (AppError, OSError):
        return
    repairs = []
    corners = cxcywh_to_xyxy(found.cxcywh)
    over = np.maximum(-corners, corners - 1).max(axis=1)
    cut = xyxy_to_cxcywh(np.clip(corners, 0, 1))
    is_slight = (over > _ROUNDING) & (over <= SLIGHTLY) & (cut[:, 2:] > 0).all(axis=1)
    for row in np.flatnonzero(is_slight).tolist():
        number = int(found.lines[row])
        index = lines[number - 1].split()[0]
        rest = lines[number - 1].split()[5:]
        lines[number - 1] = " ".join([index, *(f"{v:.7g}" for v in cut[row].tolist()), *rest])
        repairs.append(("box-outside", f"The box in line {number} is cut at the picture's edge."))
    kept: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        other = seen.setdefault(" ".join(line.split()), number)
        if line.strip() and other != number:
            text = f"Line {number} is removed: line {other} says the same."
            repairs.append(("duplicate-line", text))
        else:
            kept.append(line)
    if repairs:
        desk.write(path, "".join(f"{line}\n" for line in kept), repairs)


def _names(reading: ListReading, desk: _Desk) -> None:
    """A `labels.txt` that says what the label files do."""
    try:
        labels = read_labels(reading.path, reading.task)
        is_masks = labels is None and is_two_valued(reading, None)
    except AppError:
        return
    target = reading.path.with_name("labels.txt")
    if is_masks:
        text = labels_text((BACKGROUND, _OBJECT))
        message = "It is new: it names the masks' 0 background and their 255, read as 1, object."
        desk.write(target, text, [("two-valued", message)])
    if labels is None or labels.path != target or reading.task is not Task.DETECTION:
        return
    ids = [label.id for label in labels.labels]
    counts_from_0 = ids == list(range(len(ids))) and not is_background(labels.labels[0])
    if counts_from_0 and not labels.ignored_ids and _highest(reading) < len(ids):
        moved = [replace(label, id=label.id + 1) for label in labels.labels]
        message = "Its ids counted as the box lines do; now 0 is background, and they start at 1."
        desk.write(target, labels_text((BACKGROUND, *moved)), [("ids-disagree", message)])


def _highest(reading: ListReading) -> int:
    """The highest index in the box files; beyond all names where one cannot be read."""
    highest = -1
    for entry in reading.entries:
        try:
            ids = parse_yolo(Path(entry.label_text)).ids if entry.is_file else ()
        except AppError:
            return 1 << 20
        highest = max(highest, *(int(i) - 1 for i in ids), -1)
    return highest
