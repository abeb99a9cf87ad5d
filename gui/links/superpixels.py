"""Divides what is shown into superpixels while a tool that paints with them is in use."""

import weakref
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.jobs import CancelToken, Progress
from engine.values import Frame, FrameId
from gui.jobs import Job
from gui.main_window import MainWindow
from gui.questions import NewestJob
from gui.session.session import Session
from gui.session.shown import Shown
from gui.tools import registry
from gui.tools.registry import Ability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.regions.superpixels import Superpixels

KEPT = 4
"""Frames whose superpixels are kept."""


@dataclass(frozen=True, eq=False)
class Divided:
    """The superpixels of these pixels, as many as asked for."""

    pixels: "weakref.ref[NDArray[np.uint8]]"
    count: int
    superpixels: "Superpixels"


class SuperpixelsLink(QObject):
    """Works them out once for each frame that is drawn on with them."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._canvas = session, window.canvas
        self._options, self._notice = window.tool_options, window.notice
        self._kept: OrderedDict[FrameId, Divided] = OrderedDict()
        self._dividing = NewestJob(session.jobs, self)
        self._dividing.answered.connect(self._on_divided)
        self._dividing.failed.connect(self._notice.show_error)
        self._options.set_superpixels(session.store.now.superpixels)
        self._options.superpixels_requested.connect(self._on_wish)
        self._canvas.tool_changed.connect(self._look)
        session.shown.changed.connect(self._on_shown)
        self._look()

    @property
    def is_wanted(self) -> bool:
        """Whether the tool in use paints with them."""
        name = self._canvas.tool_name
        return bool(name) and Ability.SUPERPIXELS in registry.get(name).abilities

    @Slot(int)
    def _on_wish(self, count: int) -> None:
        self._session.store.change(superpixels=count)
        self._look()

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.frame is not before.frame or now.is_live != before.is_live:
            self._look()

    @Slot()
    def _look(self) -> None:
        """Show the superpixels of the shown frame, or have them worked out."""
        now, count = self._session.shown.now, self._session.store.now.superpixels
        frame = now.frame
        if frame is None or now.is_live or not self.is_wanted:
            self._dividing.forget()
            return
        known = self._kept.get(frame.id)
        if known is not None and known.pixels() is frame.pixels and known.count == count:
            self._kept.move_to_end(frame.id)
            self._dividing.forget()
            self._canvas.set_superpixels(known.superpixels)
            return
        self._canvas.set_superpixels(None)
        self._dividing.ask((frame, count), self._make)

    def _make(self, question: tuple[Frame, int]) -> Job:
        text = self.tr("Dividing the picture")
        return self._session.jobs.create(partial(divided, question), text=text)

    @Slot(object, object)
    def _on_divided(self, question: tuple[Frame, int], found: Divided) -> None:
        frame, count = question
        self._kept[frame.id] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        now = self._session.shown.now
        is_asked = self.is_wanted and count == self._session.store.now.superpixels
        if now.frame is frame and is_asked:
            self._canvas.set_superpixels(found.superpixels)


def divided(question: tuple[Frame, int], progress: Progress, cancel: CancelToken) -> Divided:
    """A frame in so many superpixels; a Job's work."""
    from engine.regions.superpixels import divide

    frame, count = question
    return Divided(weakref.ref(frame.pixels), count, divide(frame.pixels, count))
