"""What a Job finds when pictures are opened: their names first, then their project."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QCoreApplication

from engine import endings, folders
from engine.errors import SourceError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId, SampleState

if TYPE_CHECKING:
    from engine.sources.folder import PictureList

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Listing:
    """Pictures in order, the folder whose project they belong to, and which to show first.

    `takes_canvas` is False when a video or camera keeps it.
    """

    root: Path
    ids: tuple[FrameId, ...]
    first: int = 0
    is_folder: bool = False
    takes_canvas: bool = True


@dataclass(frozen=True)
class Prepared:
    """A project that is ready to be opened, and how far the work in it has come."""

    listing: Listing
    states: dict[FrameId, SampleState]


def list_frames(paths: Sequence[str], progress: Progress, cancel: CancelToken) -> Listing:
    """The pictures behind paths, and where their project lives; the work of a Job."""
    from engine.sources.folder import PictureFolder, list_pictures

    first = Path(os.path.abspath(paths[0]))
    if len(paths) > 1:
        return Listing(first.parent, tuple(FrameId(os.path.abspath(path)) for path in paths))
    if not first.exists():
        message = translate("listing", "{0} does not exist.").format(first)
        raise SourceError(message, hint=translate("listing", "Check the spelling of the path."))
    if first.is_dir():
        return Listing(first, _ids_of(PictureFolder(first)), is_folder=True)
    if first.suffix.lower() == endings.LIST:
        from engine.open import picture_list

        return Listing(first.parent, _ids_of(picture_list(first)))
    # A single picture opens with its neighbours, so that D and A work.
    neighbours, here = list_pictures(first.parent), str(first)
    if here not in neighbours:
        neighbours = [here, *neighbours]
    ids = tuple(FrameId(path) for path in neighbours)
    return Listing(first.parent, ids, neighbours.index(here), is_folder=True)


def _ids_of(source: "PictureList") -> tuple[FrameId, ...]:
    count = source.count
    return tuple(source.frame_id(index) for index in range(count))


def prepare_project(listing: Listing, progress: Progress, cancel: CancelToken) -> Prepared:
    """Make or open the project's database and add the pictures; the work of a Job."""
    from engine.project.project import Project

    with Project.open_or_create(listing.root) as project:
        cancel.check()
        project.add_frames(frame_id.path for frame_id in listing.ids)
        ids = listing.ids
        if listing.is_folder or not ids:
            frozen = str(project.place.folder / folders.FROZEN)
            known = set(ids)
            stored = project.frame_ids()
            ids += tuple(f for f in stored if f.path.startswith(frozen) and f not in known)
        states = project.states()
    found = Listing(listing.root, ids, listing.first, listing.is_folder, listing.takes_canvas)
    return Prepared(found, states)


def camera_root() -> Path:
    """The folder whose project keeps the frames of cameras."""
    folder = Path(platformdirs.user_data_dir("maskloop", appauthor=False)) / "camera"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
