"""What a Job finds when pictures are opened: their names first, then their project."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QCoreApplication

from engine import folders
from engine.errors import SourceError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId, SampleState

if TYPE_CHECKING:
    from engine.look import LabelsAt, OpenedLabels
    from engine.project.contents import Renamed
    from engine.project.contested import Contested
    from engine.project.place import ProjectPlace

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Listing:
    """Pictures in order, the folder whose project they belong to, and which to show first.

    `takes_canvas` is False when a video or camera keeps it. `labels` are beside the pictures,
    `maps` counts the label maps that are not shown, by their folder below the root; `opened` is
    what the person asked for.
    """

    root: Path
    ids: tuple[FrameId, ...]
    first: int = 0
    is_folder: bool = False
    takes_canvas: bool = True
    labels: "tuple[LabelsAt, ...]" = ()
    opened: tuple[str, ...] = ()
    maps: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Wish:
    """What to open: `wanted` is the picture to show first, if it is among them; see `look_at`."""

    paths: tuple[str, ...]
    wanted: str = ""
    recursive: bool = True
    with_maps: bool = False


@dataclass(frozen=True)
class Prepared:
    """A project that is ready to be opened, and how far the work in it has come."""

    listing: Listing
    place: "ProjectPlace"
    states: dict[FrameId, SampleState]
    opened: "OpenedLabels"
    contested: "tuple[Contested, ...]"
    renamed: "Renamed"


def list_frames(wish: Wish, progress: Progress, cancel: CancelToken) -> Listing:
    """The pictures behind paths, and where their project lives; the work of a Job."""
    from engine.look import look_at

    paths = wish.paths
    if not os.path.lexists(paths[0]):
        message = translate("listing", "{0} does not exist.").format(os.path.abspath(paths[0]))
        raise SourceError(message, hint=translate("listing", "Check the spelling of the path."))
    found = look_at(paths, recursive=wish.recursive, with_maps=wish.with_maps)
    cancel.check()
    first = next((n for n, i in enumerate(found.frame_ids) if i.path == wish.wanted), found.first)
    return Listing(
        found.root,
        found.frame_ids,
        first,
        is_folder=found.is_folder,
        labels=found.labels,
        opened=tuple(os.path.abspath(path) for path in paths),
        maps=found.maps,
    )


def prepare_project(
    listing: Listing, where: str, progress: Progress, cancel: CancelToken
) -> Prepared:
    """Open the project's database, or one that its first Edit will bring to where new projects
    go; the work of a Job. Nothing is written beside the pictures, but
    for the new names of pictures that were edited and have been renamed since.
    """
    from engine.look import LabelsAt, open_labels
    from engine.project.contested import contested
    from engine.project.project import Project
    from engine.project.seen import Seen
    from engine.sources.frame_reader import is_video_frame

    with Project.look(listing.root, where=where) as project:
        cancel.check()
        ids = listing.ids
        paths = [frame_id.path for frame_id in ids]
        renamed = project.follow_renamed(paths, cancel)
        new = project.unknown_frames(paths)
        noted = [LabelsAt(*row) for row in project.noted_labels]
        labels = [*listing.labels, *(at for at in noted if at not in listing.labels)]
        opened = open_labels(labels, ids)
        differing = contested(opened, project.states(), cancel)
        # What is not shown is not kept in memory either.
        others = tuple(replace(at, opened=None) for at in opened.others)
        opened = replace(opened, others=others)
        project.see(Seen(new, opened.chosen))
        cancel.check()
        if listing.is_folder or not ids:
            frozen = str(project.place.folder / folders.FROZEN)
            known = {*ids, *project.gone}
            stored = project.frame_ids()
            kept = (f for f in stored if f.path.startswith(frozen) or is_video_frame(f))
            ids += tuple(f for f in kept if f not in known)
        place, states = project.place, project.states()
    return Prepared(replace(listing, ids=ids), place, states, opened, differing, renamed)


def sweep_scratch(progress: Progress, cancel: CancelToken) -> int:
    """Delete what killed windows have left; the work of a Job."""
    from engine.project.scratch import sweep

    return sweep(cancel)


def camera_root() -> Path:
    """The folder whose project keeps the frames of cameras."""
    folder = Path(platformdirs.user_data_dir("maskloop", appauthor=False)) / "camera"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
