"""A picture that another program has changed is shown as it is, with its objects as they were."""

import os
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gui.controllers.altered import AlteredController
from gui.jobs import Jobs
from gui.links.altered import AlteredLink
from tests.gui.conftest import PATIENCE_MS
from tests.gui.test_loop import draw_box
from tests.make import write_picture
from tests.make_labels import add_label

GREY = 77


@pytest.fixture
def altered(opened):
    (link,) = (link for link in opened._links if isinstance(link, AlteredLink))
    return link.pictures.altered


def come_to_the_front():
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)


def settle(qtbot, app):
    qtbot.waitUntil(lambda: not app.session.jobs.running, timeout=PATIENCE_MS)


def shown_path(app):
    return Path(app.session.frames.frame_id.path)


def overwrite(path):
    """Another picture of that size."""
    write_picture(path, (96, 128), seed=GREY)


def test_a_changed_picture_is_shown_anew_when_the_window_comes_to_the_front(qtbot, opened, altered):
    session = opened.session
    session.annotations.choose_label(add_label(session.project, "dog"))
    opened.window.canvas.set_tool("box")
    with qtbot.waitSignal(session.annotations.stored):
        draw_box(qtbot, opened, 16, 12, 80, 60)
    settle(qtbot, opened)
    before, sample = session.frames.frame, session.annotations.stored_sample
    overwrite(shown_path(opened))
    with qtbot.waitSignal(altered, timeout=PATIENCE_MS) as told:
        come_to_the_front()
    assert told.args == [before.id]
    assert not np.array_equal(session.frames.frame.pixels, before.pixels)
    assert session.annotations.stored_sample == sample
    assert "was changed by another program" in opened.window.notice.text
    qtbot.waitUntil(
        lambda: opened.window.filmstrip.thumbnails.get(before.id) is not None, timeout=PATIENCE_MS
    )


def test_a_picture_that_is_kept_is_looked_at_when_it_is_shown_again(qtbot, opened, altered):
    before, path = opened.session.frames.frame, shown_path(opened)
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.actions["next"].trigger()
    settle(qtbot, opened)
    overwrite(path)
    with qtbot.waitSignal(altered, timeout=PATIENCE_MS):
        opened.actions["previous"].trigger()
    assert not np.array_equal(opened.session.frames.frame.pixels, before.pixels)
    assert "was changed by another program" in opened.window.statusBar().currentMessage()


def test_a_picture_that_is_gone_is_said_to_be_while_it_is_shown(qtbot, opened, altered):
    session, notice = opened.session, opened.window.notice
    settle(qtbot, opened)
    before, path = session.frames.frame, shown_path(opened)
    kept = path.rename(path.with_suffix(".kept"))
    come_to_the_front()
    qtbot.waitUntil(lambda: "no longer in its folder" in notice.text, timeout=PATIENCE_MS)
    assert path.name in notice.text
    assert session.frames.frame is before
    with qtbot.waitSignal(session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.actions["next"].trigger()
    assert notice.isHidden()
    settle(qtbot, opened)
    with qtbot.waitSignal(session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.actions["previous"].trigger()
    qtbot.waitUntil(lambda: "no longer in its folder" in notice.text, timeout=PATIENCE_MS)
    settle(qtbot, opened)
    assert "no longer in its folder" in notice.text, "and nothing else is said of it"
    kept.rename(path)


def test_a_file_that_was_only_touched_is_left_alone(qtbot, opened, altered):
    settle(qtbot, opened)
    before, seen = opened.session.frames.frame, []
    altered.connect(seen.append)
    os.utime(shown_path(opened), (1, 1))
    come_to_the_front()
    settle(qtbot, opened)
    assert opened.session.frames.frame is before
    assert seen == []


def test_a_file_that_is_gone_or_no_picture_leaves_what_is_shown(qtbot, opened):
    settle(qtbot, opened)
    before, path = opened.session.frames.frame, shown_path(opened)
    path.write_bytes(b"no picture")
    with qtbot.waitSignal(opened.session.failed, timeout=PATIENCE_MS):
        come_to_the_front()
    path.unlink()
    come_to_the_front()
    settle(qtbot, opened)
    assert opened.session.frames.frame is before


def test_who_is_closed_looks_no_more_though_the_application_goes_on(opened):
    jobs = Jobs()
    controller = AlteredController(jobs, opened.session.frames)
    controller.close()
    shiboken6.delete(jobs)
    come_to_the_front()  # Whoever looked would find its Jobs deleted: an error in a slot.
