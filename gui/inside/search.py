"""Looking at selective search: the grouping of the shown picture, made once for all its levels."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.values import Frame
from gui.jobs import Job, Jobs
from gui.questions import NewestJob
from gui.session.shown import Shown, ShownController

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


Asked = tuple[Frame, SearchWish]


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

    def __init__(self, jobs: Jobs, shown: ShownController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_open = False
        self.wish = SearchWish()
        self._jobs = jobs
        self._frame: Frame | None = None
        self._last: SearchSeen | None = None
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self.failed)
        shown.changed.connect(self._on_shown)
        self._on_shown(shown.now)

    def set_open(self, is_open: bool) -> None:
        """Begin or end looking; what was made for it is given back."""
        if is_open != self.is_open:
            self.is_open = is_open
            self._forget()
            self._ask()

    @Slot(object)
    def _on_shown(self, now: Shown) -> None:
        # Grouping takes longer than a frame stays: it waits until the video is paused.
        frame = None if now.is_playing else now.frame
        if frame is not self._frame:
            self._frame = frame
            self._forget()
            self._ask()

    def set_wish(self, wish: SearchWish) -> None:
        """Show this."""
        self.wish = wish
        running = self._newest.running
        if running is not None and running[1].strategy != wish.strategy:
            self._forget()
        self._ask()

    def _forget(self) -> None:
        """Answers that are on their way are for something else."""
        self._last = None
        self._newest.forget()
        self.seen.emit(None)

    def _ask(self) -> None:
        if self.is_open and self._frame is not None:
            self._newest.ask((self._frame, self.wish), self._job_for)

    def _job_for(self, asked: Asked) -> Job:
        wish, searched = asked[1], None
        if self._last is not None and self._last.wish.strategy == wish.strategy:
            searched = self._last.searched
        text = "" if searched is not None else self.tr("Grouping regions")
        return self._jobs.create(partial(see_search, asked, searched), text=text)

    @Slot(object, object)
    def _on_answered(self, asked: Asked, seen: SearchSeen) -> None:
        self._last = seen
        self.seen.emit(seen)


def see_search(
    asked: Asked,
    searched: "SearchedFrame | None",
    progress: Progress,
    cancel: CancelToken,
) -> SearchSeen:
    """Regions and boxes of a level; the grouping is made anew where it differs. A Job's work."""
    from engine.inside.drawing import Drawing
    from engine.inside.search import SearchedFrame, draw_boxes, draw_regions
    from engine.region_proposals.propose import hierarchy
    from engine.region_proposals.selective_search import Strategy

    frame, wish = asked
    if searched is None:
        strategy = Strategy(wish.space, wish.scale, wish.similarity)  # type: ignore[arg-type]
        searched = SearchedFrame.of(frame.pixels, hierarchy(frame.pixels, strategy))
    cancel.check()
    wish = replace(wish, regions=min(wish.regions, searched.most))
    pixels = draw_regions(searched, wish.regions, wish.fill)  # type: ignore[arg-type]
    drawing = draw_boxes(searched, wish.regions) if wish.has_boxes else Drawing()
    return SearchSeen(asked[1], frame, searched, pixels, drawing)
