"""Looking inside the running network: which stage, how it is shown, on the newest frame."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Frame, Label
from gui.controllers.weights import LoadedWeights
from gui.jobs import Job, Jobs
from gui.questions import NewestJob
from gui.session.shown import Shown, ShownController

if TYPE_CHECKING:
    from engine.inside.look import Glimpse, Inside
    from engine.inside.pictures import Film, MapStyle
    from engine.inside.stages import Stage

OPENING = "opening"
"""The question for the stages, before any about a frame."""

COLUMNS = 6
PER_PAGE = 36
TILE = 112
"""Pixels a channel's small picture is wide; the panel shrinks it to its own width."""


@dataclass(frozen=True)
class MapsWish:
    """What to show: the number of a stage, how its maps become a picture, a page of channels."""

    stage: int = 0
    mode: str = "mean"
    channel: int = 0
    call: int = 0
    has_grid: bool = False
    page: int = 0


@dataclass(frozen=True, eq=False)
class MapsSeen:
    """What was seen. `channels` are those of the grid's page; `order` is that of all channels.

    `rate` is passes a second, 0 for a single picture; `seconds` is what the last pass took.
    """

    wish: MapsWish
    frame: Frame
    glimpse: "Glimpse"
    picture: "Film"
    device_text: str
    order: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()
    grid: NDArray[np.uint8] | None = None
    rate: float = 0.0

    @property
    def size(self) -> tuple[int, int, int]:
        """Channels, height and width of the maps shown: runs of one module may differ."""
        stage = self.glimpse.stage
        if stage.kind in ("positions", "refinement"):
            return stage.shape
        maps = self.glimpse.maps[min(self.wish.call, len(self.glimpse.maps) - 1)]
        return maps.shape[0], maps.shape[1], maps.shape[2]


@dataclass(frozen=True, eq=False)
class _Subject:
    """A frame to look at; the same still picture put there again is another subject."""

    frame: Frame


class MapsController(QObject):
    """Costs nothing while closed; one Job at a time, for the newest frame and wish."""

    stages_changed = Signal(object)
    seen = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, shown: ShownController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        from engine.pipeline.meter import Meter

        self.is_open = False
        self.wish = MapsWish()
        self._jobs = jobs
        self._loaded: LoadedWeights | None = None
        self._device = "auto"
        self._inside: Inside | None = None
        self._subject: _Subject | None = None
        self._is_live = False
        self._last: MapsSeen | None = None
        self._has_failed = False
        self._meter = Meter()
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self._on_failed)
        shown.changed.connect(self._on_shown)
        self._on_shown(shown.now, Shown())

    @property
    def stages(self) -> tuple["Stage", ...]:
        """Where can be looked; empty while that is not known."""
        return self._inside.stages if self._inside is not None else ()

    @property
    def is_looking_for_stages(self) -> bool:
        """Whether the network is still being opened."""
        return self.is_open and self._inside is None and not self._has_failed

    def set_open(self, is_open: bool) -> None:
        """Begin or end looking; what was made for it is given back."""
        if is_open == self.is_open:
            return
        self.is_open = is_open
        self._forget()
        self._ask()

    def set_loaded(self, loaded: LoadedWeights | None, device: str) -> None:
        """Look inside these weights, on this device or "auto"."""
        self._loaded, self._device = loaded, device
        self.wish = replace(self.wish, channel=0, call=0, page=0)
        self._forget()
        self._ask()

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        """Look at this frame. Of a still picture nothing else is shown meanwhile."""
        if now.frame is before.frame:
            return
        self._subject = _Subject(now.frame) if now.frame is not None else None
        self._is_live = now.is_live
        if not now.is_live and self.is_open:
            self.seen.emit(None)
        self._ask()

    def set_wish(self, wish: MapsWish) -> None:
        """Show this."""
        if wish.stage != self.wish.stage:
            wish = replace(wish, channel=0, call=0, page=0)
        self.wish = wish
        self._ask()

    def _forget(self) -> None:
        """Answers that are on their way are for something else."""
        self._inside, self._last = None, None
        self._has_failed = False
        self._newest.forget()
        self.stages_changed.emit(())
        self.seen.emit(None)

    def _ask(self) -> None:
        if self.is_looking_for_stages and self._loaded is not None:
            self._newest.ask(OPENING, self._opening)
        elif self._subject is not None and self.stages:
            self._newest.ask((self._subject, self.wish), self._seeing)
        else:
            self._newest.ask(None, self._seeing)

    def _opening(self, question: str) -> Job:
        assert self._loaded is not None
        return self._jobs.create(partial(open_inside, self._loaded, self._device))

    def _seeing(self, question: tuple[_Subject, MapsWish]) -> Job:
        assert self._loaded is not None
        assert self._inside is not None
        subject, wish = question
        labels = self._loaded.labels
        work = partial(see, self._inside, (subject.frame, wish), self._last, labels)
        return self._jobs.create(work)

    @Slot(object, object)
    def _on_answered(self, question: object, answer: "Inside | MapsSeen") -> None:
        if isinstance(answer, MapsSeen):
            self._show(answer)
        else:
            self._inside = answer
            last = len(answer.stages) - 1
            self.wish = replace(self.wish, stage=max(0, min(self.wish.stage, last)))
            self.stages_changed.emit(answer.stages)
            self._ask()

    def _show(self, seen: MapsSeen) -> None:
        if self._last is None or seen.glimpse is not self._last.glimpse:
            self._meter.mark("network", seen.glimpse.seconds)
        rate = self._meter.snapshot().infer_fps if self._is_live else 0.0
        self._last = replace(seen, rate=rate)
        # Of a still picture that is gone already nothing is shown.
        is_here = self._subject is not None and self._subject.frame is seen.frame
        if self._is_live or is_here:
            self.seen.emit(self._last)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._has_failed = True
        self.failed.emit(error)


def open_inside(
    loaded: LoadedWeights, device: str, progress: Progress, cancel: CancelToken
) -> "Inside":
    """The weights' network, ready to be looked into; the work of a Job."""
    from engine.devices import best
    from engine.inside.look import Inside

    return Inside(loaded.pipeline.weights, best().id if device == "auto" else device)


def see(
    inside: "Inside",
    asked: tuple[Frame, MapsWish],
    last: MapsSeen | None,
    labels: Sequence[Label],
    progress: Progress,
    cancel: CancelToken,
) -> MapsSeen:
    """Run the network up to the stage and paint what it gave; the work of a Job.

    What was seen last is painted anew where only the way of showing differs.
    """
    from engine.inside.pictures import grid, paint, strongest

    frame, wish = asked
    stage = inside.stages[wish.stage]
    is_same = last is not None and last.glimpse.stage is stage
    if last is not None and is_same and last.frame is frame:
        glimpse = last.glimpse
    else:
        glimpse = inside.look(frame.pixels, stage)
    cancel.check()
    seen = MapsSeen(wish, frame, glimpse, paint(glimpse, _shade(wish), labels), inside.device_text)
    if not wish.has_grid or not glimpse.maps:
        return seen
    # The order stays while the frames change, or the tiles would jump about.
    order = last.order if last is not None and is_same else ()
    order = order or tuple(strongest(glimpse.maps[min(wish.call, len(glimpse.maps) - 1)]))
    channels = order[wish.page * PER_PAGE : (wish.page + 1) * PER_PAGE]
    tiles = grid(glimpse, channels, columns=COLUMNS, tile=TILE, call=wish.call)
    return replace(seen, order=order, channels=channels, grid=tiles)


def _shade(wish: MapsWish) -> "MapStyle":
    from engine.inside.pictures import MapStyle

    return MapStyle(wish.mode, wish.channel, wish.call)  # type: ignore[arg-type]
