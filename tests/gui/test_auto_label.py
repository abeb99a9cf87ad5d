"""Ctrl+I in the real window: a range of pictures, and what is said when it has ended."""

import pytest

from gui.controllers import predictions
from gui.controllers.picture_range import PictureRange
from gui.dialogs import ask
from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.make import write_picture


@pytest.fixture
def loaded(qtbot, opened, tiny_weights):
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tiny_weights))
    opened.store.change(conf=0.0)
    return opened


def answer(monkeypatch, chosen):
    """The question has this answer; gives what it was asked with."""
    asked = []

    def reply(parent, place, count, before):
        asked.append((place, count(PictureRange(1, place[0])), before))
        return chosen

    monkeypatch.setattr(ask, "picture_range", reply)
    return asked


@pytest.mark.slow
def test_a_range_is_labelled_and_told(qtbot, loaded, monkeypatch):
    loaded.session.frames.go(1)
    chosen = PictureRange(2, 3)
    asked = answer(monkeypatch, chosen)
    with qtbot.waitSignal(loaded.session.predictions.batch_ended, timeout=PATIENCE_MS):
        loaded.actions["predict_all"].trigger()
    assert asked == [((3, 2), 3, None)]
    assert loaded.window.notice.text.startswith("The model ran on 2 pictures and found ")
    project = loaded.session.project.project
    sizes = [project.sample(each).size_hw for each in loaded.session.frames.ids]
    assert sizes == [(0, 0), (96, 128), (96, 128)]
    loaded.actions["predict_all"].trigger()
    qtbot.waitUntil(lambda: not loaded.session.jobs.running, timeout=PATIENCE_MS)
    assert asked[1][2] == chosen


@pytest.mark.slow
def test_given_up_nothing_runs(loaded, monkeypatch):
    answer(monkeypatch, None)
    loaded.actions["predict_all"].trigger()
    assert not loaded.session.predictions.is_busy_with_all


def test_without_a_model_it_says_what_to_do(opened):
    opened.actions["predict_all"].trigger()
    assert "No model is loaded" in opened.window.notice.text


@pytest.mark.slow
def test_closing_the_window_meanwhile_is_asked(qtbot, loaded, monkeypatch, hold):
    asked = []
    monkeypatch.setattr(ask, "ends_work", lambda parent, busy, loss: asked.append((busy, loss)))
    answer(monkeypatch, PictureRange(1, 3))
    may_answer = hold(predictions, "answer_one")
    loaded.actions["predict_all"].trigger()
    loaded.window.close()
    (busy, loss) = asked[0]
    assert busy == "The model is running over the pictures."
    assert "are kept" in loss
    assert loaded.window.isVisible()
    with qtbot.waitSignal(loaded.session.predictions.batch_ended):
        may_answer.set()
    assert loaded.window.notice.text.startswith("The model ran on 3 pictures")


@pytest.mark.slow
def test_another_folder_meanwhile_gets_nothing_of_it_and_is_told_whose_it_is(
    qtbot, loaded, pictures, tmp_path, monkeypatch, hold
):
    answer(monkeypatch, PictureRange(1, 3))
    session, may_answer = loaded.session, hold(predictions, "answer_one")
    ids = session.frames.ids
    loaded.actions["predict_all"].trigger()
    open_pictures(qtbot, loaded, write_picture(tmp_path / "other" / "a.png").parent)
    noted = []
    session.project.states_changed.connect(lambda: noted.append(session.project.state_of(ids[0])))
    with qtbot.waitSignal(session.predictions.batch_ended):
        may_answer.set()
    assert not noted
    assert loaded.window.notice.text.startswith("사진: The model ran on 3 pictures")
    assert "U accepts" not in loaded.window.notice.text
    open_pictures(qtbot, loaded, pictures)
    assert {session.project.project.sample(each).size_hw for each in ids} == {(96, 128)}
