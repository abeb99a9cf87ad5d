"""Play, pause, seek, speed, loop and marks: how a window steers the loop that reads a video."""

import threading


class Transport:
    """Set from one thread, obeyed by the capture loop in another."""

    def __init__(self, *, playing: bool = True) -> None:
        self._condition = threading.Condition()
        self._playing = playing
        self._wanted: int | None = None
        self._marks: tuple[int | None, int | None] = (None, None)
        self.speed = 1.0
        """1 is the pace at which it was taken."""
        self.loops = False
        """Whether it begins anew at its end, unasked."""

    def set_marks(self, first: int | None, last: int | None) -> None:
        """Play from the first to the last of these frames; None is the video's own end."""
        with self._condition:
            self._marks = first, last

    def bounds(self, count: int) -> tuple[int, int]:
        """The first and the last frame to play of so many."""
        with self._condition:
            first, last = self._marks
        last = count - 1 if last is None else min(last, count - 1)
        return min(first or 0, last), last

    @property
    def is_playing(self) -> bool:
        """Whether frames follow each other by themselves."""
        with self._condition:
            return self._playing

    def play(self) -> None:
        """Go on from where it is."""
        self._set(playing=True)

    def pause(self) -> None:
        """Stay where it is; a camera goes on unseen."""
        self._set(playing=False)

    def seek(self, index: int) -> None:
        """Show the frame at `index` next, playing or paused. The last of many seeks counts."""
        with self._condition:
            self._wanted = index
            self._condition.notify_all()

    def take_seek(self) -> int | None:
        """The index to show next, once."""
        with self._condition:
            wanted, self._wanted = self._wanted, None
            return wanted

    def wait(self, seconds: float) -> None:
        """Return when a seek or play was asked for, at the latest after `seconds`."""
        with self._condition:
            self._condition.wait_for(lambda: self._playing or self._wanted is not None, seconds)

    def _set(self, *, playing: bool) -> None:
        with self._condition:
            self._playing = playing
            self._condition.notify_all()
