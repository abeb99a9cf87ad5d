"""Whether a window can be opened here: Qt ends the whole program where it cannot."""

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from engine.errors import AppError

_WITHOUT_SCREEN = ("offscreen", "minimal", "linuxfb", "eglfs", "vnc")
_X_DISPLAY = re.compile(r"(?P<host>.*):(?P<number>\d+)(\.\d+)?")
_X_PORT = 6000
_SECONDS = 2.0


def check_display(environment: Mapping[str, str] = os.environ, system: str = "") -> None:
    """AppError where there is no display, or nobody answers at the one that is named."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if not (system or sys.platform).startswith("linux") or asked.startswith(_WITHOUT_SCREEN):
        return
    hint = "Work from the terminal (`maskloop --help`), or start it in a desktop session."
    named = environment.get("DISPLAY", "")
    if environment.get("WAYLAND_DISPLAY") and not asked.startswith("xcb"):
        return
    if not named:
        raise AppError("There is no display to open the window on.", hint=hint)
    if not _answers(named):
        raise AppError(f"The display {named} (DISPLAY) does not answer.", hint=hint)


def _answers(named: str) -> bool:
    """Whether an X server listens there."""
    found = _X_DISPLAY.fullmatch(named)
    if found is None:
        return Path(named).exists()  # A socket's path, as on a Mac.
    host, number = found["host"], int(found["number"])
    if host not in ("", "unix"):
        return _connects(socket.AF_INET, (host, _X_PORT + number))
    path = f"/tmp/.X11-unix/X{number}"
    return _connects(socket.AF_UNIX, "\0" + path) or _connects(socket.AF_UNIX, path)


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(_SECONDS)
        try:
            client.connect(address)
        except OSError:
            return False
    return True
