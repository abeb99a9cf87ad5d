import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.pipeline.capture import LiveLink
from engine.pipeline.live import LiveResult, run_live
from engine.pipeline.reconnect import Lost, Reconnect
from engine.pipeline.transport import Transport
from engine.values import Frame
from tests.fakes import FakeSource

SOON = Reconnect(first=0.001, most=0.002, limit=0.01)


class Flaky:
    """Opens live Sources that are lost after some frames; numbers in `refused` do not open."""

    def __init__(self, counts: list[int], refused: tuple[int, ...] = ()) -> None:
        self.opened: list[FakeSource] = []
        self._counts, self._refused, self._tries = counts, refused, 0

    def __call__(self) -> FakeSource:
        self._tries += 1
        if self._tries in self._refused or not self._counts:
            raise SourceError("Connection refused.")
        self.opened.append(FakeSource(self._counts.pop(0), is_live=True))
        return self.opened[-1]


def run(source: Callable[[], FakeSource], link: LiveLink) -> list[int]:
    shown: list[int] = []
    run_live(source, lambda: None, lambda result: shown.append(result.frame.id.index), link)
    return shown


def test_a_lost_stream_is_opened_again_and_goes_on_counting() -> None:
    told: list[Lost | None] = []
    link = LiveLink(CancelToken(), reconnect=SOON, on_lost=told.append)
    flaky = Flaky([3, 7], refused=(2, 3))
    with pytest.raises(SourceError, match="refused"):
        run(flaky, link)
    assert all(source.is_closed for source in flaky.opened)
    first = told[: told.index(None)]
    assert [lost.tries for lost in first if lost] == [1, 2, 3]
    assert first[0] is not None
    assert "no pictures any more" in first[0].error.message
    assert link.meter.whole().lost == 2
    assert link.meter.whole().times_ms["capture"] < 1000, "the gap is no time of capturing"


def test_the_index_goes_on_where_it_was() -> None:
    link = LiveLink(CancelToken(), reconnect=SOON)
    shown: list[int] = []

    def on_result(result: LiveResult) -> None:
        shown.append(result.frame.id.index)

    with pytest.raises(SourceError):
        run_live(Flaky([5, 9]), lambda: None, on_result, link)
    assert shown == sorted(set(shown))
    assert shown[-1] == 8


def test_after_the_limit_it_waits_to_be_played_again() -> None:
    transport = Transport()
    told: list[Lost | None] = []
    link = LiveLink(CancelToken(), transport=transport, reconnect=SOON)

    def on_lost(lost: Lost | None) -> None:
        told.append(lost)
        if lost is not None and lost.wait is None:
            assert not transport.is_playing
            if sum(each is not None and each.wait is None for each in told) == 2:
                link.cancel.cancel()
            else:
                transport.play()

    run(Flaky([2]), replace(link, on_lost=on_lost))
    assert told[-1] is not None
    assert told[-1].wait is None


def test_an_address_that_never_opened_is_said_at_once() -> None:
    told: list[Lost | None] = []
    with pytest.raises(SourceError, match="refused"):
        run(Flaky([]), LiveLink(CancelToken(), reconnect=SOON, on_lost=told.append))
    assert not told


def played(transport: Transport, enough: int, count: int = 10) -> list[int]:
    """The first frames that are shown of a video."""
    link = LiveLink(CancelToken(), transport=transport, is_paced=False)
    shown: list[int] = []

    def on_result(result: LiveResult) -> None:
        shown.append(result.frame.id.index)
        if len(shown) == enough:
            link.cancel.cancel()

    run_live(lambda: FakeSource(count, fps=25), lambda: None, on_result, link)
    return shown


def test_a_loop_begins_anew_between_the_marks() -> None:
    transport = Transport()
    transport.loops = True
    transport.set_marks(3, 5)
    transport.seek(3)
    assert played(transport, 7) == [3, 4, 5, 3, 4, 5, 3]


def test_without_a_loop_it_stops_at_the_mark() -> None:
    transport = Transport()
    transport.set_marks(None, 2)
    assert played(transport, 3) == [0, 1, 2]
    assert not transport.is_playing


def test_half_the_speed_is_no_faster_than_that() -> None:
    transport = Transport()
    transport.speed = 0.5
    link = LiveLink(CancelToken(), transport=transport)

    def on_result(result: LiveResult) -> None:
        if result.frame.id.index >= 9:
            link.cancel.cancel()

    run_live(lambda: FakeSource(12, fps=50), lambda: None, on_result, link)
    assert link.meter.whole().capture_fps < 40


def test_faster_than_it_can_be_read_leaves_frames_out() -> None:
    class Slow(FakeSource):
        def read(self, index: int) -> Frame:
            threading.Event().wait(0.02)
            return super().read(index)

    transport = Transport()
    transport.speed = 4.0
    link = LiveLink(CancelToken(), transport=transport)
    shown: list[int] = []

    def on_result(result: LiveResult) -> None:
        shown.append(result.frame.id.index)
        if result.frame.id.index >= 30:
            link.cancel.cancel()

    run_live(lambda: Slow(60, fps=50), lambda: None, on_result, link)
    assert len(shown) < 31
