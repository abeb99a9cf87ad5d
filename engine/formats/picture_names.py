"""Which picture a dataset means by a name, without ever leaving the folders it may look into."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from engine.sources.folder import list_pictures


class PictureNames:
    """Finds pictures below some folders by the names that label files give.

    A name is met by its path below a folder, else by its file name, else by its stem, where only
    one picture has it, or only one that lies in a folder itself. Absolute paths and `..` count by
    what they end in: a file that comes from elsewhere decides nothing about which folders are read.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(Path(os.path.abspath(folder)) for folder in folders)

    def find(self, name: str) -> Path | None:
        """The picture meant by this name; None where there is none, or several alike."""
        parts = _safe_parts(name)
        if not parts:
            return None
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            for folder in self.folders:
                full = folder / tail
                if os.path.isfile(full):  # False, too, for a name that is too long
                    return full
        return self._one(self._by_name, parts[-1]) or self._one(
            self._by_stem, PurePosixPath(parts[-1]).stem
        )

    def place(self, name: str) -> Path:
        """The picture meant by this name, or where it would be if it were there."""
        found = self.find(name)
        if found is not None:
            return found
        is_absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute()
        parts = _safe_parts(name)
        return self.folders[0].joinpath(*(parts[-1:] if is_absolute else parts))

    def places(self, names: Iterable[str]) -> dict[str, Path]:
        """Where the picture of each of these names is or would be: labels of two never become
        those of one. Of several names that lead to a picture, those that its path ends in mean it.
        """
        found = {name: self.place(name) for name in names}
        uses = Counter(found.values())
        for name, path in found.items():
            parts = _safe_parts(name)
            if uses[path] > 1 and path.parts[-len(parts) :] != tuple(parts):
                found[name] = self.folders[0].joinpath(*parts)
        return found

    def _one(self, table: dict[str, list[Path]], key: str) -> Path | None:
        found = table.get(key, [])
        if len(found) > 1:
            found = [path for path in found if path.parent in self.folders]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _pictures(self) -> tuple[Path, ...]:
        # `Path.is_dir` raises for a name that no file can have, and a label file may say any.
        there = [f for f in self.folders if os.path.isdir(f)]
        listed = [list_pictures(folder, recursive=True) for folder in there]
        return tuple(dict.fromkeys(Path(p) for paths in listed for p in paths))

    @cached_property
    def _by_name(self) -> dict[str, list[Path]]:
        table: dict[str, list[Path]] = {}
        for path in self._pictures:
            table.setdefault(path.name, []).append(path)
        return table

    @cached_property
    def _by_stem(self) -> dict[str, list[Path]]:
        table: dict[str, list[Path]] = {}
        for path in self._pictures:
            table.setdefault(path.stem, []).append(path)
        return table


def written_name(picture: Path, folder: Path) -> str:
    """How a label file calls a picture: by its path below the folder, else by all of its path."""
    full, root = Path(os.path.abspath(picture)), Path(os.path.abspath(folder))
    inside = full.relative_to(root) if full.is_relative_to(root) else full
    return inside.as_posix()


def _safe_parts(name: str) -> list[str]:
    """The parts of a path in a file from any system, without drives, roots, `.` and `..`."""
    parts = name.replace("\\", "/").split("/")
    after = len(parts) - 1 - parts[::-1].index("..") if ".." in parts else -1
    return [p for p in parts[after + 1 :] if p not in ("", ".") and ":" not in p and "\0" not in p]
