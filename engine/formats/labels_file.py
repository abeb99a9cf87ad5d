"""The file that names the labels: `labels.txt`, or a plain list of names (`classes.txt`)."""

import colorsys
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.namesakes import told_apart
from engine.formats.open_dataset import SPLITS
from engine.formats.peek import spelled
from engine.formats.report import Remark
from engine.labels import BACKGROUND, is_background
from engine.regular_files import read_regular
from engine.values import IGNORE, Label
from models.task import Task

NAMES = ("labels.txt", "classes.txt")
BOX_NAMES = ("classes.txt", "data.yaml")
"""What names the labels of boxes for other tools."""
IMAGES = "images"
"""The folder of a list's own pictures."""
MOST_BYTES = 1 << 20
IGNORED_NAMES = frozenset({"void", "ignore", "ignored", "unlabelled", "unlabeled", "unlabel"})
"""Names, in small letters, of what nobody knows: its id is ignored."""
_COLOR = re.compile(r"#([0-9a-fA-F]{6})")
_NUMBERED = re.compile(r"(\d{1,9})\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class LabelsFile:
    """The labels a file names, without the ignored ids, which become 255 on reading.

    `remarks` are of those that it calls alike.
    """

    labels: tuple[Label, ...]
    ignored_ids: frozenset[int] = frozenset()
    path: Path | None = None
    remarks: tuple[Remark, ...] = ()


def default_color(label_id: int) -> tuple[int, int, int]:
    """A colour that is clear on dark and light, and differs from its neighbours' colours."""
    if label_id == 0:
        return 0, 0, 0
    # Steps of the golden ratio never come back to a hue; the first is a clear orange red.
    hue = (0.02 + (label_id - 1) * 0.618034) % 1
    lightness = (0.55, 0.45, 0.66)[(label_id - 1) // 8 % 3]
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def apart(label: Label, others: Iterable[Label]) -> Label:
    """The label, in another colour where one of the others has its own."""
    taken = {other.color for other in others if other.id != label.id}
    if label.color not in taken:
        return label
    ids = (label.id, *range(1, IGNORE))
    free = next((i for i in ids if default_color(i) not in taken), label.id)
    return replace(label, color=default_color(free))


def default_label(label_id: int) -> Label:
    """The label of an id that nobody named."""
    return Label(label_id, f"label_{label_id}", default_color(label_id))


def labels_of_ids(ids: Iterable[int]) -> tuple[Label, ...]:
    """Background, and one label for each id found in the data."""
    found = sorted({i for i in ids if 0 < i < IGNORE})
    return (BACKGROUND, *(default_label(i) for i in found))


def read_labels(where: Path, task: Task | None = None) -> LabelsFile | None:
    """The labels file named, or the one beside this list or in this folder; None without one.

    A plain list of names without a background counts from 1 where the task is to find objects
    (index = id - 1 in their label files), and from 0 where it is to label pixels. So does a
    `labels.txt` that counts as the box files do: from 0, without a background, and as the
    `classes.txt` beside it, which tells it from one that names id 0 and counts from it.
    """
    where = Path(where)
    if where.name.lower() in NAMES:
        return _read(where, task)
    folder = where if where.is_dir() else where.parent
    for name in NAMES:
        if (file := spelled(folder / name)).is_file():
            return _read(file, task)
    return None


def write_labels(
    path: Path, labels: Sequence[Label], ignored_ids: Iterable[int] = frozenset()
) -> None:
    """Write the labels file whole."""
    write_text(path, labels_text(labels, ignored_ids))


def labels_text(labels: Sequence[Label], ignored_ids: Iterable[int] = frozenset()) -> str:
    """Lines of `id name #rrggbb`, ids marked `ignore` last."""
    lines = [f"{x.id} {_one_line(x.name)} #{bytes(x.color).hex()}" for x in labels]
    lines += [f"{i} ignored #000000 ignore" for i in sorted(ignored_ids)]
    return "".join(f"{line}\n" for line in lines)


def list_names(
    folder: Path, task: Task, labels: Sequence[Label], ignored_ids: Iterable[int] = frozenset()
) -> dict[Path, str]:
    """The files beside a list that name its labels, and their texts.

    Those of boxes count as the box files do, from 0 and without a background: `labels.txt`, and for
    other tools `classes.txt` and `data.yaml`.
    """
    if task is not Task.DETECTION:
        return {folder / NAMES[0]: labels_text(labels, ignored_ids)}
    objects = [label for label in labels if not is_background(label)]
    names = [_one_line(label.name) for label in objects]
    lines = [f"{s}: {IMAGES}/{s}" for s in SPLITS if (folder / IMAGES / s).is_dir()]
    lines += [f"nc: {len(names)}", "names:"]
    # What JSON quotes, YAML reads.
    lines += [f"  {i}: {json.dumps(name, ensure_ascii=False)}" for i, name in enumerate(names)]
    return {
        folder / NAMES[0]: labels_text([replace(x, id=i) for i, x in enumerate(objects)]),
        folder / BOX_NAMES[0]: "".join(f"{name}\n" for name in names),
        folder / BOX_NAMES[1]: "".join(f"{line}\n" for line in lines),
    }


def box_ids(labels: Iterable[Label]) -> dict[int, int]:
    """The ids that labels have in box files, by their own: from 1 on, without gaps."""
    objects = (label for label in labels if not is_background(label))
    return {label.id: i for i, label in enumerate(objects, start=1)}


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _lines(path: Path) -> dict[int, str]:
    """The lines that say something, by their numbers."""
    try:
        data = read_regular(path, MOST_BYTES, DatasetError)
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        hint = "Save it as UTF-8 text: one label a line, as `id name #rrggbb`."
        raise DatasetError(f"Cannot read {path.name}.", hint=hint) from error
    return {n: line.strip() for n, line in enumerate(lines, start=1) if line.strip()}


def _read(path: Path, task: Task | None) -> LabelsFile:
    numbered = list(_lines(path).items())
    if numbered and all(_NUMBERED.fullmatch(line) for _, line in numbered):
        found = _numbered(path, numbered)
        is_of_boxes = task is Task.DETECTION and _counts_boxes(found)
        found = _told_apart(found)
        return _from_1(found) if is_of_boxes else found
    if path.name.lower() == NAMES[0] and any(_NUMBERED.fullmatch(line) for _, line in numbered):
        bad = next(n for n, line in numbered if not _NUMBERED.fullmatch(line))
        message = f"{path.name}, line {bad}: a label line is `id name #rrggbb`."
        raise DatasetError(message, hint="Give every line an id, or none of them.")
    return _plain(path, [line for _, line in numbered], task)


def _numbered(path: Path, lines: list[tuple[int, str]]) -> LabelsFile:
    labels: dict[int, Label] = {}
    ignored: set[int] = set()
    for number, line in lines:
        label_id, name, color, is_ignored = _parse(line)
        if label_id in labels or label_id in ignored:
            message = f"{path.name}, line {number}: the id {label_id} is named twice."
            raise DatasetError(message, hint="Give each label its own id.")
        if label_id > IGNORE:
            message = f"{path.name}, line {number}: the id {label_id} is above 254."
            raise DatasetError(message, hint="Number the labels from 0 to 254.")
        if is_ignored or label_id == IGNORE:
            ignored.add(label_id)
        else:
            labels[label_id] = Label(label_id, name, color or default_color(label_id))
    return LabelsFile(tuple(labels[i] for i in sorted(labels)), frozenset(ignored), path)


def _counts_boxes(found: LabelsFile) -> bool:
    """Whether its ids are the indices in box files: the plain list beside it counts alike."""
    assert found.path is not None
    beside = spelled(found.path.with_name(NAMES[1]))
    ids = [label.id for label in found.labels]
    if found.path == beside or found.ignored_ids or ids != list(range(len(ids))):
        return False
    if not ids or is_background(found.labels[0]) or not beside.is_file():
        return False
    return [_one_line(n) for n in _lines(beside).values()] == [label.name for label in found.labels]


def _from_1(found: LabelsFile) -> LabelsFile:
    labels = tuple(replace(label, id=label.id + 1) for label in found.labels)
    return replace(found, labels=(BACKGROUND, *labels))


def _parse(line: str) -> tuple[int, str, tuple[int, int, int] | None, bool]:
    """Id, name, colour and whether the id is ignored."""
    number, *words = line.split()
    color, marked = None, False
    if len(words) > 2 and words[-1] == "ignore" and _COLOR.fullmatch(words[-2]):
        words, marked = words[:-1], True
    if len(words) > 1 and (match := _COLOR.fullmatch(words[-1])):
        red, green, blue = bytes.fromhex(match[1])
        words, color = words[:-1], (red, green, blue)
    elif len(words) > 1 and words[-1] == "ignore":
        words, marked = words[:-1], True
    name = " ".join(words)
    return int(number), name, color, marked or (color is None and name.lower() in IGNORED_NAMES)


def _plain(path: Path, names: list[str], task: Task | None) -> LabelsFile:
    has_background = bool(names) and is_background(replace(BACKGROUND, name=names[0]))
    finds_objects = task in (Task.DETECTION, Task.INSTANCE)
    first = 1 if finds_objects and not has_background else 0
    if first + len(names) > IGNORE + 1:
        hint = "A label map holds ids 0 to 254: join or drop some labels."
        raise DatasetError(f"{path.name} names {len(names)} labels.", hint=hint)
    ignored = {i for i, name in enumerate(names, first) if name.lower() in IGNORED_NAMES}
    labels = [
        Label(i, name, default_color(i)) for i, name in enumerate(names, first) if i not in ignored
    ]
    if first:
        labels.insert(0, BACKGROUND)
    return _told_apart(LabelsFile(tuple(labels), frozenset(ignored), path), first)


def _told_apart(found: LabelsFile, first: int = 0) -> LabelsFile:
    """No name twice; `first` is the label id of what the file counts as 0."""
    assert found.path is not None
    numbers = {label.id - first: label.name for label in found.labels}
    names, remarks = told_apart(numbers, found.path.name)
    labels = tuple(replace(label, name=names[label.id - first]) for label in found.labels)
    return replace(found, labels=labels, remarks=remarks)
