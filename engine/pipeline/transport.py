"""Play, pause and seek: how a window steers the loop that reads a video."""

import threading


class Transport:
    """Set from one thread, obeyed by the capture loop in another."""

    def __init__(self, *, playing: bool = True) -> None:
        self._condition = threading.Condition()
        self._playing = playing
        self._wanted: int | None = None

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
