"""Where a project is: `.maskloop/` beside the pictures, or in the user's data folder."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import platformdirs

from engine import folders
from engine.errors import ProjectError

DATABASE = "project.db"


@dataclass(frozen=True)
class ProjectPlace:
    """The project's own folder, and the root that paths in it are relative to."""

    folder: Path
    root: Path

    @cached_property
    def _prefix(self) -> str:
        """What paths below the root begin with, as text: it is asked a hundred thousand times."""
        return os.path.join(self.root, "")

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / DATABASE

    @property
    def exists(self) -> bool:
        """Whether there is a project already."""
        return self.database.is_file()

    def stored(self, path: str) -> str:
        """A path as the database has it: relative with forward slashes when below the root."""
        prefix = self._prefix
        if not path.startswith(prefix) or "./" in path:
            path = os.path.abspath(path)
        relative = path[len(prefix) :] if path.startswith(prefix) else path
        return relative if os.sep == "/" else relative.replace(os.sep, "/")

    def full(self, stored: str) -> str:
        """The absolute path of a stored one."""
        if os.sep == "/":
            return stored if stored[:1] == "/" else self._prefix + stored
        return os.path.join(self.root, stored.replace("/", os.sep))


def place_of(folder: Path | str, *, read_only: bool = False) -> ProjectPlace:
    """The place of the project on these pictures.

    In a read-only place the user's data folder serves; a project found there is copied to it
    once, so that the work can go on.
    """
    root = Path(os.path.abspath(folder))
    if root.name == folders.PROJECT or root.name == DATABASE:
        root = root.parent if root.name == folders.PROJECT else root.parent.parent
    if not root.is_dir():
        raise ProjectError(f"There is no folder {root}.", hint="Choose the pictures' folder.")
    beside, away = ProjectPlace(root / folders.PROJECT, root), ProjectPlace(_away(root), root)
    if _is_writable(beside):
        return beside
    if beside.exists and not away.exists:
        if read_only:
            return beside
        _copy(beside, away)
    return away


def _is_writable(place: ProjectPlace) -> bool:
    """Whether files can be made there. The folder is not made before a project is."""
    existing = place.folder if place.folder.is_dir() else place.root
    if not os.access(existing, os.W_OK):
        return False
    probe = existing / f"{folders.PROJECT}-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return not place.exists or os.access(place.database, os.W_OK)


def _away(root: Path) -> Path:
    number = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    name = f"{root.name or 'pictures'}-{number}"
    return Path(platformdirs.user_data_dir("maskloop", appauthor=False)) / "projects" / name


def _copy(beside: ProjectPlace, away: ProjectPlace) -> None:
    try:
        away.folder.mkdir(parents=True, exist_ok=True)
        for end in ("-wal", ""):  # the database last: it makes the place exist
            source = beside.database.with_name(DATABASE + end)
            if source.is_file():
                shutil.copyfile(source, away.database.with_name(DATABASE + end))
    except OSError as error:
        hint = "Free some space in your home folder, or copy the pictures' folder elsewhere."
        raise ProjectError(f"Cannot copy the project to {away.folder}.", hint=hint) from error
