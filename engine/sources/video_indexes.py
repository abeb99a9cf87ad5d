"""The indexes of the videos opened last: a long video is scanned once, not at every opening."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable

from engine.sources.video_index import VideoIndex

_MOST = 16
_State = tuple[str, int, int, int]
_known: OrderedDict[_State, VideoIndex] = OrderedDict()
_lock = threading.Lock()


def index_of(path: str, scan: Callable[[], VideoIndex]) -> VideoIndex:
    """The index of the video as it is now, scanned where it is new or was changed."""
    state = _state(path)
    with _lock:
        if state is not None and state in _known:
            _known.move_to_end(state)
            return _known[state]
    index = scan()
    # A file that is still being written is another one after the scan.
    if state is not None and state == _state(path):
        with _lock:
            _known[state] = index
            while len(_known) > _MOST:
                _known.popitem(last=False)
    return index


def _state(path: str) -> _State | None:
    try:
        about = os.stat(path)
    except OSError:
        return None
    return os.path.abspath(path), about.st_ino, about.st_size, about.st_mtime_ns
