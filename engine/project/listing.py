"""Which frames a project has, in order, without loading their Samples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engine.project.rows import Row
from engine.project.store import Store
from engine.values import FrameId, SampleState

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
        rows.append((store.place.stored(str(path)), rank))
        rank += 1
    sql = "INSERT OR IGNORE INTO frames (path, number, rank) VALUES (?, 0, ?)"
    store.connection.executemany(sql, rows)
    store.forget_cached()  # One that was looked at before was no row yet.


def add_frame(store: Store, frame_id: FrameId) -> None:
    """Add one frame, also of a video."""
    with store.writing():
        insert_frame(store, frame_id)


def insert_frame(store: Store, frame_id: FrameId) -> None:
    """The same, in a transaction that is open already."""
    if not store.load(frame_id).frame:
        store.insert_frame(frame_id)
        store.forget_cached()


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
    return tuple(store.odd.made("sources", rows, partial(_video_row, store)))


def frame_ids(store: Store, offset: int, limit: int) -> tuple[FrameId, ...]:
    """FrameIds in order."""
    return frame_ids_of(store, *walk(store, "1", (), (limit, offset)))


def walk(
    store: Store, where: str, values: Iterable[Any], page: tuple[int, int] = (-1, 0)
) -> tuple[str, list[int]]:
    """Stored paths, with \\0 between them, and numbers of frames `f`, in order.

    SQLite joins the paths: so many rows cost Python more than the question.
    """
    sql = f"SELECT path, number FROM frames f WHERE {where} ORDER BY {{}} LIMIT ? OFFSET ?"
    with store.reading():
        # Without videos, frames are stored in their order, and read faster in that of their rows.
        of_videos = "SELECT 1 FROM sources UNION ALL SELECT 1 FROM frames WHERE number > 0 LIMIT 1"
        is_plain = not store.query(of_videos)
        inner = sql.format("id" if is_plain else "rank, number")
        joined = f"SELECT group_concat(path, char(0)), max(number) FROM ({inner})"
        paths, last = store.query(joined, (*values, *page))[0]
        if not last:
            return paths or "", [0] * (paths.count("\0") + 1 if paths else 0)
        return paths, [row[1] for row in store.query(inner, (*values, *page))]


def frame_ids_of(store: Store, paths: str, numbers: Sequence[int]) -> tuple[FrameId, ...]:
    """The FrameIds of stored paths, with \\0 between them, and numbers."""
    return FrameId.many(store.place.full_all(paths), numbers)


def frames(store: Store, offset: int, limit: int) -> tuple[FrameRow, ...]:
    """A page of the filmstrip."""
    # The plus keeps SQLite from searching all proposals instead of this frame's few rows.
    counted = "(SELECT count(*) FROM annotations a WHERE a.frame = f.id AND +a.is_proposal = {})"
    rows = store.query(
        f"SELECT f.path, f.number, f.state, f.height, f.width, {counted.format(0)},"
        f" {counted.format(1)} FROM frames f ORDER BY f.rank, f.number LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return tuple(store.odd.made("frames", rows, partial(_frame_row, store)))


def states(store: Store) -> dict[FrameId, SampleState]:
    """The state of every frame that is no longer new."""
    rows = store.query("SELECT path, number, state FROM frames WHERE state != 'new'")
    ids = _ids(store, [row[:2] for row in rows])
    if len(ids) < len(rows):
        rows = [row for row in rows if _ids(store, [row[:2]])]
    return {frame_id: store.odd.state(row[2]) for frame_id, row in zip(ids, rows, strict=True)}


def index_of(store: Store, frame_id: FrameId) -> int | None:
    """The position of a frame in `frame_ids`; None for one that is not stored."""
    key = (store.place.stored(frame_id.path), frame_id.index)
    with store.reading():
        sql = "SELECT rank, number FROM frames WHERE path = ? AND number = ?"
        found = store.query(sql, key)
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
    before, last = None, (-1, -1)
    while last != before and (rows := store.query(sql, (*last, *wanted))):
        yield from _ids(store, [row[:2] for row in rows])
        before, last = last, (rows[-1][2], rows[-1][1])


def _ids(store: Store, rows: Sequence[Row]) -> list[FrameId]:
    """The FrameIds of paths and numbers."""
    return store.odd.made("frames", rows, partial(frame_id_of, store))


def frame_id_of(store: Store, path: str, number: int) -> FrameId:
    """The FrameId of a stored path and number."""
    return FrameId(store.place.full(path), number)


def _video_row(store: Store, path: str, count: int) -> VideoRow:
    return VideoRow(store.place.full(path), count)


def _frame_row(store: Store, path: str, number: int, state: str, *sizes: int) -> FrameRow:
    height, width, annotations, proposals = sizes
    return FrameRow(
        frame_id_of(store, path, number),
        store.odd.state(state),
        (height, width),
        annotations,
        proposals,
    )
