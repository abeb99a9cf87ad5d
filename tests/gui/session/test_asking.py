"""The model is asked when a person says so, also before the project of the picture is open."""

import pytest

from gui.controllers import project as opening
from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def held_back(hold):
    """Projects open when this is set, not before."""
    return hold(opening, "prepare_project")


@pytest.fixture
def half_open(qtbot, app, pictures, tiny_weights, held_back):
    """The window with weights and a picture whose project is still being opened."""
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(tiny_weights)])
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.desk.open_paths([str(pictures)])
    return app


@pytest.mark.slow
def test_what_is_asked_while_the_project_is_being_opened_is_answered_when_it_is(
    qtbot, half_open, held_back
):
    session = half_open.session
    half_open.actions["predict_all"].trigger()
    assert "still being opened" in half_open.window.notice.text
    half_open.window.notice.hide()
    half_open.actions["predict"].trigger()
    assert half_open.window.notice.isHidden()
    with qtbot.waitSignal(session.predictions.answered, timeout=PATIENCE_MS) as answered:
        held_back.set()
    assert answered.args[0].is_stored
    stored, said = session.annotations.stored_sample.proposals, answered.args[0].proposals
    assert [proposal.id for proposal in stored] == [proposal.id for proposal in said] != []


@pytest.mark.slow
def test_a_picture_left_before_its_project_was_open_is_not_asked_about(qtbot, half_open, held_back):
    session = half_open.session
    half_open.actions["predict"].trigger()
    with qtbot.waitSignal(session.frames.frame_shown, timeout=PATIENCE_MS):
        session.frames.go(1)
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        held_back.set()
    qtbot.waitUntil(lambda: session.annotations.sample is not None, timeout=PATIENCE_MS)
    assert session.predictions._newest.running is None
