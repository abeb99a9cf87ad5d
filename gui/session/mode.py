"""What has the canvas."""

from enum import StrEnum


class CanvasMode(StrEnum):
    """What has the canvas."""

    EMPTY = "empty"
    PICTURES = "pictures"
    LIVE = "live"
