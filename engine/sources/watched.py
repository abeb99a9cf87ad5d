"""New pictures of a folder as they arrive: a live Source for whatever writes pictures there."""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.sources.altered import Mark, mark_of
from engine.sources.folder import list_pictures
from engine.sources.picture import read_picture
from engine.sources.source import frame_of
from engine.values import Frame, FrameId

logger = logging.getLogger(__name__)

_EVERY_SECONDS = 0.2
# A look at a folder of a hundred thousand pictures takes a while: then it is looked at less often.
_REST_PER_LOOK = 10
_MOST_AT_ONCE = 20
"""Of more pictures that arrive together only the newest ones are read."""


@dataclass(frozen=True)
class WatchedFolder:
    """A folder, with the folders below it if `recursive`."""

    path: Path
    recursive: bool = True

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name or str(self.path)

    @property
    def root(self) -> Path | None:
        """The folder itself: its pictures stay where they are."""
        return self.path

    def open(self) -> "WatchSource":
        """The Source of its new pictures."""
        return WatchSource(self.path, recursive=self.recursive)


class Arrivals:
    """Tells new and changed files from those known; one that still changes is not there yet."""

    def __init__(self, known: Mapping[str, Mark]) -> None:
        self._taken = dict(known)
        self._before: Mapping[str, Mark] = {}

    def look(self, found: Mapping[str, Mark]) -> list[str]:
        """The files that were the same at two looks and are not taken, the oldest first."""
        still = [
            path
            for path, state in found.items()
            if self._taken.get(path) != state and self._before.get(path) == state
        ]
        self._before = found
        for path in still:
            self._taken[path] = found[path]
        return sorted(still, key=lambda path: (found[path][0], path))


class WatchSource:
    """First the newest picture there is, then each one that is new or was written anew.

    A file counts once it does not change any more. One that cannot be read waits until it changes.
    """

    is_live = True
    count: int | None = None
    fps: float | None = None

    def __init__(self, folder: Path, *, recursive: bool = True) -> None:
        self.name = folder.name or str(folder)
        self._folder, self._recursive = folder, recursive
        self._newest = FrameId(str(folder))
        self._found()

    def frame_id(self, index: int) -> FrameId:
        """The path of the newest picture, whatever the index."""
        return self._newest

    def read(self, index: int) -> Frame:
        """The newest picture, whatever the index."""
        return self._read(self._newest.path)

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Pictures as they arrive; SourceError when the folder is gone."""
        known = self._found()
        newest = max(known, key=lambda path: (known[path][0], path), default="")
        known.pop(newest, None)  # It arrives first, once it is whole.
        arrivals = Arrivals(known)
        while True:
            cancel.check()
            began = time.perf_counter()
            paths = arrivals.look(self._found())
            took = time.perf_counter() - began
            if len(paths) > _MOST_AT_ONCE:
                passed = len(paths) - _MOST_AT_ONCE
                logger.info("%d new pictures in %s are passed over.", passed, self.name)
            for path in paths[-_MOST_AT_ONCE:]:
                cancel.check()
                try:
                    yield self._read(path)
                except SourceError as error:
                    logger.info("Not shown until it changes: %s", error)
            cancel.wait(max(_EVERY_SECONDS, _REST_PER_LOOK * took))

    def close(self) -> None:
        """Nothing is held open."""

    def _read(self, path: str) -> Frame:
        pixels = read_picture(Path(path))
        self._newest = FrameId(path)
        return frame_of(self._newest, pixels)

    def _found(self) -> dict[str, Mark]:
        if not self._folder.is_dir():
            raise SourceError(
                f"The folder {self._folder} is not there.", hint="Connect its disk, or make it."
            )
        found = {}
        for path in list_pictures(self._folder, recursive=self._recursive):
            mark = mark_of(path)
            if mark is not None:  # Else it was deleted since.
                found[path] = mark
        return found
