"""The txt list, the project's own dataset format: image path, separator, label path a line."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DatasetError
from engine.files import write_text
from engine.formats.labels_file import LabelsFile, read_labels, write_labels
from engine.formats.problem import Problem, errors_of
from engine.formats.txt_line import TASKS, BadLine, Folder, is_label_path, join_line, parse_line
from engine.regular_files import read_regular
from models.task import Task

__all__ = ["LabelsFile", "ListEntry", "ListReading", "Problem", "read_labels", "write_labels"]

_COMMENT = re.compile(r"\s*#+(\s|$)")
"""How a line begins that says nothing, unless there is a picture of such a name."""
_MOST_BYTES = 1 << 28
_MOST_LINES = 2_000_000


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One line: an image, and its label file, or the label's name or id in place of one."""

    line: int
    image_path: str
    label_text: str
    is_file: bool

    @property
    def image(self) -> Path:
        """The image's path."""
        return Path(self.image_path)

    @property
    def label(self) -> Path | str:
        """The label file's path, or the label's name or id."""
        return Path(self.label_text) if self.is_file else self.label_text

    @property
    def task(self) -> Task:
        """What the label file is for."""
        if not self.is_file:
            return Task.CLASSIFICATION
        return TASKS[os.path.splitext(self.label_text)[1].lower()]


@dataclass(frozen=True, slots=True)
class ListReading:
    """What a list says, and what is wrong with it. Entries with missing files are left out."""

    path: Path
    entries: tuple[ListEntry, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def task(self) -> Task | None:
        """The task of most entries; None for an empty list."""
        tasks = Counter(entry.task for entry in self.entries)
        return tasks.most_common(1)[0][0] if tasks else None


def read_list(path: Path | str, *, strict: bool = False) -> ListReading:
    """Read a list without opening what it names. `strict` raises DatasetError for any problem."""
    path = Path(path)
    reading = _reading(path, tuple(_lines(path)))
    errors = errors_of(reading.problems)
    if strict and errors:
        more = f" (And {len(errors) - 1} more.)" if len(errors) > 1 else ""
        hint = f"Correct the list; `maskloop check {path.name}` shows every problem."
        raise DatasetError(f"{errors[0]}{more}", hint=hint)
    if strict and not reading.entries:
        hint = "Write one sample a line: image path, space, label path."
        raise DatasetError(f"{path.name} lists no samples.", hint=hint)
    return reading


def write_list(
    path: Path, pairs: Iterable[tuple[Path, Path | str]], *, absolute: bool = False
) -> None:
    """Write a list whole, its paths relative to its own folder unless `absolute`."""
    write_text(path, list_text(path, pairs, absolute=absolute))


def list_text(
    path: Path, pairs: Iterable[tuple[Path, Path | str]], *, absolute: bool = False
) -> str:
    """What `write_list` writes: `path` is where it will be."""
    root = Path(os.path.abspath(path)).parent
    lines = [
        join_line(
            _written(image, root, absolute=absolute),
            label if isinstance(label, str) else _written(label, root, absolute=absolute),
        )
        for image, label in pairs
    ]
    return "".join(f"{line}\n" for line in lines)


def _written(path: Path, root: Path, *, absolute: bool) -> str:
    full = os.path.abspath(path)
    if absolute:
        return Path(full).as_posix()
    try:
        return Path(os.path.relpath(full, root)).as_posix()
    except ValueError:  # another drive on Windows
        return Path(full).as_posix()


def _lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """Numbered lines that are not blank; None for a line that is not UTF-8."""
    try:
        data = read_regular(path, _MOST_BYTES, DatasetError)
    except OSError as error:
        hint = "Check the path; a list is a text file of image and label paths."
        raise DatasetError(f"Cannot read the list {path}.", hint=hint) from error
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4096]:
        hint = "Save it as UTF-8 text; a list has one `image label` line per sample."
        raise DatasetError(f"{path.name} is not UTF-8 text.", hint=hint)
    if data.count(b"\n") > _MOST_LINES:
        hint = "Split it into several lists."
        raise DatasetError(f"{path.name} has more than {_MOST_LINES} lines.", hint=hint)
    data = data.removeprefix(b"\xef\xbb\xbf")
    for number, raw in enumerate(data.replace(b"\r\n", b"\n").split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            yield number, None
        else:
            if line.strip():
                yield number, line


def _reading(path: Path, lines: tuple[tuple[int, str | None], ...]) -> ListReading:
    folder = Folder(Path(os.path.abspath(path)).parent)
    entries: list[ListEntry] = []
    problems: list[Problem] = []
    for number, line in lines:
        for found in _entry(number, line, folder):
            if isinstance(found, ListEntry):
                entries.append(found)
            else:
                problems.append(Problem(str(path), number, found.code, found.message))
    problems += _mixed(path, entries)
    return ListReading(path, tuple(entries), tuple(problems))


def _entry(number: int, line: str | None, folder: Folder) -> Iterator[ListEntry | BadLine]:
    if line is None:
        yield BadLine("encoding", "This line is not UTF-8; save the list as UTF-8.")
        return
    parts = parse_line(line, folder)
    is_comment = _COMMENT.match(line) is not None
    if isinstance(parts, BadLine):
        if not is_comment:
            yield parts
        return
    image, label = folder.path(parts[0]), parts[1]
    if is_comment and not folder.has(image):
        return
    is_file = is_label_path(label)
    if is_file:
        label = folder.path(label)
    is_missing = False
    for path, kind in ((image, "image"), (label, "label"))[: 1 + is_file]:
        if not folder.has(path):
            is_missing = True
            text = f"The {kind} {path} does not exist; correct the path or the line."
            yield BadLine(f"missing-{kind}", text)
    if not is_missing:
        yield ListEntry(number, image, label, is_file)


def _mixed(path: Path, entries: list[ListEntry]) -> Iterator[Problem]:
    tasks = Counter(entry.task for entry in entries)
    if len(tasks) < 2:
        return
    usual = tasks.most_common(1)[0][0]
    for entry in entries:
        if entry.task is not usual:
            text = f"This label is for {entry.task}, most others are for {usual}; use one kind."
            yield Problem(str(path), entry.line, "mixed-tasks", text)
