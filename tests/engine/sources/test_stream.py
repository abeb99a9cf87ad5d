"""A stream on this machine that is killed and started again, or stands still."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.jobs import CancelToken
from engine.open import open_source
from engine.pipeline.capture import LiveLink
from engine.pipeline.live import LiveResult, run_live
from engine.pipeline.reconnect import Lost, Reconnect

FFMPEG = shutil.which("ffmpeg")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(FFMPEG is None or sys.platform != "linux", reason="needs ffmpeg, Linux"),
]


@dataclass(frozen=True)
class Way:
    """How a picture is sent; whoever `listens` is there first, the others send to nobody, too."""

    address: str
    how: tuple[str, ...]
    listens: bool


MPEG_TS = ("-c:v", "mpeg2video", "-g", "5", "-f", "mpegts")
MJPEG = ("-c:v", "mjpeg", "-f", "mpjpeg")
WAYS = {
    "http": Way("http://127.0.0.1:{port}/live.ts", (*MPEG_TS, "-listen", "1"), True),
    "mjpeg": Way("http://127.0.0.1:{port}/live.mjpg", (*MJPEG, "-listen", "1"), True),
    "tcp": Way("tcp://127.0.0.1:{port}", MPEG_TS, True),
    "udp": Way("udp://127.0.0.1:{port}", MPEG_TS, False),
}


class Sender:
    """An endless test picture at an address; one client each."""

    def __init__(self, way: Way) -> None:
        kind = socket.SOCK_STREAM if way.listens else socket.SOCK_DGRAM
        with socket.socket(type=kind) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = way.address.format(port=self.port)
        self._way = way
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        what = ["-re", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25"]
        to = self.address + ("?listen=1" if self.address.startswith("tcp") else "")
        command = [str(FFMPEG), "-loglevel", "quiet", "-nostdin", *what, *self._way.how, to]
        self._process = subprocess.Popen(command)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def wait(self) -> None:
        """Until somebody listens there: asking would use up the only client."""
        until = time.monotonic() + 60
        while self._way.listens and time.monotonic() < until:
            if f":{self.port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text():
                return
            time.sleep(0.05)


@pytest.fixture
def sender(request):
    sender = Sender(WAYS[getattr(request, "param", "http")])
    sender.start()
    yield sender
    sender.end()


def watch(sender: Sender, break_it: Callable[[], None], mend: Callable[[], None]) -> LiveLink:
    """Watch a stream that is broken after ten frames and mended once that was noticed."""
    told: list[Lost | None] = []
    shown: list[int] = []

    def on_lost(lost: Lost | None) -> None:
        if not told:
            mend()
        told.append(lost)

    link = LiveLink(CancelToken(), reconnect=Reconnect(first=0.2), on_lost=on_lost)

    def on_result(result: LiveResult) -> None:
        shown.append(result.frame.id.index)
        if len(shown) == 10:
            break_it()
        if None in told and len(shown) > 20:
            link.cancel.cancel()

    run_live(lambda: open_source(sender.address), lambda: None, on_result, link)
    assert told[-1] is None
    assert shown == sorted(set(shown)), "frames are counted on"
    return link


@pytest.mark.parametrize("sender", sorted(WAYS), indirect=True)
def test_a_sender_that_is_killed_and_comes_back_is_shown_again(sender: Sender) -> None:
    sender.wait()
    link = watch(sender, sender.end, sender.start)
    assert link.meter.whole().lost == 1


def test_a_sender_that_stands_still_is_noticed(sender: Sender) -> None:
    sender.wait()

    def mend() -> None:
        sender.send(signal.SIGCONT)
        sender.end()
        sender.start()

    link = watch(sender, lambda: sender.send(signal.SIGSTOP), mend)
    rates = link.meter.whole()
    assert rates.lost == 1
    assert rates.times_ms["capture"] < 1000, "the gap counts as no frame's time"
