"""What has the canvas: every change is told once, with what was shown before."""

import pytest
from PySide6.QtCore import QObject

from gui.session.mode import CanvasMode
from gui.session.shown import Shown, ShownController
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_frame


class Heard(QObject):
    """Keeps what was told."""

    def __init__(self, shown):
        super().__init__()
        self.pairs = []
        shown.changed.connect(self.note)

    def note(self, now, before):
        self.pairs.append((now, before))


@pytest.fixture
def shown(qtbot):
    return ShownController()


def test_nothing_is_shown_at_first(shown):
    assert shown.now.mode is CanvasMode.EMPTY
    assert shown.now.frame is None


def test_a_picture_shown_again_is_told_as_another_frame(shown):
    frame = make_frame()
    shown.show(frame, is_asked=True)
    heard = Heard(shown)
    shown.show(frame, is_asked=False)
    ((now, before),) = heard.pairs
    assert now.frame is frame
    assert before.frame is None
    assert not now.is_asked


def test_what_becomes_known_of_a_frame_keeps_it(shown):
    frame = make_frame()
    shown.show(frame, is_asked=True)
    heard = Heard(shown)
    shown.change(raw="answer", is_asked=False)
    ((now, before),) = heard.pairs
    assert now.frame is before.frame is frame
    assert (now.raw, before.raw) == ("answer", None)


def test_a_played_frame_is_live(shown):
    shown.play(make_frame(), None, is_playing=True)
    assert shown.now.is_live
    assert shown.now.is_playing
    shown.clear(CanvasMode.PICTURES)
    assert (shown.now.mode, shown.now.frame) == (CanvasMode.PICTURES, None)


def test_the_session_tells_what_is_shown_without_a_window(qtbot, session, pictures):
    heard = Heard(session.shown)
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        session.open([str(pictures)])
    qtbot.waitUntil(lambda: session.shown.now.frame is not None, timeout=PATIENCE_MS)
    assert session.mode is CanvasMode.PICTURES
    first = session.shown.now.frame
    session.frames.step(1)
    qtbot.waitUntil(lambda: session.shown.now.frame not in (None, first), timeout=PATIENCE_MS)
    modes = [now.mode for now, _ in heard.pairs]
    assert set(modes) == {CanvasMode.PICTURES}
    assert all(isinstance(before, Shown) for _, before in heard.pairs)
