"""Which picture a file was before it was renamed, told by its content.

Of pictures with Edits the project keeps size and digest; those of one that another program changed
are kept anew once it was shown so. When one is gone and a file that it does
not know has the same content, its Edits are that file's from then on. No step of the history says
so, since its path is no part of a Sample: to take it back, rename the file back.
"""

import hashlib
import os
import stat
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from engine.jobs import CancelToken
from engine.project import listing
from engine.project.store import Store

_CHUNK = 1 << 20
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Content:
    """What a picture's file held: its full path, size in bytes and digest."""

    path: str
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Renamed:
    """How many pictures were found under another name, and how many may be one of several files or
    have the content of another one: these are left as they are.
    """

    moved: int = 0
    unsure: int = 0


def read(path: str, cancel: CancelToken) -> Content | None:
    """The content of a file; None where there is no such file or it cannot be read."""
    digest = hashlib.blake2b(digest_size=20)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                cancel.check()
                digest.update(chunk)
            return Content(path, file.tell(), digest.digest())
    except OSError:
        return None


def read_missing(
    store: Store, first: str, cancel: CancelToken, *, seconds: float = _SECONDS
) -> tuple[list[Content], bool]:
    """Contents of pictures with Edits that are not noted, `first` before all others, as many as can
    be read in some seconds; and whether these are all.
    """
    found: list[Content] = []
    end = time.monotonic() + seconds
    paths = store.query(
        "SELECT path FROM frames WHERE touched = 1 AND number = 0"
        " AND path NOT IN (SELECT path FROM contents) AND path NOT IN (SELECT path FROM sources)"
    )
    missing = {store.place.full(path) for (path,) in paths}
    for path in sorted(missing, key=first.__ne__):
        cancel.check()
        content = read(path, cancel)
        if content is not None:
            found.append(content)
        if time.monotonic() > end:
            return found, False
    return found, True


def read_changed(store: Store, path: str, cancel: CancelToken) -> list[Content]:
    """What a picture's file holds now, where something else is noted of it; else nothing."""
    stored = store.place.stored(path)
    noted = store.query("SELECT size, digest FROM contents WHERE path = ?", (stored,))
    content = read(path, cancel) if noted else None
    is_other = content is not None and (content.size, content.digest) not in noted
    return [content] if content is not None and is_other else []


def note(store: Store, contents: Iterable[Content]) -> None:
    """Keep these with the project. That is no Edit."""
    rows = [(store.place.stored(c.path), c.size, c.digest) for c in contents]
    with store.writing(is_edit=False):
        store.many("INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", rows)


def follow(store: Store, paths: Collection[str], cancel: CancelToken) -> Renamed:
    """Give Edits of pictures that are gone to the files among `paths` that have their content."""
    full = store.place.full
    noted = [
        Content(full(path), size, digest)
        for path, size, digest in store.query("SELECT path, size, digest FROM contents")
    ]
    there = set(paths) if noted else set()
    gone = [c for c in noted if c.path not in there and not os.path.lexists(c.path)]
    if not gone:
        return Renamed()
    candidates = _of_sizes({c.size for c in gone}, listing.unknown(store, paths), cancel)
    times = Counter(c.digest for c in (*noted, *candidates))
    by_digest = {c.digest: c for c in candidates}
    moves = [
        (c.path, by_digest[c.digest].path)
        for c in gone
        if times[c.digest] == 2 and c.digest in by_digest
    ]
    unsure = sum(c.digest in by_digest and times[c.digest] > 2 for c in gone)
    return Renamed(_move(store, moves) if moves else 0, unsure)


def _of_sizes(sizes: set[int], paths: Iterable[str], cancel: CancelToken) -> list[Content]:
    """The contents of these files that have one of these sizes."""
    found = []
    for path in paths:
        cancel.check()
        try:
            is_like = os.stat(path).st_size in sizes
        except OSError:
            continue
        content = read(path, cancel) if is_like else None
        if content is not None:
            found.append(content)
    return found


def _move(store: Store, moves: Sequence[tuple[str, str]]) -> int:
    moved = 0
    with store.writing(is_edit=not store.database.is_unedited):
        for old, new in moves:
            # Another window may have been faster.
            sql = "UPDATE OR IGNORE frames SET path = ? WHERE path = ? AND number = 0"
            pair = (store.place.stored(new), store.place.stored(old))
            if store.run(sql, pair).rowcount:
                store.run("UPDATE OR REPLACE contents SET path = ? WHERE path = ?", pair)
                moved += 1
        store.forget_cached()
    return moved
