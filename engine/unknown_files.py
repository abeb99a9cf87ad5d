"""What is at a path that cannot be opened: what it is, and the import that fits."""

import json
import zipfile
from pathlib import Path

from engine import endings
from engine.errors import AppError, LabelsAloneError, SourceError
from engine.formats import registry, yolo
from engine.formats.peek import files_in
from engine.formats.txt_list import read_list
from engine.formats.yolo_files import LABELS
from engine.regular_files import open_regular

_HEAD = 4096
_ANY_SIZE = 1 << 50


def labels_alone(path: Path) -> LabelsAloneError | None:
    """The error that says which labels a file or folder without pictures holds, if any."""
    if path.is_file() and (name := yolo.kind_of_file(path)):
        text = f"{path.name} is a file of {registry.get(name).text} labels of one picture."
        dataset = path.parent.parent
        is_whole = path.parent.name == LABELS and registry.recognised(dataset)
        return LabelsAloneError(text, path=dataset if is_whole else path.parent, layout=name)
    formats = [found.name for found in registry.recognised(path)]
    if not formats and path.is_dir():
        formats = [n for file in files_in(path, endings.LIST, 3) if (n := yolo.kind_of_file(file))]
    if not formats:
        return None
    what = "none of its pictures is there" if path.is_file() else "no pictures"
    text = f"{path.name} holds {registry.get(formats[0]).text} labels, but {what}."
    return LabelsAloneError(text, path=path, layout=formats[0])


def unknown(path: Path) -> SourceError:
    """The error that says what a file is that is none of ours."""
    kind = kind_of(path)
    return SourceError(
        f"{path.name} is {kind}, neither a picture, a video nor labels that Maskloop reads.",
        hint="Open pictures, a folder, a video, a txt list, weights, or labels of a known format.",
    )


def kind_of(path: Path) -> str:
    """What a file seems to be, in a few words, from its beginning."""
    try:
        with open_regular(path, _ANY_SIZE, SourceError) as file:
            head = file.read(_HEAD)
    except (OSError, SourceError):
        return "a file that cannot be read"
    if zipfile.is_zipfile(path):
        return "an archive: unpack it first"
    if not head:
        return "an empty file"
    if b"\0" in head:
        return "a file of another program"
    names = {".md": "a text with Markdown", ".csv": "a table", ".yaml": "a YAML file"}
    if path.suffix.lower() in names:
        return names[path.suffix.lower()]
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return f"a JSON file{_keys(path, text)}"
    if text.startswith("<"):
        return "an XML file"
    return _kind_of_list(path) if path.suffix.lower() == endings.LIST else "a text file"


def _keys(path: Path, text: str) -> str:
    """The first keys of a small JSON file."""
    try:
        content = json.loads(text) if path.stat().st_size <= _HEAD else None
    except (ValueError, RecursionError, OSError):
        return " that is damaged"
    keys = ", ".join(list(content)[:3]) if isinstance(content, dict) else ""
    return f" with {keys}" if keys else ""


def _kind_of_list(path: Path) -> str:
    try:
        problems = read_list(path).problems
    except AppError:
        return "a text file"
    return f"a text that names no pictures ({problems[0]})" if problems else "an empty text"
