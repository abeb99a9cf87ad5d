"""Where an export is made before it is there: a folder beside the target, renamed at the end.

`.NAME.exporting` holds what is written so far, and a journal of what took long: pictures looked at,
pictures placed. An export that was cancelled or killed goes on from there; label files are always
written anew, as the labels may have changed meanwhile.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine import folders
from engine.errors import AppError, DatasetError
from engine.files import disk_errors, locked, unseen, write_text
from engine.plain_json import MEGABYTE, read_json

REPORT, REPORT_TEXT = "report.json", "report.txt"
_SIGN = {"program": "maskloop", "kind": "export"}
_JOURNAL, _LOCK = ".journal.jsonl", ".lock"
_TOLERANCE_NS = 2_000_000_000
"""Some file systems note times to two seconds."""
_REPORT_BYTES = 256 * MEGABYTE


class Place(StrEnum):
    """What a target folder is."""

    FREE = "free"
    OURS = "ours"
    """An earlier export in the same Format, untouched since."""
    OTHER = "other"


def look(folder: Path, layout: str) -> Place:
    """What is there for an export in the Format of this name."""
    if not os.path.lexists(folder):
        return Place.FREE
    if not folder.is_dir():
        return Place.OTHER
    with disk_errors(folder), os.scandir(folder) as found:
        is_empty = next(found, None) is None
    if is_empty:
        return Place.FREE
    return Place.OURS if _is_untouched(folder, layout) else Place.OTHER


def pending(folder: Path) -> int:
    """How many pictures wait for a cancelled or killed export into this folder to go on."""
    return len(_Journal.read(_stage_of(folder) / _JOURNAL).placed)


def discard(folder: Path) -> None:
    """Remove what a cancelled or killed export left beside this folder."""
    shutil.rmtree(_stage_of(folder), ignore_errors=True)


@dataclass(slots=True)
class _Journal:
    looked: dict[str, dict[str, Any]] = field(default_factory=dict)
    placed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "_Journal":
        """What it says; the line that a kill cut off is left out."""
        found = cls()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return found
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                row = json.loads(line)
                if "place" in row:
                    found.placed[row["place"]] = row["from"]
                else:
                    found.looked[row["look"]] = row
        return found


class TargetTakenError(DatasetError):
    """The target holds something else, and nobody said that it may be put aside."""


class Stage:
    """The folder under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = _Journal.read(folder / _JOURNAL)
        self._journal = (folder / _JOURNAL).open("a", encoding="utf-8", newline="\n")

    def close(self) -> None:
        """Nothing more is noted."""
        self._journal.close()

    def known(self, key: str) -> dict[str, Any] | None:
        """What an earlier try noted of a picture under this key."""
        return self._before.looked.get(key)

    def note(self, key: str, values: Mapping[str, Any]) -> None:
        """Remember it for the next try."""
        self._write({"look": key, **values})

    def has(self, place: str, source: str) -> bool:
        """Whether an earlier try placed exactly this picture there."""
        return self._before.placed.get(place) == source and (self.folder / place).is_file()

    def note_placed(self, place: str, source: str) -> None:
        """A picture is whole and in its place."""
        self._write({"place": place, "from": source})

    def clean(self) -> None:
        """Remove all but the pictures of an earlier try."""
        for path in list(_files(self.folder)):
            name = path.relative_to(self.folder).as_posix()
            if name not in self._before.placed and name not in (_JOURNAL, _LOCK):
                path.unlink()

    def keep_only(self, wanted: Collection[str]) -> None:
        """Remove pictures of an earlier try that are not what is wanted now."""
        for place in self._before.placed:
            if place not in wanted:
                (self.folder / place).unlink(missing_ok=True)
        for found, _, _ in os.walk(self.folder, topdown=False):
            with suppress(OSError):
                os.rmdir(found)  # Only empty ones go.

    @property
    def bytes(self) -> int:
        """What earlier tries have written already."""
        return sum(path.stat().st_size for path in _files(self.folder))

    @property
    def is_worth_keeping(self) -> bool:
        """Whether going on would save work."""
        return bool(_Journal.read(self.folder / _JOURNAL).placed)

    def _write(self, row: Mapping[str, Any]) -> None:
        with disk_errors(self.folder):
            self._journal.write(json.dumps(row, separators=(",", ":")) + "\n")
            self._journal.flush()


@contextmanager
def staging(target: Path, layout: str, *, replace: bool) -> Iterator[Stage]:
    """The folder to write into in this Format, in the target's place afterwards.

    DatasetError where the target holds something else and is not to be replaced, and where another
    export writes there. What saves work is kept when the block ends with an error.
    """
    _restore(target)
    check_target(target, layout, replace=replace)
    folder = _stage_of(target)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder / _LOCK))
        except OSError as error:
            hint = "Wait until it is done, or choose another folder."
            raise DatasetError(f"Another export writes into {target}.", hint=hint) from error
        with disk_errors(folder):
            stage = Stage(folder)
            stage.clean()
        stack.callback(stage.close)
        try:
            with unseen(folder):
                yield stage
        except BaseException:
            if not stage.is_worth_keeping:
                stage.close()
                shutil.rmtree(folder, ignore_errors=True)
            raise
    check_target(target, layout, replace=replace)
    _put(folder, target, layout)


def check_target(target: Path, layout: str, *, replace: bool) -> None:
    """DatasetError where the target must not be written to."""
    if folders.PROJECT in (target.name, target.parent.name):
        hint = "Choose another folder; what is in this one belongs to the project."
        raise DatasetError(f"{target} is in a Maskloop project's own folder.", hint=hint)
    if look(target, layout) is Place.OTHER and not replace:
        raise TargetTakenError(
            f"The folder {target} holds something else.",
            hint="Choose an empty or new folder, so that nothing is mixed.",
        )
    if (target / folders.PROJECT).exists():
        hint = "Choose another folder; a project is never replaced."
        raise DatasetError(f"The folder {target} has a Maskloop project in it.", hint=hint)


def sign(folder: Path, text: str, content: Mapping[str, Any]) -> None:
    """Write the report, by which the folder is known as ours. The last thing that is written."""
    write_text(folder / REPORT_TEXT, text)
    count = sum(path.name not in (_JOURNAL, _LOCK) for path in _files(folder)) + 1
    signed = {**_SIGN, **content, "files": count}
    # A line each, for a person who looks in, and for the fast way to write JSON.
    lines = [f"{json.dumps(key)}: {_by_line(value)}" for key, value in signed.items()]
    write_text(folder / REPORT, "{\n" + ",\n".join(lines) + "\n}\n")


def _by_line(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(f"  {json.dumps(x, ensure_ascii=False)}" for x in value) + "\n]"


def _is_untouched(folder: Path, layout: str) -> bool:
    """Whether it holds an export of ours in this Format, with no file newer than its report and
    none added."""
    path = folder / REPORT
    try:
        report = read_json(path, most=_REPORT_BYTES)
        newest = path.stat().st_mtime_ns + _TOLERANCE_NS
        if not isinstance(report, dict) or any(
            report.get(k) != v for k, v in {**_SIGN, "format": layout}.items()
        ):
            return False
        count = 0
        for found in _files(folder):
            count += 1
            if found.lstat().st_mtime_ns > newest:
                return False
        return bool(count == report.get("files"))
    except (AppError, OSError):
        return False


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name)


def _stage_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.exporting")


def _old_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.replaced")


def _restore(target: Path) -> None:
    """Give back the export that a kill between two renames left without its name."""
    if _old_of(target).exists() and not target.exists():
        with disk_errors(target):
            os.rename(_old_of(target), target)


def _put(folder: Path, target: Path, layout: str) -> None:
    """The folder under its own name; an earlier export goes, anything else is put aside."""
    (folder / _JOURNAL).unlink(missing_ok=True)
    (folder / _LOCK).unlink(missing_ok=True)
    place = look(target, layout)
    with disk_errors(target):
        if place is Place.FREE:
            with suppress(FileNotFoundError):
                target.rmdir()
            os.rename(folder, target)
            return
        old = _old_of(target) if place is Place.OURS else aside(target)
        shutil.rmtree(_old_of(target), ignore_errors=True)
        os.rename(target, old)
        try:
            os.rename(folder, target)
        except OSError:
            os.rename(old, target)
            raise
    if place is Place.OURS:
        shutil.rmtree(old, ignore_errors=True)


def aside(target: Path) -> Path:
    """The name under which what is in the target's place is kept when that is replaced."""
    number = 1
    while os.path.lexists(found := target.with_name(f"{target.name}-before-{number}")):
        number += 1
    return found
