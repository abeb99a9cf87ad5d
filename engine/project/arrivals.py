"""Frames that enter a project by a step of its history: live ones that are frozen or collected.

When that step is undone the frame is gone: it is not listed any more, and its picture, where it was
saved for the project, lies in a folder of its own until the step is done again.
"""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from engine import folders
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.applying import Batch
from engine.project.history import StepKind
from engine.project.listing import frame_id_of, insert_frame
from engine.project.store import Store
from engine.values import FrameId, Label


def arrive(store: Store, frame_id: FrameId, edit: Edit, labels: Sequence[Label]) -> None:
    """Add a frame with what the Edit makes of it: one step. Of one that is there it is an Edit like
    any other, whose undoing leaves it there."""
    with store.writing():
        is_there = bool(store.load(frame_id).frame) and frame_id not in gone(store)
        insert_frame(store, frame_id)
        kind = StepKind.EDIT if is_there else StepKind.ARRIVAL
        batch = Batch(store, edit.text, labels, lends=True, kind=kind)
        batch.apply(frame_id, edit)
        batch.end()


def gone(store: Store) -> frozenset[FrameId]:
    """The frames whose arrival is undone."""
    rows = store.query(
        "SELECT path, number FROM frames WHERE id IN"
        " (SELECT first_frame FROM steps WHERE kind = ? AND is_undone = 1)",
        (StepKind.ARRIVAL.value,),
    )
    return frozenset(store.odd.made("frames", rows, partial(frame_id_of, store)))


def put_away(folder: Path, frame_id: FrameId) -> None:
    """Move the picture of a frame that is gone, if it was saved in this project's folder."""
    saved = Path(frame_id.path)
    if saved.parent == folder / folders.FROZEN:
        _move(saved, _away(saved))


def bring_back(folder: Path, frame_id: FrameId) -> None:
    """Move it back to where it was."""
    saved = Path(frame_id.path)
    if saved.parent == folder / folders.FROZEN:
        _move(_away(saved), saved)


def _away(saved: Path) -> Path:
    return saved.parent / folders.UNDONE / saved.name


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    except FileNotFoundError:
        return  # Somebody has deleted it.
    except OSError as error:
        message = f"Cannot move {source.name}: {error.strerror or error}."
        hint = f"It is in {source.parent}; move it to {target.parent}."
        raise ProjectError(message, hint=hint) from error
