"""The window shows what a Run says of its validation pictures, the newest unless one looks back."""

import pytest
from PySide6.QtCore import Qt

from engine.training.events import EpochEnded
from engine.training.kept_glimpses import FOLDER
from tests.gui.conftest import PATIENCE_MS
from tests.make_run import run

VALIDATED = EpochEnded(9, 3, 1.0, 1.0, metric="miou", value=0.5, best=0.5)


@pytest.fixture
def followed(qtbot, app, plain):
    """The Train panel follows a Run that has ended three epochs."""
    run(plain, "epochs=3")
    app.run = plain.parent / "run"
    link = app.side("train")
    link.glimpses.set_run(app.run)
    qtbot.waitUntil(lambda: link.panel.glimpses.epoch == 3, timeout=PATIENCE_MS)
    return app


def step_back(qtbot, view, epoch):
    qtbot.mouseClick(view.earlier, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.epoch == epoch, timeout=PATIENCE_MS)


def test_the_last_epoch_is_shown_and_one_can_look_back(qtbot, followed):
    view = followed.side("train").panel.glimpses
    assert view.count == 4
    assert not view.isHidden()
    step_back(qtbot, view, 2)
    step_back(qtbot, view, 1)
    assert not view.earlier.isEnabled()


def test_a_new_epoch_is_followed_unless_one_looks_back(qtbot, followed, plain):
    link = followed.side("train")
    view = link.panel.glimpses
    run(plain, "epochs=4", "resume=true")
    link.training.epoch_ended.emit(VALIDATED)
    qtbot.waitUntil(lambda: view.epoch == 4, timeout=PATIENCE_MS)
    step_back(qtbot, view, 3)
    run(plain, "epochs=5", "resume=true")
    link.training.epoch_ended.emit(VALIDATED)
    qtbot.waitUntil(lambda: view._epochs[-1] == 5, timeout=PATIENCE_MS)
    assert view.epoch == 3


def test_a_run_without_pictures_shows_none(qtbot, followed, tmp_path):
    link = followed.side("train")
    link.glimpses.set_run(tmp_path / "another")
    qtbot.waitUntil(lambda: not followed.session.jobs.running, timeout=PATIENCE_MS)
    assert link.panel.glimpses.isHidden()


def test_a_picture_that_is_damaged_is_left_out(qtbot, followed):
    (followed.run / FOLDER / "00002-1.jpg").write_bytes(b"no picture")
    view = followed.side("train").panel.glimpses
    step_back(qtbot, view, 2)
    assert view.count == 3
