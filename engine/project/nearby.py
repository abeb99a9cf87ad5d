"""What other folders know of the pictures of one: Edits in their projects, labels in files."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.errors import AppError
from engine.formats import registry
from engine.jobs import CancelToken
from engine.look import LabelsAt
from engine.project.place import place_of
from engine.project.project import Project

_OF_PICTURES = frozenset({"images", "jpegimages", "img", "imgs", "train", "val", "valid", "test"})
"""How folders are called, in small letters, that hold the pictures of a labelled dataset."""


def labels_above(root: Path, paths: Iterable[str]) -> tuple[Path, str, int] | None:
    """The dataset whose folder of pictures `root` is, the name of its Format, and on how many of
    these pictures it has labels; None without any."""
    wanted, folder = frozenset(paths), root
    while folder.name.lower() in _OF_PICTURES:
        folder = folder.parent
    for layout in registry.recognised(folder) if folder != root else ():
        try:
            opened = LabelsAt(layout.name, str(folder)).open()
        except AppError:
            continue
        labelled = set(opened.frame_ids) - opened.unlabelled
        if count := sum(frame_id.path in wanted for frame_id in labelled):
            return folder, layout.name, count
    return None


def projects_nearby(
    root: Path, paths: Iterable[str], cancel: CancelToken
) -> dict[Path, frozenset[str]]:
    """The folders above `root`, and those of pictures below it, whose projects have Edits of some
    of these pictures; and of which."""
    wanted = frozenset(paths)
    found: dict[Path, frozenset[str]] = {}
    for folder in (*root.parents, *_below(root, wanted)):
        cancel.check()
        edited = wanted & _edited(folder)
        if edited:
            found[folder] = edited
    return found


def _below(root: Path, paths: Iterable[str]) -> Iterator[Path]:
    """Every folder between the root and a picture."""
    inner = {Path(folder) for folder in {os.path.dirname(path) for path in paths}}
    inner |= {parent for folder in inner for parent in folder.parents}
    return (folder for folder in sorted(inner) if root in folder.parents)


def _edited(folder: Path) -> frozenset[str]:
    """The pictures that the project on this folder has Edits of; none where there is no project."""
    try:
        place = place_of(folder, read_only=True)
        if not place.exists:
            return frozenset()
        with Project.open(place, read_only=True) as project:
            return frozenset(frame_id.path for frame_id in project.states())
    except (AppError, OSError):
        return frozenset()  # Whoever opens it is told what is wrong with it.
