"""One file from the network to the disk, whole or not at all, going on where it stopped.

What has come so far waits in a file that ends in `.part`; only a complete file whose checksum is
right gets its real name.
"""

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from engine.errors import WeightsError
from engine.jobs import CancelToken, Progress, no_progress

CHUNK = 1 << 18
TRIES = 3
TIMEOUT_S = 30.0
MOST_BYTES = 4 << 30
GO_ON = "Run it again: it goes on where it stopped."


class _Cut(Exception):  # noqa: N818 - becomes a WeightsError after the last try
    """The connection ended before the file did."""


class _TooLong(Exception):  # noqa: N818 - becomes a WeightsError
    """More bytes came, or are announced, than the file can have."""


@dataclass(frozen=True)
class _Bounds:
    """How long a file may be, whom to tell how much of it is here, and what may stop it."""

    most: int
    progress: Progress
    cancel: CancelToken

    def check(self, done: int, total: int) -> None:
        """Tell; Cancelled or _TooLong end the download."""
        self.cancel.check()
        if max(done, total) > self.most:
            raise _TooLong
        self.progress(done, total, "Downloading")


def download(
    url: str,
    target: Path,
    *,
    checksum: str = "",
    most: int = MOST_BYTES,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Path:
    """Fetch `url` into `target`, at most `most` bytes; `checksum` is the file's SHA-256 or its
    first digits.

    A target that is there already is kept when its checksum is right. WeightsError says what went
    wrong; `Cancelled` leaves the `.part` file to go on from.
    """
    cancel = cancel or CancelToken()
    if urlsplit(url).scheme not in ("http", "https"):
        raise WeightsError(f"Cannot download {url}.", hint="Only http and https are allowed.")
    if target.is_file() and _is_right(target, checksum):
        return target
    part = target.with_name(f"{target.name}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, part, _Bounds(most, progress, cancel))
        if not _is_right(part, checksum):
            part.unlink()
            raise WeightsError(
                f"{target.name} arrived damaged: its checksum is wrong.",
                hint="Download it again; if it stays so, a proxy may be changing it.",
            )
        os.replace(part, target)
    except OSError as error:
        raise WeightsError(
            f"Cannot write {target}: {error.strerror or error}",
            hint="Free some space, or choose another folder with MASKLOOP_CACHE.",
        ) from error
    return target


def _fetch(url: str, part: Path, bounds: _Bounds) -> None:
    """Complete the part file; a connection that breaks is tried again."""
    for attempt in range(1, TRIES + 1):
        bounds.cancel.check()
        try:
            _fetch_rest(url, part, bounds)
            return
        except _TooLong as error:
            part.unlink(missing_ok=True)
            raise WeightsError(
                f"{_host(url)} sends more than the {bounds.most / 2**20:.0f} MB that such a file "
                "can have.",
                hint="It may have moved, or a proxy answers in its place; update Maskloop.",
            ) from error
        except _Cut as error:
            if attempt == TRIES:
                raise WeightsError(f"The connection to {_host(url)} broke.", hint=GO_ON) from error


def _fetch_rest(url: str, part: Path, bounds: _Bounds) -> None:
    """One request for what is still missing, appended to the part file."""
    have = part.stat().st_size if part.exists() else 0
    with _open(url, have) as response:
        if response.status != 206:
            have = 0  # the server sends the whole file again
        length = response.headers.get("Content-Length") or ""
        total = have + int(length) if length.isdecimal() and len(length) < 20 else 0
        with part.open("ab" if have else "wb") as file:
            have = _copy(response, file, have, lambda done: bounds.check(done, total))
    if have < total:
        raise _Cut


def _copy(response: HTTPResponse, file: BinaryIO, have: int, step: Callable[[int], None]) -> int:
    """Copy until the response ends, `step` before each chunk; the number of bytes then."""
    while True:
        step(have)
        try:
            chunk = response.read(CHUNK)
        except (OSError, HTTPException) as error:
            raise _Cut from error
        if not chunk:
            return have
        file.write(chunk)
        have += len(chunk)


def _open(url: str, have: int) -> HTTPResponse:
    """Ask for the file from byte `have` on."""
    headers = {"User-Agent": "maskloop", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(url, headers=headers)
    try:
        response: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)
        return response
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and have:
                return _open(url, 0)  # the part is as long as the file, or longer: start over
        raise WeightsError(
            f"{_host(url)} answers {error.code} ({error.reason}).",
            hint="The file may have moved; try again later or update Maskloop.",
        ) from error
    except urllib.error.URLError as error:
        raise WeightsError(
            f"Cannot reach {_host(url)}: {error.reason}",
            hint=f"Check the internet connection and proxy. {GO_ON}",
        ) from error
    except (TimeoutError, ConnectionError, HTTPException) as error:
        raise _Cut from error


def _is_right(path: Path, checksum: str) -> bool:
    """Whether the file's SHA-256 begins with these digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(checksum.lower())


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
