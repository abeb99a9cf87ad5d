"""The capture loop of the live engine: reads a Source at its pace, finds a lost one again."""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from engine.errors import SourceError
from engine.jobs import CancelToken, Latest
from engine.pipeline.meter import Meter
from engine.pipeline.reconnect import Lost, Reconnect
from engine.pipeline.transport import Transport
from engine.sources.source import Source
from engine.values import Frame

logger = logging.getLogger(__name__)

PATIENCE = 0.1
"""Seconds a loop sleeps at most before it looks whether it should end."""


@dataclass(frozen=True, eq=False)
class CapturedFrame:
    """A captured frame and the moment (`time.perf_counter`) when it arrived."""

    frame: Frame
    captured_at: float


OpenSource = Callable[[], Source]


def _tell_nobody(lost: Lost | None) -> None:
    """Nobody asked to be told."""


@dataclass(frozen=True, eq=False)
class LiveLink:
    """What the two loops share.

    `is_paced` False reads files as fast as frames are used up, each of them once. With `reconnect`
    a camera or address that is lost is opened again; `on_lost` is told of every try, and None once
    it is back.
    """

    cancel: CancelToken
    meter: Meter = field(default_factory=Meter)
    box: Latest[CapturedFrame] = field(default_factory=Latest)
    transport: Transport | None = None
    is_paced: bool = True
    reconnect: Reconnect | None = None
    on_lost: Callable[[Lost | None], None] = _tell_nobody


def capture_loop(open_it: OpenSource, link: LiveLink) -> None:
    """Put the frames of a Source into the link until it ends, fails or is cancelled.

    With a transport a file stays open at its end, paused, until it is cancelled.
    """
    try:
        _Capture(open_it, link).run()
    finally:
        link.box.close()


class _Capture:
    """A Source while it is read; frames are counted on when it was lost and is back."""

    def __init__(self, open_it: OpenSource, link: LiveLink) -> None:
        self._open_it = open_it
        self._link = link
        self._next = 0

    def run(self) -> None:
        source: Source | None = self._open_it()
        while source is not None:
            is_live = source.is_live
            try:
                with closing(source):
                    self._read(source)
                return
            except SourceError as error:
                if not is_live or self._link.reconnect is None:
                    raise
                lost = error
            source = self._open_again(lost, self._link.reconnect)

    def _read(self, source: Source) -> None:
        if source.is_live or source.count is None:
            self._read_live(source)
        else:
            _capture_file(source, source.count, self._link)

    def _read_live(self, source: Source) -> None:
        link, start = self._link, time.perf_counter()
        for frame in source.frames(link.cancel, start=self._next):
            if link.box.is_closed:
                return
            now = time.perf_counter()
            link.meter.mark("capture", now - start)
            self._next = frame.id.index + 1
            # A paused camera is read on, or it would show the past when it plays again.
            if link.transport is None or link.transport.is_playing:
                _put(CapturedFrame(frame, now), link)
            start = time.perf_counter()

    def _open_again(self, error: SourceError, reconnect: Reconnect) -> Source | None:
        """The Source that is back; None once nobody wants it any more."""
        link = self._link
        link.meter.lost += 1
        while not link.box.is_closed:
            tries = 0
            for tries, wait in enumerate(reconnect.waits(), 1):
                link.on_lost(Lost(error, tries, wait))
                if not self._wait(wait):
                    return None
                try:
                    source = self._open_it()
                except SourceError as still:
                    error = still
                    continue
                link.on_lost(None)
                return source
            if link.transport is None:
                raise error
            link.transport.pause()
            link.on_lost(Lost(error, tries, None))
            while not (link.transport.is_playing or link.box.is_closed):
                link.cancel.check()
                link.transport.wait(PATIENCE)
        return None

    def _wait(self, seconds: float) -> bool:
        """Wait; False once nobody watches any more."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and not self._link.box.is_closed:
            self._link.cancel.wait(PATIENCE)
        return not self._link.box.is_closed


def _capture_file(source: Source, count: int, link: LiveLink) -> None:
    index, due = 0, time.perf_counter()
    transport = link.transport
    while not link.box.is_closed:
        link.cancel.check()
        wanted = transport.take_seek() if transport else None
        if wanted is not None:
            index, due = min(max(wanted, 0), count - 1), time.perf_counter()
        elif transport is None:
            if index >= count:
                return
        elif not transport.is_playing:
            transport.wait(PATIENCE)
            due = time.perf_counter()
            continue
        elif index > transport.bounds(count)[1]:
            index = transport.bounds(count)[0]  # Played again after its end.
        start = time.perf_counter()
        frame = _read(source, index)
        seconds = time.perf_counter() - start
        index += 1
        if transport is not None and index > transport.bounds(count)[1] and not transport.loops:
            transport.pause()
        if frame is None:
            continue
        due, skipped = _wait_until_due(due, start, source.fps, link)
        index += skipped
        link.meter.mark("capture", seconds)
        _put(CapturedFrame(frame, time.perf_counter()), link)


def _read(source: Source, index: int) -> Frame | None:
    try:
        return source.read(index)
    except SourceError as error:
        if source.count == 1:
            raise
        logger.warning("Left out: %s", error)
        return None


def _wait_until_due(
    due: float, start: float, fps: float | None, link: LiveLink
) -> tuple[float, int]:
    """Wait as the pace asks; gives when the next frame is due, and how many to leave out for it."""
    if fps is None or not link.is_paced:
        while not (link.box.wait_taken(PATIENCE) or link.box.is_closed):
            link.cancel.check()
        return start, 0
    speed = link.transport.speed if link.transport is not None else 1.0
    step = 1 / (fps * speed)
    late = time.perf_counter() - due
    link.cancel.wait(max(0.0, -late))
    # Faster than it was taken, what cannot be decoded in time is left out. Else a late frame shifts
    # those after it: catching up would show them in a burst.
    skipped = max(0, int(late / step)) if speed > 1 else 0
    return max(due + skipped * step, start) + step, skipped


def _put(shot: CapturedFrame, link: LiveLink) -> None:
    link.box.put(shot)
    link.meter.dropped = link.box.dropped
