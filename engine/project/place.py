"""Where a project is: `.maskloop/` beside the pictures, or a folder chosen for it.

Looking for a place writes nothing. A project that is not there yet has a place all the same: its
folder is made when the first Edit is stored.
"""

import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import platformdirs

from engine import folders
from engine.errors import ProjectError
from engine.files import replacing
from engine.project.moving import peek
from engine.project.seen import Seen

DATABASE = "project.db"
BESIDE, DATA = "beside", "data"
"""Where new projects go: beside the pictures, or into the user's data folder. Else it is a path."""

_ROOT = "."
"""The root itself, where labels may lie."""
# Some systems allow any bytes in names. Python holds those that are no text as surrogates.
_NO_TEXT = re.compile("[\ud800-\udfff]")
_AS_TEXT = re.compile("//([0-9a-f]{4})")


@dataclass(frozen=True)
class ProjectPlace:
    """The project's own folder, and the root that paths in it are relative to.

    `scratch` is another folder that holds the database for as long as the own one cannot: nothing
    was edited yet, or the folder has vanished. A new scratch begins as a copy of `seed`. `seen` is
    beside it and not stored.
    """

    folder: Path
    root: Path
    scratch: Path | None = None
    seed: Path | None = None
    seen: Seen | None = field(default=None, compare=False, repr=False)

    @cached_property
    def _prefix(self) -> str:
        """What paths below the root begin with, as text: it is asked a hundred thousand times."""
        return os.path.join(self.root, "")

    @property
    def home(self) -> Path:
        """Where the SQLite file belongs."""
        return self.folder / DATABASE

    @property
    def database(self) -> Path:
        """Where the SQLite file is now."""
        return (self.scratch or self.folder) / DATABASE

    @property
    def exists(self) -> bool:
        """Whether there is a database already."""
        return self.database.is_file()

    def stored(self, path: str) -> str:
        """A path as the database has it: relative with forward slashes when below the root.

        What is no text in a name stands as `//dce9`, which is in no other path.
        """
        prefix = self._prefix
        if not path.startswith(prefix) or "./" in path or "//" in path:
            path = os.path.abspath(path)
            path = path[1:] if path.startswith("//") else path
            if path == prefix[:-1]:
                return _ROOT
        relative = path[len(prefix) :] if path.startswith(prefix) else path
        if not relative.isascii():
            relative = _NO_TEXT.sub(_as_text, relative)
        return relative if os.sep == "/" else relative.replace(os.sep, "/")

    def full(self, stored: str) -> str:
        """The absolute path of a stored one."""
        if stored == _ROOT:
            return str(self.root)
        if "//" in stored:
            stored = _AS_TEXT.sub(_as_name, stored)
        if os.sep == "/":
            return stored if stored[:1] == "/" else self._prefix + stored
        return os.path.join(self.root, stored.replace("/", os.sep))

    def full_all(self, stored: str) -> list[str]:
        """The absolute paths of many stored ones, with \\0 between them."""
        if not stored:
            return []
        if os.sep != "/" or "//" in stored or "\0/" in stored or stored[:1] == "/":
            return [self.full(path) for path in stored.split("\0")]
        return (self._prefix + stored.replace("\0", "\0" + self._prefix)).split("\0")


def _as_text(found: re.Match[str]) -> str:
    return f"//{ord(found[0]):04x}"


def _as_name(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def place_of(folder: Path | str, *, where: str = BESIDE, read_only: bool = False) -> ProjectPlace:
    """The place of the project on these pictures; `where` says it for one that is new.

    What is beside the pictures wins, unless it was read-only and went on elsewhere since. Where
    nothing can be written, the user's data folder serves.
    Edits that could not be brought there when they were made are still apart, in its scratch.
    """
    root = Path(os.path.abspath(folder))
    if root.name == folders.PROJECT or root.name == DATABASE:
        root = root.parent if root.name == folders.PROJECT else root.parent.parent
    if not root.is_dir():
        raise ProjectError(f"There is no folder {root}.", hint="Choose the pictures' folder.")
    place = _home_of(root, where=where, read_only=read_only)
    rescued = [folder for folder in rescues_from(root) if (folder / DATABASE).is_file()]
    return replace(place, scratch=rescued[0]) if rescued else place


def _home_of(root: Path, *, where: str, read_only: bool) -> ProjectPlace:
    beside, away = ProjectPlace(root / folders.PROJECT, root), ProjectPlace(away_from(root), root)
    if beside.exists and os.access(beside.folder, os.W_OK) and os.access(beside.home, os.W_OK):
        return away if away.exists and _has_gone_on(beside.home, away.home) else beside
    for place in (_noted(root), away):
        if place is not None and place.exists:
            return place
    if beside.exists:
        return beside if read_only else replace(away, seed=beside.home)
    if where != BESIDE:
        return away if where == DATA else ProjectPlace(inside(Path(where), root), root)
    return beside if os.access(root, os.W_OK) else away


def _has_gone_on(old: Path, copy: Path) -> bool:
    """Whether a project went on in its copy, while the place of the old one was read-only."""
    mark = peek(copy)
    if mark is None or not mark.identity:
        return False
    here = peek(old, mark.identity)
    return here is not None and here.identity == mark.identity and here.edits < mark.edits


def data_folder() -> Path:
    """The user's data folder."""
    return Path(platformdirs.user_data_dir("maskloop", appauthor=False))


def inside(folder: Path, root: Path) -> Path:
    """The folder for the project on `root` in a folder that may hold many."""
    return folder.absolute() / f"{root.name or 'pictures'}-{_number(root)}"


def away_from(root: Path) -> Path:
    """The folder for the project on `root` in the user's data folder."""
    return inside(data_folder() / "projects", root)


def rescues_from(root: Path) -> list[Path]:
    """Folders for Edits whose project could not be reached any more; each window takes one."""
    first = inside(data_folder() / "rescued", root)
    return [first, *(first.with_name(f"{first.name}-{n}") for n in range(2, 10))]


def is_rescue(place: ProjectPlace) -> bool:
    """Whether it is in one of these now."""
    return place.scratch in rescues_from(place.root)


def note_place(place: ProjectPlace) -> None:
    """Remember the place of a project that is not beside its pictures, to find it again."""
    path = _note(place.root)
    if place.folder in (place.root / folders.PROJECT, away_from(place.root)):
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return
    with replacing(path) as temporary:
        content = {"root": str(place.root), "folder": str(place.folder)}
        temporary.write_text(json.dumps(content), encoding="utf-8")


def _noted(root: Path) -> ProjectPlace | None:
    try:
        content = json.loads(_note(root).read_text(encoding="utf-8"))
        return ProjectPlace(Path(content["folder"]), root)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # There is none, or it is of no use.


def _note(root: Path) -> Path:
    return data_folder() / "places" / f"{_number(root)}.json"


def _number(root: Path) -> str:
    return hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
