"""What may be meant, but often is not: masks among maps, forgotten objects, names that disagree."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.checks.entries import ListSummary
from engine.errors import AppError, DatasetError
from engine.export.duplicates import Fingerprint, near_duplicates
from engine.formats.labels_file import LabelsFile, read_labels
from engine.formats.problem import Problem, Severity
from engine.formats.txt_list import ListEntry
from engine.labels import is_background
from engine.plain_yaml import read_yaml
from models.task import Task

_FIRST = 3


def masks_among_maps(path: Path, seen: ListSummary) -> Iterator[Problem]:
    """Maps of 0 and 255 in a list whose other maps hold ids: there 255 is read as "ignore"."""
    if not seen.ids - {0}:
        return
    for entry in seen.masks:
        text = (
            f"{Path(entry.label_text).name} holds 0 and 255 only, other maps of the list hold ids: "
            "its 255 is ignored. If it is a mask, write the label's id in place of 255."
        )
        yield Problem(str(path), entry.line, "mask-among-maps", text, Severity.INFO)


def empty_beside_alike(
    file: str,
    samples: Sequence[tuple[int, str]],
    prints: Sequence[Fingerprint | None],
    is_empty: Sequence[bool],
) -> Iterator[Problem]:
    """Pictures without objects, nearly the same as one with; `samples` are line and name."""
    groups = near_duplicates(prints)
    with_objects = {
        group: place
        for place, group in reversed(list(enumerate(groups)))
        if prints[place] is not None and not is_empty[place]
    }
    for place, group in enumerate(groups):
        if prints[place] is None or not is_empty[place] or group not in with_objects:
            continue
        line, name = samples[place]
        text = (
            f"{name} has no objects, but {samples[with_objects[group]][1]}, which is nearly the "
            "same picture, has some; look whether they were forgotten."
        )
        yield Problem(file, line, "empty-but-alike", text, Severity.INFO)


def ids_of_boxes(path: Path, entries: Sequence[ListEntry]) -> Iterator[Problem]:
    """Where `labels.txt`, `classes.txt` and `data.yaml` name the index of a box differently."""
    if not any(entry.task is Task.DETECTION for entry in entries):
        return
    folder = path.parent
    used: LabelsFile | None = None
    try:
        used = read_labels(path, Task.DETECTION)
    except AppError:
        return  # told as such
    if used is None or used.path is None:
        return
    names = {label.id - 1: label.name for label in used.labels if label.id > 0}
    first = next((label for label in used.labels if label.id == 0), None)
    if first is not None and not is_background(first):
        text = (
            f"{used.path.name} counts from 0 and has no background, so the box index 0 is read as "
            f"{names.get(0, 'nothing')}, not as {first.name}. Put `0 background` first and count "
            "on from 1, or write the names alone into classes.txt beside it."
        )
        yield Problem(str(used.path), 0, "ids-disagree", text)
    for other in ("classes.txt", "data.yaml"):
        theirs = {} if folder / other == used.path else _names(folder / other)
        differing = sorted(i for i in theirs if i in names and names[i] != theirs[i])
        if differing:
            told = "; ".join(f"{i} is {names[i]} or {theirs[i]}" for i in differing[:_FIRST])
            text = f"{used.path.name} and {other} name the box indices differently: {told}."
            yield Problem(str(used.path), 0, "ids-disagree", text)


def _names(path: Path) -> Mapping[int, str]:
    """The names by index in the file; none where there is no such file, or no names in it."""
    if not path.is_file():
        return {}
    try:
        if path.name == "classes.txt":
            found = read_labels(path, Task.DETECTION)
            return {label.id - 1: label.name for label in found.labels if label.id} if found else {}
        content = read_yaml(path, error=DatasetError)
    except AppError:
        return {}
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, list):
        return {i: " ".join(str(name).split()) for i, name in enumerate(names)}
    if isinstance(names, dict):
        return {i: " ".join(str(n).split()) for i, n in names.items() if isinstance(i, int)}
    return {}
