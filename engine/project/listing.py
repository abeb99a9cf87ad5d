"""Which frames a project has, in order, without loading their Samples."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.project.store import Store, is_text
from engine.values import FrameId, SampleState

logger = logging.getLogger(__name__)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class FrameRow:
    """What the filmstrip shows of a frame without loading its Sample."""

    frame_id: FrameId
    state: SampleState
    size_hw: tuple[int, int]
    annotations: int
    proposals: int


@dataclass(frozen=True, slots=True)
class VideoRow:
    """A video of the project; its frames are stored when they are first touched."""

    path: str
    count: int


def add_frames(store: Store, paths: Iterable[Path | str], *, is_edit: bool = True) -> None:
    """Add pictures behind those there are; known ones stay as they are."""
    with store.writing(is_edit=is_edit):
        insert_frames(store, paths)


def insert_frames(store: Store, paths: Iterable[Path | str]) -> None:
    """The same, in a transaction that is open already."""
    rank = store.next_rank()
    rows = []
    for path in paths:
        stored = store.place.stored(str(path))
        if not is_text(stored):
            logger.warning("Left out %r: its name is not valid text.", stored)
            continue
        rows.append((stored, rank))
        rank += 1
    sql = "INSERT OR IGNORE INTO frames (path, number, rank) VALUES (?, 0, ?)"
    store.connection.executemany(sql, rows)
    store.forget_cached()  # One that was looked at before was no row yet.


def unknown(store: Store, paths: Iterable[str]) -> tuple[str, ...]:
    """Those that are not stored."""
    known = {path for (path,) in store.query("SELECT path FROM frames WHERE number = 0")}
    return tuple(path for path in paths if store.place.stored(path) not in known)


def add_video(store: Store, path: Path | str, count: int) -> None:
    """Note a video and its number of frames."""
    values = (store.place.stored(str(path)), store.next_rank(), count)
    with store.writing() as connection:
        sql = "INSERT INTO sources VALUES (?, ?, ?)"
        connection.execute(f"{sql} ON CONFLICT (path) DO UPDATE SET count = excluded.count", values)


def videos(store: Store) -> tuple[VideoRow, ...]:
    """The videos in order."""
    rows = store.query("SELECT path, count FROM sources ORDER BY rank")
    return tuple(VideoRow(store.place.full(path), count) for path, count in rows)


def frame_ids(store: Store, offset: int, limit: int) -> tuple[FrameId, ...]:
    """FrameIds in order."""
    sql = "SELECT path, number FROM frames ORDER BY rank, number LIMIT ? OFFSET ?"
    rows = store.query(sql, (limit, offset))
    return tuple(FrameId(store.place.full(path), number) for path, number in rows)


def frames(store: Store, offset: int, limit: int) -> tuple[FrameRow, ...]:
    """A page of the filmstrip."""
    # The plus keeps SQLite from searching all proposals instead of this frame's few rows.
    counted = "(SELECT count(*) FROM annotations a WHERE a.frame = f.id AND +a.is_proposal = {})"
    rows = store.query(
        f"SELECT f.path, f.number, f.state, f.height, f.width, {counted.format(0)},"
        f" {counted.format(1)} FROM frames f ORDER BY f.rank, f.number LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return tuple(
        FrameRow(
            FrameId(store.place.full(path), number), SampleState(state), (height, width), *counts
        )
        for path, number, state, height, width, *counts in rows
    )


def states(store: Store) -> dict[FrameId, SampleState]:
    """The state of every frame that is no longer new."""
    rows = store.query("SELECT path, number, state FROM frames WHERE state != 'new'")
    return {FrameId(store.place.full(p), n): SampleState(state) for p, n, state in rows}


def index_of(store: Store, frame_id: FrameId) -> int | None:
    """The position of a frame in `frame_ids`; None for one that is not stored."""
    key = (store.place.stored(frame_id.path), frame_id.index)
    with store.reading():
        sql = "SELECT rank, number FROM frames WHERE path = ? AND number = ?"
        found = store.query(sql, key) if is_text(key[0]) else []
        if not found:
            return None
        sql = "SELECT count(*) FROM frames WHERE (rank, number) < (?, ?)"
        return int(store.query(sql, found[0])[0][0])


def frame_ids_in(store: Store, states: Iterable[SampleState]) -> Iterator[FrameId]:
    """FrameIds of the frames in these states, in order, a page at a time."""
    wanted = [state.value for state in states]
    marks = ", ".join("?" * len(wanted))
    sql = "SELECT path, number, rank FROM frames WHERE (rank, number) > (?, ?)"
    sql += f" AND state IN ({marks}) ORDER BY rank, number LIMIT {_PAGE}"
    last = (-1, -1)
    while rows := store.query(sql, (*last, *wanted)):
        for path, number, _ in rows:
            yield FrameId(store.place.full(path), number)
        last = (rows[-1][2], rows[-1][1])
