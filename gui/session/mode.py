"""What has the canvas."""

from enum import StrEnum


class Mode(StrEnum):
    """What has the canvas."""

    EMPTY = "empty"
    PICTURES = "pictures"
    LIVE = "live"
