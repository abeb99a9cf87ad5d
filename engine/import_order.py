"""What work in threads imports first, so that two that do so at once never wait for each other.

`from torchvision.ops import nms` holds the lock of the part while it waits for the whole, which
imports the part: two threads at it at once deadlock, and Python ends the work of one.
"""


def import_vision() -> None:
    """Import torchvision whole, before any part of it."""
    import torchvision  # noqa: F401
