"""Looking at selective search: the grouping of the shown picture, made once for all its levels."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Frame
from gui.jobs import Job, Jobs

if TYPE_CHECKING:
    from engine.inside.drawing import Drawing
    from engine.inside.search import SearchedFrame


@dataclass(frozen=True)
class SearchWish:
    """What to show: how the picture is grouped, how many regions are left, what is drawn."""

    space: str = "hsv"
    scale: float = 100.0
    similarity: str = "CTSF"
    regions: int = 100
    fill: str = "mean"
    has_boxes: bool = True

    @property
    def strategy(self) -> tuple[str, float, str]:
        """What another grouping depends on."""
        return self.space, self.scale, self.similarity


@dataclass(frozen=True, eq=False)
class SearchSeen:
    """What was seen of one frame: its grouping, a picture of the regions, and their boxes."""

    wish: SearchWish
    frame: Frame
    searched: "SearchedFrame"
    pixels: NDArray[np.uint8]
    drawing: "Drawing"


class SearchController(QObject):
    """Costs nothing while closed; one Job at a time, for the newest frame and wish."""

    seen = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_open = False
        self.wish = SearchWish()
        self._jobs = jobs
        self._frame: Frame | None = None
        self._asked: tuple[Frame, SearchWish] | None = None
        self._last: SearchSeen | None = None
        self._job: Job | None = None
        self._number = 0

    def set_open(self, is_open: bool) -> None:
        """Begin or end looking; what was made for it is given back."""
        if is_open != self.is_open:
            self.is_open = is_open
            self._forget()
            self._next()

    def set_frame(self, frame: Frame | None) -> None:
        """Look at this frame."""
        if frame is not self._frame:
            self._frame = frame
            self._forget()
            self._next()

    def set_wish(self, wish: SearchWish) -> None:
        """Show this."""
        self.wish = wish
        is_running = self._job is not None and self._asked is not None
        if is_running and self._asked is not None and self._asked[1].strategy != wish.strategy:
            self._forget()
        self._next()

    def _forget(self) -> None:
        """Answers that are on their way are for something else."""
        self._number += 1
        self._asked, self._last = None, None
        if self._job is not None:
            self._job.cancel()
        self.seen.emit(None)

    def _next(self) -> None:
        if not self.is_open or self._job is not None or self._frame is None:
            return
        asked = self._frame, self.wish
        if self._asked is not None and self._asked[0] is asked[0] and self._asked[1] == asked[1]:
            return
        self._asked = asked
        is_known = self._last is not None and self._last.wish.strategy == self.wish.strategy
        searched = self._last.searched if self._last is not None and is_known else None
        text = "" if is_known else self.tr("Grouping regions")
        work = partial(see_search, asked, searched)
        self._job = self._jobs.create(work, text=text, about=self._number)
        self._job.finished.connect(self._on_seen)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._jobs.start(self._job)

    @property
    def _is_wanted(self) -> bool:
        return self._job is not None and self._job.about == self._number and self.is_open

    @Slot(object)
    def _on_seen(self, seen: SearchSeen) -> None:
        if self._is_wanted:
            self._last = seen
            self.seen.emit(seen)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self._is_wanted:
            self.failed.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self._next()


def see_search(
    asked: tuple[Frame, SearchWish],
    searched: "SearchedFrame | None",
    progress: Progress,
    cancel: CancelToken,
) -> SearchSeen:
    """Regions and boxes of a level; the grouping is made anew where it differs. A Job's work."""
    from engine.inside.drawing import Drawing
    from engine.inside.search import SearchedFrame, draw_boxes, draw_regions
    from engine.proposals.propose import hierarchy
    from engine.proposals.selective_search import Strategy

    frame, wish = asked
    if searched is None:
        strategy = Strategy(wish.space, wish.scale, wish.similarity)  # type: ignore[arg-type]
        searched = SearchedFrame.of(frame.pixels, hierarchy(frame.pixels, strategy))
    cancel.check()
    wish = replace(wish, regions=min(wish.regions, searched.most))
    pixels = draw_regions(searched, wish.regions, wish.fill)  # type: ignore[arg-type]
    drawing = draw_boxes(searched, wish.regions) if wish.has_boxes else Drawing()
    return SearchSeen(asked[1], frame, searched, pixels, drawing)
