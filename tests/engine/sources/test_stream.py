"""A stream on this machine that is killed and started again, or stands still."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
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


class Sender:
    """An endless test picture at an address; one client each."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/live.ts"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        what = ["-re", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25"]
        how = ["-c:v", "mpeg2video", "-g", "5", "-f", "mpegts", "-listen", "1", self.address]
        command = [str(FFMPEG), "-loglevel", "quiet", "-nostdin", *what, *how]
        self._process = subprocess.Popen(command)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def sender():
    sender = Sender()
    sender.start()
    yield sender
    sender.end()


def wait_for(sender: Sender) -> None:
    """Until somebody listens there: asking would use up the only client."""
    port = sender.address.split(":")[-1].split("/")[0]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if f":{int(port):04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text():
            return
        time.sleep(0.05)


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


def test_a_sender_that_is_killed_and_comes_back_is_shown_again(sender: Sender) -> None:
    wait_for(sender)
    link = watch(sender, sender.end, sender.start)
    assert link.meter.whole().lost == 1


def test_a_sender_that_stands_still_is_noticed(sender: Sender) -> None:
    wait_for(sender)

    def mend() -> None:
        sender.send(signal.SIGCONT)
        sender.end()
        sender.start()

    link = watch(sender, lambda: sender.send(signal.SIGSTOP), mend)
    rates = link.meter.whole()
    assert rates.lost == 1
    assert rates.times_ms["capture"] < 1000, "the gap counts as no frame's time"
