"""One line of a txt list: image path, separator, label path; quoted when in doubt."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine import endings
from models.task import Task

TASKS = {
    ".txt": Task.DETECTION,
    ".json": Task.INSTANCE,
    **dict.fromkeys((".png", ".bmp", ".tif", ".tiff", ".gif"), Task.SEMANTIC),
}
"""What a label file is for, by its ending."""
_PICTURES = tuple(endings.PICTURES)
_PART = r"""(?:"([^"]*)"|'([^']*)'|(\S+))"""
_QUOTED = re.compile(rf"{_PART}\s+{_PART}")
_BLANKS = re.compile(r"\s+")
_TABS = re.compile(r"(?<! ) *\t\s*")  # Not tried again at each blank of a row of them.
_MOST_CHARACTERS = 8300  # Two paths as long as systems allow.
_MOST_CUTS = 200
_ODD = re.compile(r"\s*[,;|]\s*")


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why a line cannot be read."""

    code: str
    message: str


class Folder:
    """Which files exist below the folder of a list; each directory is listed once.

    Paths are texts here: making a hundred thousand Path objects takes seconds.
    """

    def __init__(self, root: Path) -> None:
        self.root = os.path.join(root, "")
        self._names: dict[str, frozenset[str]] = {}

    def path(self, text: str) -> str:
        """The path a list means: where no such file exists as written, with slashes for its
        backslashes, or with the ending in other letters."""
        path = text if os.path.isabs(text) else self.root + text
        if "./" in path or "//" in path or ".\\" in path:
            # One file has one name everywhere: as a FrameId, and when two lists are compared.
            path = os.path.normpath(path)
        if "\\" in text and os.sep != "\\" and not self.has(path):
            return self.path(text.replace("\\", "/"))
        if self.has(path):
            return path
        stem, ending = os.path.splitext(path)
        others = (stem + ending.lower(), stem + ending.upper())
        return next((other for other in others if self.has(other)), path)

    def has(self, path: str) -> bool:
        """Whether this file exists."""
        parent, _, name = path.rpartition("/")
        names = self._names.get(parent)
        if names is None:
            try:
                names = frozenset(os.listdir(parent or "/"))
            except (OSError, ValueError):  # ValueError: a null character
                names = frozenset()
            self._names[parent] = names
        # A name in other case or composition may exist too on some systems.
        return name in names or os.path.isfile(path)

    def knows(self, text: str) -> bool:
        """Whether the path written in a list exists."""
        return self.has(self.path(text))


def is_label_path(text: str) -> bool:
    """Whether this is written like a label file, not like a label's name."""
    return os.path.splitext(text)[1].lower() in TASKS


def parse_line(text: str, folder: Folder) -> tuple[str, str] | BadLine:
    """Image and label as written. Which files exist decides where paths hold blanks."""
    text = text.strip()
    if len(text) > _MOST_CHARACTERS:
        message = f"This line has {len(text)} characters; no two paths have so many."
        return BadLine("too-long", message)
    if quoted := _quoted(text):
        return quoted
    splits = list(islice(_splits(text), _MOST_CUTS + 1))
    if len(splits) == 1:
        return splits[0]
    if len(splits) > _MOST_CUTS:
        return BadLine("ambiguous", "This line has too many blanks; quote the paths.")
    if not splits:
        return _one_part(text)
    return _choose(splits, folder)


def join_line(image: str, label: str) -> str:
    """The line we write: one space, or one TAB when either path contains white space."""
    separator = "\t" if _BLANKS.search(image) or _BLANKS.search(label) else " "
    if "\t" in image or "\t" in label:
        return f'"{image}" "{label}"'
    return f"{image}{separator}{label}"


def _quoted(text: str) -> tuple[str, str] | None:
    if text[0] not in "\"'" and text[-1] not in "\"'":
        return None
    match = _QUOTED.fullmatch(text)
    if match is None:
        return None
    groups = match.groups()
    return next(g for g in groups[:3] if g is not None), next(
        g for g in groups[3:] if g is not None
    )


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to cut in two; a TAB, where there is one, is the separator."""
    pattern = _TABS if "\t" in text else _BLANKS
    for match in pattern.finditer(text):
        yield text[: match.start()], text[match.end() :]


def _one_part(text: str) -> BadLine:
    parts = _ODD.split(text)
    if len(parts) == 2 and all(parts):
        odd = text[len(parts[0]) :].strip()[0]
        return BadLine("separator", f"Paths are separated by '{odd}'; use a space or a TAB.")
    return BadLine("fields", f"There is no label beside '{text[:200]}'; write image, space, label.")


def _choose(splits: list[tuple[str, str]], folder: Folder) -> tuple[str, str] | BadLine:
    both = [s for s in splits if folder.knows(s[0]) and folder.knows(s[1])]
    named = [s for s in splits if folder.knows(s[0]) and not is_label_path(s[1])]
    written = [s for s in splits if s[0].lower().endswith(_PICTURES) and is_label_path(s[1])]
    for candidates in (both, named, written):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            break
    reason = "More than one" if both else "No"
    return BadLine(
        "ambiguous",
        f"{reason} way to cut this line in two gives files that exist; "
        "separate the paths with a TAB, or quote them.",
    )
