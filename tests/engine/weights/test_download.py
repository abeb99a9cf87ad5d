"""Downloads from a server on this machine that cuts, lies and forgets as servers do."""

import errno
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.errors import WeightsError
from engine.jobs import Cancelled, CancelToken
from engine.weights.download import CHUNK, download

DATA = bytes(range(256)) * 4096  # 1 MB: four chunks
SHA = hashlib.sha256(DATA).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves DATA at /file; what it does wrong is set by the test."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.knows_ranges = True
        self.tells_length = True
        self.is_endless = False
        self.cuts: list[int] = []  # after how many bytes to break the next responses
        self.ranges: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path != "/file":
            self.send_error(404)
            return
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if start >= len(DATA):
            self.send_error(416)
            return
        if wanted and self.server.knows_ranges:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(DATA) - 1}/{len(DATA)}")
        else:
            start = 0
            self.send_response(200)
        body = DATA[start:]
        if self.server.tells_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        while self.server.is_endless:
            try:
                self.wfile.write(body)
            except OSError:
                return
        if self.server.cuts:
            body = body[: self.server.cuts.pop(0)]
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "small.pth"


def files_of(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.glob("*"))


def test_a_whole_file_arrives_with_progress(server, target):
    seen = []
    download(server.url, target, checksum=SHA[:8], progress=lambda *step: seen.append(step))
    assert target.read_bytes() == DATA
    assert files_of(target) == ["small.pth"]
    assert seen[0] == (0, len(DATA), "Downloading")
    assert seen[-1] == (len(DATA), len(DATA), "Downloading")


def test_a_file_that_is_there_is_not_fetched_again(server, target):
    download(server.url, target, checksum=SHA)
    download(server.url, target, checksum=SHA)
    assert len(server.ranges) == 1


def test_a_damaged_file_that_is_there_is_fetched_again(server, target):
    target.parent.mkdir()
    target.write_bytes(b"damaged")
    download(server.url, target, checksum=SHA)
    assert target.read_bytes() == DATA


def test_a_cut_connection_goes_on_where_it_broke(server, target):
    server.cuts = [300_000, 200_000]
    download(server.url, target, checksum=SHA)
    assert target.read_bytes() == DATA
    assert server.ranges == [None, "bytes=300000-", "bytes=500000-"]


def test_a_connection_that_stays_broken_leaves_only_a_part_to_go_on_from(server, target):
    server.cuts = [100_000, 1, 1]
    with pytest.raises(WeightsError, match="broke"):
        download(server.url, target, checksum=SHA)
    assert files_of(target) == ["small.pth.part"]
    download(server.url, target, checksum=SHA)
    assert server.ranges[-1] == "bytes=100002-"
    assert target.read_bytes() == DATA


def test_a_server_without_ranges_sends_everything_again(server, target):
    server.knows_ranges = False
    server.cuts = [300_000]
    download(server.url, target, checksum=SHA)
    assert target.read_bytes() == DATA


def test_a_part_longer_than_the_file_is_started_over(server, target):
    target.parent.mkdir()
    target.with_name("small.pth.part").write_bytes(DATA + b"more")
    download(server.url, target, checksum=SHA)
    assert target.read_bytes() == DATA


def test_a_wrong_checksum_leaves_nothing(server, target):
    with pytest.raises(WeightsError, match="checksum"):
        download(server.url, target, checksum="0" * 8)
    assert files_of(target) == []


def test_without_a_length_the_whole_file_arrives(server, target):
    server.tells_length = False
    download(server.url, target, checksum=SHA, most=len(DATA))
    assert target.read_bytes() == DATA


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_file_that_is_too_long_is_refused_and_leaves_nothing(server, target, tells_length):
    server.tells_length = tells_length
    with pytest.raises(WeightsError, match="sends more than the 1 MB"):
        download(server.url, target, checksum=SHA, most=len(DATA) - 1)
    assert files_of(target) == []


def test_a_file_without_end_is_refused(server, target):
    server.tells_length, server.is_endless = False, True
    with pytest.raises(WeightsError, match="sends more"):
        download(server.url, target, checksum=SHA, most=3 * len(DATA))
    assert files_of(target) == []


def test_a_missing_file_says_404_and_leaves_nothing(server, target):
    with pytest.raises(WeightsError, match="404"):
        download(server.url + "-gone", target, checksum=SHA)
    assert files_of(target) == []


def test_no_network_says_which_host_and_what_to_do(target):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
        url = f"http://127.0.0.1:{closed.server_port}/file"
    with pytest.raises(WeightsError, match=r"Cannot reach 127\.0\.0\.1") as caught:
        download(url, target, checksum=SHA)
    assert "internet" in caught.value.hint


def test_cancelling_keeps_the_part_and_resumes(server, target):
    cancel = CancelToken()

    def stop(done: int, total: int, text: str) -> None:
        if done >= CHUNK:
            cancel.cancel()

    with pytest.raises(Cancelled):
        download(server.url, target, checksum=SHA, progress=stop, cancel=cancel)
    assert files_of(target) == ["small.pth.part"]
    download(server.url, target, checksum=SHA)
    assert target.read_bytes() == DATA
    assert server.ranges[-1] is not None


def test_a_folder_that_cannot_be_written_is_said(server, tmp_path):
    (tmp_path / "weights").write_text("a file where the folder should be")
    with pytest.raises(WeightsError, match="Cannot write") as caught:
        download(server.url, tmp_path / "weights" / "small.pth", checksum=SHA)
    assert "MASKLOOP_CACHE" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(server, target):
    target.parent.mkdir()
    target.with_name("small.pth.part").symlink_to("/dev/full")
    with pytest.raises(WeightsError, match="Cannot write") as caught:
        download(server.url, target, checksum=SHA)
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert not target.exists()


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/file", "nonsense"])
def test_only_http_is_allowed(url, target):
    with pytest.raises(WeightsError, match="Cannot download"):
        download(url, target)
