"""Looking inside the running network: which stage, how it is shown, on the newest frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Frame, Label
from gui.controllers.weights import Loaded
from gui.jobs import Job, Jobs, Work

if TYPE_CHECKING:
    from engine.inside.look import Glimpse, Inside
    from engine.inside.pictures import Picture, Shade
    from engine.inside.places import Place

COLUMNS = 6
PER_PAGE = 36
TILE = 112
"""Pixels a channel's small picture is wide; the panel shrinks it to its own width."""


@dataclass(frozen=True)
class Wish:
    """What to show: the number of a place, how its maps become a picture, a page of channels."""

    place: int = 0
    mode: str = "mean"
    channel: int = 0
    call: int = 0
    has_grid: bool = False
    page: int = 0


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen. `channels` are those of the grid's page; `order` is that of all channels.

    `rate` is passes a second, 0 for a single picture; `seconds` is what the last pass took.
    """

    wish: Wish
    frame: Frame
    glimpse: "Glimpse"
    picture: "Picture"
    device_text: str
    order: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()
    grid: NDArray[np.uint8] | None = None
    rate: float = 0.0

    @property
    def size(self) -> tuple[int, int, int]:
        """Channels, height and width of the maps shown: runs of one module may differ."""
        place = self.glimpse.place
        if place.kind in ("positions", "refinement"):
            return place.shape
        maps = self.glimpse.maps[min(self.wish.call, len(self.glimpse.maps) - 1)]
        return maps.shape[0], maps.shape[1], maps.shape[2]


class InsideController(QObject):
    """Costs nothing while closed; one Job at a time, for the newest frame and wish."""

    places_changed = Signal(object)
    seen = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        from engine.pipeline.meter import Meter

        self.is_open = False
        self.wish = Wish()
        self._jobs = jobs
        self._loaded: Loaded | None = None
        self._device = "auto"
        self._inside: Inside | None = None
        self._frame: Frame | None = None
        self._is_live = False
        self._job: Job | None = None
        self._asked: tuple[Frame, Wish] | None = None
        self._last: Seen | None = None
        self._has_failed = False
        self._number = 0
        self._meter = Meter()

    @property
    def places(self) -> tuple["Place", ...]:
        """Where can be looked; empty while that is not known."""
        return self._inside.places if self._inside is not None else ()

    @property
    def is_looking_for_places(self) -> bool:
        """Whether the network is still being opened."""
        return self.is_open and self._inside is None and not self._has_failed

    def set_open(self, is_open: bool) -> None:
        """Begin or end looking; what was made for it is given back."""
        if is_open == self.is_open:
            return
        self.is_open = is_open
        self._forget()
        self._next()

    def set_loaded(self, loaded: Loaded | None, device: str) -> None:
        """Look inside these weights, on this device or "auto"."""
        self._loaded, self._device = loaded, device
        self.wish = replace(self.wish, channel=0, call=0, page=0)
        self._forget()
        self._next()

    def set_frame(self, frame: Frame | None, *, is_live: bool = False) -> None:
        """Look at this frame. Of a still picture nothing else is shown meanwhile."""
        self._frame, self._is_live = frame, is_live
        if not is_live and self.is_open:
            self._asked = None  # The same picture again is to be shown again.
            self.seen.emit(None)
        self._next()

    def set_wish(self, wish: Wish) -> None:
        """Show this."""
        if wish.place != self.wish.place:
            wish = replace(wish, channel=0, call=0, page=0)
        self.wish = wish
        self._next()

    def _forget(self) -> None:
        """Answers that are on their way are for something else."""
        self._number += 1
        self._inside, self._asked, self._last = None, None, None
        self._has_failed = False
        if self._job is not None:
            self._job.cancel()
        self.places_changed.emit(())
        self.seen.emit(None)

    def _next(self) -> None:
        if not self.is_open or self._job is not None or self._loaded is None:
            return
        if self._inside is None:
            if not self._has_failed:
                self._start(partial(open_inside, self._loaded, self._device), self._on_opened)
            return
        if self._frame is None or not self.places:
            return
        asked = (self._frame, self.wish)
        if self._asked is None or self._asked[0] is not asked[0] or self._asked[1] != asked[1]:
            self._asked = asked
            labels = self._loaded.labels
            self._start(partial(see, self._inside, asked, self._last, labels), self._on_seen)

    def _start(self, work: Work, then: Callable[[Any], None]) -> None:
        self._job = self._jobs.create(work, about=self._number)
        self._job.finished.connect(then)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._jobs.start(self._job)

    @property
    def _is_wanted(self) -> bool:
        return self._job is not None and self._job.about == self._number and self.is_open

    @Slot(object)
    def _on_opened(self, inside: "Inside") -> None:
        if self._is_wanted:
            self._inside = inside
            last = len(inside.places) - 1
            self.wish = replace(self.wish, place=max(0, min(self.wish.place, last)))
            self.places_changed.emit(inside.places)

    @Slot(object)
    def _on_seen(self, seen: Seen) -> None:
        if not self._is_wanted:
            return
        is_new = self._last is None or seen.glimpse is not self._last.glimpse
        if is_new:
            self._meter.mark("network", seen.glimpse.seconds)
        rate = self._meter.snapshot().infer_fps if self._is_live else 0.0
        self._last = replace(seen, rate=rate)
        # Of a still picture that is gone already nothing is shown.
        if self._is_live or seen.frame is self._frame:
            self.seen.emit(self._last)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self._is_wanted:
            self._has_failed = True
            self.failed.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self._next()


def open_inside(loaded: Loaded, device: str, progress: Progress, cancel: CancelToken) -> "Inside":
    """The weights' network, ready to be looked into; the work of a Job."""
    from engine.devices import best
    from engine.inside.look import Inside

    return Inside(loaded.pipeline.weights, best().id if device == "auto" else device)


def see(
    inside: "Inside",
    asked: tuple[Frame, Wish],
    last: Seen | None,
    labels: Sequence[Label],
    progress: Progress,
    cancel: CancelToken,
) -> Seen:
    """Run the network up to the place and paint what it gave; the work of a Job.

    What was seen last is painted anew where only the way of showing differs.
    """
    from engine.inside.pictures import grid, paint, strongest

    frame, wish = asked
    place = inside.places[wish.place]
    is_same = last is not None and last.glimpse.place is place
    if last is not None and is_same and last.frame is frame:
        glimpse = last.glimpse
    else:
        glimpse = inside.look(frame.pixels, place)
    cancel.check()
    seen = Seen(wish, frame, glimpse, paint(glimpse, _shade(wish), labels), inside.device_text)
    if not wish.has_grid or not glimpse.maps:
        return seen
    # The order stays while the frames change, or the tiles would jump about.
    order = last.order if last is not None and is_same else ()
    order = order or tuple(strongest(glimpse.maps[min(wish.call, len(glimpse.maps) - 1)]))
    channels = order[wish.page * PER_PAGE : (wish.page + 1) * PER_PAGE]
    tiles = grid(glimpse, channels, columns=COLUMNS, tile=TILE, call=wish.call)
    return replace(seen, order=order, channels=channels, grid=tiles)


def _shade(wish: Wish) -> "Shade":
    from engine.inside.pictures import Shade

    return Shade(wish.mode, wish.channel, wish.call)  # type: ignore[arg-type]
