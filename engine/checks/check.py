"""Lints a dataset, of lists or of any other Format: all that spoils a training without a word."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import endings
from engine.checks.content import compared, fit_of
from engine.checks.dataset import DatasetCheck
from engine.checks.entries import EntryCheck, ListSummary
from engine.checks.overlooked import CountObjects
from engine.checks.shift import check_pairing
from engine.checks.suspicions import empty_beside_alike, ids_of_boxes, masks_among_maps
from engine.errors import AppError, DatasetError
from engine.formats.labels_file import read_labels
from engine.formats.open_dataset import SPLITS
from engine.formats.problem import Problem, Severity, errors_of
from engine.formats.registry import names, recognised
from engine.formats.two_valued import is_two_valued
from engine.formats.txt_dataset import lists_of
from engine.formats.txt_label_files import FORMATS
from engine.formats.txt_list import ListEntry, ListReading, read_list
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of
from engine.unknown_files import unknown
from models.task import Task

_FEW = 3
"""Fewer samples than this may well have the same label."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found; `ok` when none of it is an error."""

    ok: bool
    samples: int
    problems: tuple[Problem, ...]


def check(
    path: Path | str,
    *,
    count_objects: CountObjects | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> CheckReport:
    """Check a list, or a file or folder of any Format, and all it names.

    `count_objects` looks into pictures whose labels say that there is nothing. AppError where
    there is no dataset, or it cannot be read at all.
    """
    path = Path(path)
    cancel = cancel or CancelToken()
    if not path.is_dir() and path.suffix.lower() == endings.LIST:
        return _check_list(path, count_objects, progress, cancel)
    formats = recognised(path) if path.exists() else ()
    if not formats:
        raise _unknown(path)
    # The three lists of a folder are one Format for each task, and checked line by line.
    is_list = [f for f in formats if f.name in FORMATS.values()]
    reports = [
        _check_list(p, count_objects, progress, cancel) for p in (lists_of(path) if is_list else [])
    ]
    for found in formats:
        if found not in is_list:
            one = DatasetCheck(path, found, count_objects)
            problems = tuple(one.problems(progress, cancel))
            reports.append(_report(problems, len(one.opened.frame_ids)))
    return _report([p for r in reports for p in r.problems], sum(r.samples for r in reports))


def _report(problems: Sequence[Problem], samples: int) -> CheckReport:
    ordered = tuple(sorted(problems, key=lambda p: (p.severity is Severity.INFO, p.file, p.line)))
    return CheckReport(not errors_of(ordered), samples, ordered)


def _unknown(path: Path) -> AppError:
    if path.is_file():
        return unknown(path)
    if path.is_dir():
        hint = f"Known formats: {', '.join(names())}."
        return DatasetError(f"{path} holds no labels of a known format.", hint=hint)
    return DatasetError(f"{path} does not exist.", hint="Check the spelling of the path.")


def _check_list(
    path: Path, count_objects: CountObjects | None, progress: Progress, cancel: CancelToken
) -> CheckReport:
    reading = read_list(path)
    problems = list(reading.problems)
    labels, are_named = None, True
    try:
        labels = read_labels(path, reading.task)
        are_named = labels is not None
    except DatasetError as error:
        problems.append(Problem(str(path.with_name("labels.txt")), 0, "labels-file", str(error)))
    two_valued = is_two_valued(reading, labels)
    seen = ListSummary()
    check_entry = EntryCheck(labels, two_valued, seen, count_objects)
    places = compared(len(reading.entries)).tolist()
    are_compared = set(places)
    for place, entry in enumerate(reading.entries):
        cancel.check()
        findings = check_entry(entry, is_compared=place in are_compared)
        problems += [Problem(str(path), entry.line, *found) for found in findings]
        progress(place + 1, len(reading.entries), entry.image.name)
    fit = fit_of([seen.traits.get(place) for place in places], places)
    problems += check_pairing(path, reading.entries, fit)
    problems += _repeated(path, reading.entries)
    problems += _shared(path, reading.entries)
    problems += _constant(path, reading, seen)
    problems += masks_among_maps(path, seen)
    samples = [(entry.line, entry.image.name) for entry in reading.entries]
    if labels is None or background_of(labels.labels) is not None:
        problems += empty_beside_alike(str(path), samples, seen.prints, seen.is_empty)
    problems += ids_of_boxes(path, reading.entries)
    problems += _notes(path, reading, two_valued=two_valued, are_named=are_named)
    named = labels.remarks if labels is not None else ()
    problems += [
        Problem(str(path), 0, "label-names", f"{r.sample}: {r.why}.", Severity.INFO) for r in named
    ]
    return _report(problems, len(reading.entries))


def _key(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _repeated(path: Path, entries: Sequence[ListEntry]) -> Iterator[Problem]:
    """Images and label files that more than one line names."""
    for code, kind in (("duplicate-image", "image"), ("duplicate-label", "label file")):
        first: dict[str, int] = {}
        for entry in entries:
            file = entry.image if kind == "image" else entry.label
            # Pictures without objects may share one empty file.
            if isinstance(file, Path) and _size(file):
                line = first.setdefault(_key(file), entry.line)
                if line != entry.line:
                    text = f"The {kind} {file.name} is in line {line} already; keep one of them."
                    yield Problem(str(path), entry.line, code, text)


def _shared(path: Path, entries: Sequence[ListEntry]) -> Iterator[Problem]:
    """Images that another split names too; what was trained on cannot test."""
    if path.stem not in SPLITS:
        return
    for name in SPLITS:
        other = path.with_name(f"{name}.txt")
        if name == path.stem or not other.is_file():
            continue
        try:
            theirs = {_key(entry.image): entry.line for entry in read_list(other).entries}
        except DatasetError:
            continue  # checking that list says so
        for entry in entries:
            if (line := theirs.get(_key(entry.image))) is not None:
                text = f"{entry.image.name} is in {other.name} too (line {line}); keep it in one."
                yield Problem(str(path), entry.line, "in-two-splits", text)


def _constant(path: Path, reading: ListReading, seen: ListSummary) -> Iterator[Problem]:
    """Labels that say the same for every image."""
    if seen.count < _FEW:
        return
    is_map = reading.task is Task.SEMANTIC
    if len(seen.contents) == 1:
        text = "Every label in the list is the same; look whether the right files are listed."
        yield Problem(str(path), 0, "constant-label", text)
    elif is_map and len(seen.ids) <= 1:
        only = (
            f"Every label map holds the id {min(seen.ids)} only" if seen.ids else "All is ignored"
        )
        yield Problem(str(path), 0, "constant-label", f"{only}; there is nothing to learn.")
    elif not seen.ids and reading.task in (Task.DETECTION, Task.INSTANCE):
        text = "No label file holds an object; there is nothing to learn."
        yield Problem(str(path), 0, "constant-label", text)


def _notes(
    path: Path, reading: ListReading, *, two_valued: bool, are_named: bool
) -> Iterator[Problem]:
    if not reading.entries:
        text = "The list names no sample that can be used; write `image label` lines."
        yield Problem(str(path), 0, "empty", text)
    if two_valued:
        text = "The label maps hold 0 and 255 only; they are read as ids 0 and 1."
        yield Problem(str(path), 0, "two-valued", text, Severity.INFO)
    if not are_named and reading.entries:
        text = "There is no labels.txt; ids are numbered from the data and named label_N."
        if reading.task is Task.CLASSIFICATION:
            text = "There is no labels.txt; the labels are those that the lines hold, in order."
        yield Problem(str(path), 0, "no-labels-file", text, Severity.INFO)
