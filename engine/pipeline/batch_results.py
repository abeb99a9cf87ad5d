"""What a prediction of whole inputs leaves in its folder, and how one that was cut off goes on.

predict.jsonl is written as it goes: the settings, then a line for each frame whose files are there.
predictions.txt, the list of all, and labels.txt come when everything is done.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from engine.errors import DatasetError
from engine.files import disk_errors, write_all
from engine.formats.label_names import Names
from engine.formats.labels_file import BOX_NAMES, IMAGES, list_names
from engine.formats.txt_list import list_text
from engine.plain_json import MEGABYTE, parse_json
from engine.regular_files import read_regular
from engine.values import FrameId, Label
from models.task import Task

LIST, LABELS, NOTES = "predictions.txt", "labels.txt", "predict.jsonl"
MAPS, OVERLAYS = "labels", "overlays"
FOLDERS = (MAPS, IMAGES, OVERLAYS)
_MOST_BYTES = 1024 * MEGABYTE
_BEGIN_ANEW = "Begin anew with --overwrite, or choose another folder."


class Existing(StrEnum):
    """What is done about results that are in the folder already."""

    REFUSE = "refuse"
    OVERWRITE = "overwrite"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Predicted:
    """A frame whose files are there: their paths below the folder, or the label's own name.

    `image` is where the picture is; of a video's frame a file in the folder.
    """

    path: str
    index: int
    stem: str
    image: str
    label: str
    is_file: bool = True
    overlay: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Its files below the folder."""
        found = [self.label] if self.is_file else []
        found += [self.image] if self.image.startswith(f"{IMAGES}/") else []
        return (*found, self.overlay) if self.overlay else tuple(found)


def refuse_results(out: Path, existing: Existing) -> None:
    """DatasetError if the folder holds results that are neither to be replaced nor gone on with."""
    can_resume = (out / NOTES).exists()
    if existing is Existing.OVERWRITE or (existing is Existing.RESUME and can_resume):
        return
    if can_resume or (out / LIST).exists():
        what = "predictions" if (out / LIST).exists() else "predictions that were cut off"
    elif (out / LABELS).exists() or any(_has_files(out / name) for name in FOLDERS):
        what = "labels or pictures"
    else:
        return
    if existing is Existing.RESUME:
        message = f"{out} holds {what}, and nothing that says how they were made."
        raise DatasetError(message, hint=_BEGIN_ANEW)
    go_on = "Go on with what is missing (--resume), replace" if can_resume else "Replace"
    raise DatasetError(
        f"{out} holds {what} already.", hint=f"{go_on} it (--overwrite), or choose another folder."
    )


class Results:
    """The files in the folder. Nothing there is touched before the first frame is added."""

    def __init__(self, out: Path, settings: Mapping[str, Any], existing: Existing) -> None:
        refuse_results(out, existing)
        self.out = out
        self.names = Names()
        self._settings = dict(settings)
        self._is_begun = False
        self._frames: dict[tuple[str, int], Predicted] = {}
        self.kept = 0
        if existing is Existing.RESUME:
            self._read()

    def has(self, frame_id: FrameId) -> bool:
        """Whether this frame is done."""
        return _key(frame_id) in self._frames

    def forget(self, frame_ids: Iterable[FrameId]) -> None:
        """These frames are to be done anew, as a video's whose overlay is one file."""
        for frame_id in frame_ids:
            if self._frames.pop(_key(frame_id), None) is not None:
                self.kept -= 1
        if self._is_begun:
            self._write_notes()

    def begin(self) -> None:
        """Make room: an earlier result goes, but for what is kept of it."""
        if self._is_begun:
            return
        self._is_begun = True
        with disk_errors(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            self._remove_earlier()
        self._write_notes()

    def add(self, frames: Sequence[Predicted]) -> None:
        """Note frames whose files are written."""
        self.begin()
        with disk_errors(self.out / NOTES), (self.out / NOTES).open("ab") as file:
            file.write("".join(_line(asdict(each)) for each in frames).encode())
        self._frames |= {(each.path, each.index): each for each in frames}

    def finish(self, task: Task, labels: Sequence[Label]) -> None:
        """Write the list of all frames and the labels; nothing where there are none."""
        if not self._frames:
            return
        self.begin()
        path = self.out / LIST
        pairs = [
            (self.out / each.image, self.out / each.label if each.is_file else each.label)
            for each in self._frames.values()
        ]
        write_all({path: list_text(path, pairs), **list_names(self.out, task, labels)})

    def _write_notes(self) -> None:
        lines = (self._settings, *map(asdict, self._frames.values()))
        write_all({self.out / NOTES: "".join(map(_line, lines))})

    def _read(self) -> None:
        """What was done before. DatasetError if that cannot be gone on with."""
        if not (self.out / NOTES).exists():
            return
        first, *rest = _notes(self.out / NOTES)
        for name, now in self._settings.items():
            if first.get(name) != now:
                raise DatasetError(
                    f"{self.out} was predicted with {name} {first.get(name)}, not {now}.",
                    hint=f"Go on with the same settings. {_BEGIN_ANEW}",
                )
        for number, row in enumerate(rest, start=2):
            each = _predicted(row)
            if each is None:
                raise _unreadable(self.out / NOTES, number)
            if all(os.path.isfile(self.out / name) for name in each.files):
                self._frames[each.path, each.index] = each
        self.kept = len(self._frames)
        for each in self._frames.values():
            self.names.take(each.stem, FrameId(each.path, each.index))
            if each.overlay:
                overlay = Path(each.overlay).relative_to(OVERLAYS).with_suffix("")
                self.names.take(overlay.as_posix(), FrameId(each.path, each.index))

    def _remove_earlier(self) -> None:
        """The list, and the files of an earlier result that this one does not keep."""
        kept = {name for each in self._frames.values() for name in each.files}
        if (self.out / NOTES).exists():
            with suppress(DatasetError):  # Files that nobody can name stay, or are written over.
                earlier = map(_predicted, _notes(self.out / NOTES)[1:])
                written = {name for each in earlier if each for name in each.files} - kept
                for name in (*written, *BOX_NAMES):
                    (self.out / name).unlink(missing_ok=True)
        for name in (LIST, NOTES):
            (self.out / name).unlink(missing_ok=True)


def _predicted(row: Mapping[str, Any]) -> Predicted | None:
    """What a line of the notes says; None if it says nothing, or names a file elsewhere."""
    try:
        each = Predicted(**row)
        texts = (each.path, each.stem, each.image, each.label, each.overlay or "")
        is_right = all(isinstance(text, str) for text in texts) and type(each.index) is int
        parts = [Path(name).parts for name in each.files]
    except TypeError:
        return None
    is_inside = all(part and part[0] in FOLDERS and ".." not in part for part in parts)
    return each if is_right and is_inside else None


def _key(frame_id: FrameId) -> tuple[str, int]:
    return os.path.abspath(frame_id.path), frame_id.index


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row) + "\n"


def _notes(path: Path) -> list[dict[str, Any]]:
    """The lines; the last one may have been cut off."""
    try:
        text = read_regular(path, _MOST_BYTES, DatasetError).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read {path}.", hint=_BEGIN_ANEW) from error
    rows = []
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        row = parse_json(line, f"{path.name}, line {number}", hint=_BEGIN_ANEW)
        if not isinstance(row, dict):
            raise _unreadable(path, number)
        rows.append(row)
    if not rows:
        raise _unreadable(path, 1)
    return rows


def _unreadable(path: Path, number: int) -> DatasetError:
    return DatasetError(f"{path.name}, line {number} cannot be read.", hint=_BEGIN_ANEW)
