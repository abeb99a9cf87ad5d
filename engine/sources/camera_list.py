"""Which cameras this machine has."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceError

_DEVICES = Path("/dev")
_NAMES = Path("/sys/class/video4linux")
_PLATFORM: str = sys.platform
_PROBED = 4  # Numbers tried where the system has no list of cameras.
_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")


@dataclass(frozen=True)
class Camera:
    """A camera that can be opened by its number."""

    number: int
    name: str


def cameras(can_open: Callable[[int], bool]) -> tuple[Camera, ...]:
    """The cameras of this machine. On Linux none is opened for that."""
    if lists_quietly():
        return listed(_DEVICES, _NAMES)
    numbers = [number for number in range(_PROBED) if can_open(number)]
    return tuple(Camera(number, f"Camera {number}") for number in numbers)


def lists_quietly() -> bool:
    """Whether looking for cameras opens none, so that it may be done again and again."""
    return _PLATFORM.startswith("linux")


def listed(devices: Path, names: Path) -> tuple[Camera, ...]:
    """The cameras among the video devices of Linux."""
    found = []
    for device in devices.glob("video*"):
        ending = device.name.removeprefix("video")
        if not ending.isdecimal():
            continue
        about = names / device.name
        # Nodes with a higher index carry metadata, no pictures.
        if _text(about / "index") in ("", "0"):
            name = _text(about / "name") or f"Camera {ending}"
            found.append(Camera(int(ending), name))
    return tuple(sorted(found, key=lambda camera: camera.number))


def is_there(number: int) -> bool:
    """Whether there may be such a camera; where none are listed, opening it tells."""
    return not lists_quietly() or (_DEVICES / f"video{number}").exists()


def no_camera(name: str) -> SourceError:
    """What is said where a camera cannot be opened."""
    known = ", ".join(f"{c.number} ({c.name})" for c in _known())
    return SourceError(
        f"There is no camera {name}, or another program uses it.",
        hint=f"Cameras found: {known}." if known else "No camera was found. Plug one in.",
    )


def _known() -> tuple[Camera, ...]:
    return listed(_DEVICES, _NAMES) if lists_quietly() else ()


def size_of(text: str) -> tuple[int, int]:
    """Height and width of `1280x720`."""
    numbers = _SIZE.fullmatch(text.strip().lower())
    if numbers is None:
        raise SourceError(f"{text} is no size.", hint="Write width and height: 1280x720.")
    return int(numbers[2]), int(numbers[1])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""  # Unplugged meanwhile.
