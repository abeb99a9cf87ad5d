"""Live frames that enter the project: by rules, by hand, each one step of the history."""

import numpy as np
import pytest

from engine.attributes import value_of
from engine.collect.rules import Rules
from engine.sources.video_writer import VideoWriter
from engine.values import Label, SampleState
from gui.collect.panel import CollectPanel
from gui.session.mode import CanvasMode
from tests.fakes import FakeSource, make_weights
from tests.gui.conftest import PATIENCE_MS, open_video

QUICK = 0.2


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    """A box of 0.9 around what is bright, one of 0.3 in the corner."""
    from engine.weights.weights import save

    made = make_weights("tiny_detector")
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save(path, made.module.state_dict(), made.card)
    return path


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "clip.mp4"
    writer = VideoWriter(path, 10, (48, 64))
    for number in range(60):
        pixels = np.zeros((48, 64, 3), np.uint8)
        pixels[10:30, number % 30 : number % 30 + 20] = 255
        writer.write(pixels)
    writer.close()
    return path


@pytest.fixture
def live(qtbot, app, detector, video):
    """The window with a model on a video that plays again and again, and the Collect panel."""
    app.store.change(live=True, conf=0.25)
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(detector))
    open_video(qtbot, app, video)
    app.window.timeline._loop.click()
    app.session.live.play()
    app.actions["collect"].trigger()
    return app


def link_of(app):
    return app.side("collect")


def stored(app, row):
    return app.session.project.project.sample(row.frame_id)


def turn_on(app, **rules):
    link_of(app).panel.set_rules(Rules(gap=QUICK, **rules))
    link_of(app).panel._on_change()
    link_of(app).panel._on.click()


def test_it_is_off_until_a_person_turns_it_on(qtbot, live):
    link = link_of(live)
    assert not link.controller.is_on
    link.panel._on.click()
    assert not link.controller.is_on, "without a rule there is nothing to wait for"
    assert not link.panel._on.isChecked()


def test_an_unsure_frame_comes_with_its_proposals_and_why(qtbot, live):
    link = link_of(live)
    with qtbot.waitSignal(link.controller.arrived, timeout=PATIENCE_MS) as arrived:
        turn_on(live, is_unsure=True, low=0.28, high=0.4)
    live.session.live.pause()
    row = arrived.args[0]
    sample = stored(live, row)
    assert value_of(sample.attributes, "collected") == row.why == "low confidence 0.30"
    assert not sample.annotations
    assert {p.origin for p in sample.proposals} == {live.session.live.shot.prediction.origin}
    assert sample.state is SampleState.PREDICTED
    assert row.frame_id in live.session.frames.ids
    assert live.session.mode is CanvasMode.LIVE, "the video goes on"
    assert "low confidence" in link.panel._list.item(0).text()


def test_a_collected_frame_is_one_step_that_can_be_undone(qtbot, live):
    link = link_of(live)
    with qtbot.waitSignal(link.controller.arrived, timeout=PATIENCE_MS) as arrived:
        turn_on(live, is_unsure=True, low=0.28, high=0.4, cap=1)
    row, project = arrived.args[0], live.session.project.project
    (step,) = [s for s in project.steps() if s.text.startswith("Collect")]
    project.undo(step.id)
    sample = stored(live, row)
    assert (sample.proposals, sample.attributes) == ((), ())
    assert sample.state is SampleState.NEW
    assert project.gone == {row.frame_id}
    project.redo(step.id)
    assert not project.gone
    assert value_of(stored(live, row).attributes, "collected") == row.why


def test_there_are_no_more_than_wanted_and_none_twice(qtbot, live):
    link, rows = link_of(live), []
    link.controller.arrived.connect(rows.append)
    turn_on(live, every=QUICK, cap=3)
    qtbot.waitUntil(lambda: len(rows) == 3, timeout=PATIENCE_MS)
    shown = []
    live.session.live.shown.connect(shown.append)
    qtbot.waitUntil(lambda: len(shown) > 5, timeout=PATIENCE_MS)
    live.session.live.shown.disconnect(shown.append)
    assert len({row.frame_id for row in rows}) == 3 == link.controller.count
    assert "that is all" in link.panel._count.text()


def test_two_models_that_differ_are_a_reason(qtbot, live, tmp_path):
    from engine.weights.weights import save

    made = make_weights(
        "tiny_detector", (Label(1, "something else", (9, 9, 9)), Label(2, "another", (8, 8, 8)))
    )
    save(tmp_path / "other.safetensors", made.module.state_dict(), made.card)
    link = link_of(live)
    turn_on(live, disagrees=True)
    assert "No two models" in link.panel._warning.text()
    with qtbot.waitSignal(live.session.weights.loaded_changed, timeout=PATIENCE_MS):
        live.session.load_weights(str(tmp_path / "other.safetensors"))
    with qtbot.waitSignal(link.controller.arrived, timeout=PATIENCE_MS) as arrived:
        live.session.compare.set_on(True)
    assert arrived.args[0].why == "two models differ by 100 %"
    assert link.panel._warning.isHidden()


def test_a_person_collects_what_is_shown_and_it_plays_on(qtbot, live):
    link = link_of(live)
    with qtbot.waitSignal(link.controller.arrived, timeout=PATIENCE_MS) as arrived:
        live.actions["collect_now"].trigger()
    assert arrived.args[0].why == "by hand"
    assert live.session.live.is_playing
    assert link.controller.count == 1


def test_a_cameras_frame_is_saved_as_a_picture(qtbot, app, tmp_path, monkeypatch):
    monkeypatch.setattr("gui.controllers.project.camera_root", lambda: tmp_path)
    app.session.live.opener = lambda what: FakeSource(10**6, is_live=True)
    with (
        qtbot.waitSignal(app.session.live.shown, timeout=PATIENCE_MS),
        qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS),
    ):
        app.session.open_live("rtsp://camera/live")
    link = link_of(app)
    with qtbot.waitSignal(link.controller.arrived, timeout=PATIENCE_MS) as arrived:
        link.take_now()
    path = arrived.args[0].frame_id.path
    assert path.endswith(".png")
    assert str(tmp_path) in path
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        link.panel._list.itemActivated.emit(link.panel._list.item(0))
    assert app.session.frames.frame_id.path == path


def test_pictures_cannot_be_collected(qtbot, opened):
    opened.actions["collect"].trigger()
    link = link_of(opened)
    assert not link.panel._on.isEnabled()
    opened.actions["collect_now"].trigger()
    assert "Only a frame" in opened.window.statusBar().currentMessage()


def test_closing_the_video_turns_it_off(qtbot, live):
    turn_on(live, every=100.0)
    assert link_of(live).controller.is_on
    live.session.close_live()
    assert not link_of(live).controller.is_on


def test_rules_are_remembered_and_what_never_happens_is_said(qtbot, live):
    turn_on(live, is_unsure=True, low=0.1, high=0.2)
    panel = link_of(live).panel
    assert "confidence is 0.25" in panel._warning.text()
    assert '"high": 0.2' in live.store.now.collect_rules
    live.store.change(conf=0.05)
    assert panel._warning.isHidden()


def test_fields_say_the_rules_they_show(make):
    panel = make(CollectPanel)
    rules = Rules(5.0, True, 0.25, 0.6, 7.5, True, 0.4, 1.5, 12)
    panel.set_rules(rules)
    assert panel.rules == rules
    panel.set_rules(Rules())
    assert panel.rules == Rules()
