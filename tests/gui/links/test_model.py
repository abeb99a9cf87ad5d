"""The Model dock in the window: the card, and options that switch while the model runs."""

import pytest
from PySide6.QtCore import Qt

from engine.values import Annotation, Box, Label, Prediction
from engine.weights.weights import save
from gui.app import Opening
from gui.controllers.predictions import PredictAnswer
from gui.dialogs import ask
from tests.fakes import make_weights
from tests.gui.conftest import PATIENCE_MS
from tests.make_click import write_click_weights
from tests.make_labels import add_label


@pytest.fixture
def switched(tmp_path):
    """Weights of a model with one live option, as a file."""
    made = make_weights("tiny_switched")
    path = tmp_path / "switched.safetensors"
    save(path, made.module.state_dict(), made.card)
    return path


def load(qtbot, app, path):
    app.store.change(device="cpu", backend="torch")
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(path))


def switch(qtbot, app, key=Qt.Key.Key_Down):
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        qtbot.keyClick(app.window.model.options.box("prefer"), key)


@pytest.mark.slow
def test_a_live_option_switches_what_runs_and_keeps_the_file(qtbot, app, switched):
    load(qtbot, app, switched)
    before = app.session.weights.loaded
    switch(qtbot, app)
    after = app.session.weights.loaded
    assert dict(after.options) == {"prefer": "dark"}
    assert (after.key, after.written) == (before.key, before.written)
    assert app.session.weights.previous is None
    assert before.pipeline.weights.card.options == {}


@pytest.mark.slow
def test_a_switched_option_survives_another_device(qtbot, app, switched):
    load(qtbot, app, switched)
    switch(qtbot, app)
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.store.change(backend="openvino")
    loaded = app.session.weights.loaded
    assert dict(loaded.options) == {"prefer": "dark"}
    assert "openvino" in loaded.device_text


@pytest.mark.slow
def test_a_switch_that_fails_leaves_the_old_one_running_and_shown(qtbot, app, switched):
    load(qtbot, app, switched)
    with qtbot.waitSignal(app.session.weights.failed, timeout=PATIENCE_MS):
        app.session.switch_options({"prefer": "grey"})
    qtbot.waitUntil(lambda: not app.session.weights.is_loading, timeout=PATIENCE_MS)
    assert app.window.model.options.values == {"prefer": "bright"}
    assert "cannot be grey" in app.window.notice.text


@pytest.mark.slow
def test_the_card_shows_and_its_language_is_remembered(qtbot, app, tiny_weights):
    load(qtbot, app, tiny_weights)
    card = app.window.card
    assert not card.isHidden()
    assert "unet32" in card.section.title.text()
    qtbot.mouseClick(card.languages["ko"], Qt.MouseButton.LeftButton)
    assert app.store.now.card_language == "ko"
    qtbot.mouseClick(card.section.title, Qt.MouseButton.LeftButton)
    assert not app.store.now.is_card_open


def pick(app, key):
    """Choose these weights in the picker, as a person does."""
    picker = app.window.model._weights
    picker.setCurrentIndex(picker.findData(key))
    picker.activated.emit(picker.currentIndex())


AWAY = "coco-ssd300_vgg16"


def test_a_download_is_asked_for_with_its_size_and_source(qtbot, app, monkeypatch):
    questions, loaded = [], []
    monkeypatch.setattr(ask, "is_agreed", lambda _, *question: questions.append(question))
    monkeypatch.setattr(app.session.weights, "load", lambda *args: loaded.append(args[0]))
    picker = app.window.model._weights
    qtbot.waitUntil(lambda: picker.findData(AWAY) > 0, timeout=PATIENCE_MS)
    pick(app, AWAY)
    ((question, button),) = questions
    assert "143 MB" in question
    assert "torchvision" in question
    assert button == "Download"
    assert loaded == []
    assert picker.currentIndex() == 0, "the picker goes back to what is loaded"
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    pick(app, AWAY)
    assert loaded == [AWAY]


def test_the_weights_of_last_time_are_not_downloaded_at_the_start(qtbot, app):
    app.store.change(last_weights=AWAY)
    with qtbot.waitSignal(app.session.weights.failed, timeout=PATIENCE_MS):
        app._load_weights(Opening())
    assert "not downloaded" in app.window.notice.text


def test_the_first_weights_are_said_to_be_on_their_way(qtbot, app):
    about = app.window.model._about
    with qtbot.waitSignal(app.session.weights.failed, timeout=PATIENCE_MS):
        app.session.load_weights("gone.safetensors")
        assert "being loaded" in about.text()
    qtbot.waitUntil(lambda: not app.session.weights.is_loading, timeout=PATIENCE_MS)
    assert "No model yet" in about.text()


@pytest.mark.slow
def test_no_model_takes_away_what_the_model_says(qtbot, opened, switched):
    load(qtbot, opened, switched)
    session, panel = opened.session, opened.window.model
    empty = panel._about.text()
    opened.store.change(live=True)
    qtbot.waitUntil(lambda: session.shown.now.raw is not None, timeout=PATIENCE_MS)
    pick(opened, "")
    assert session.weights.loaded is None
    assert session.annotations.sample.proposals == ()
    assert session.shown.now.raw is None
    assert opened.store.now.last_weights == ""
    assert opened.window.card.isHidden()
    assert opened.window.device.text() == ""
    assert panel.refine.isHidden()
    assert panel.options.isHidden()
    assert panel._about.text() != empty
    assert not session.annotations.stored_sample.proposals
    opened.actions["predict"].trigger()
    assert "No model is loaded" in opened.window.notice.text


@pytest.mark.slow
def test_without_a_model_nothing_is_compared_nor_looked_into(qtbot, opened, switched):
    load(qtbot, opened, switched)
    opened.actions["inside"].trigger()
    qtbot.waitUntil(
        lambda: opened.window.canvas.inside.is_on or not opened.session.jobs.running,
        timeout=PATIENCE_MS,
    )
    pick(opened, "")
    assert not opened.window.canvas.inside.is_on
    assert "No model is loaded" in opened.side("inside").maps._hint.text()


def choose_refinement(app, name):
    box = app.window.model.refine
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


@pytest.mark.slow
def test_a_refinement_acts_on_the_shown_picture_without_the_network(qtbot, opened, switched):
    load(qtbot, opened, switched)
    predictions = opened.session.predictions
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as plain:
        opened.actions["predict"].trigger()
    with qtbot.waitSignal(predictions.answered, timeout=PATIENCE_MS) as refined:
        choose_refinement(opened, "superpixels")
    before, after = plain.args[0], refined.args[0]
    assert after.raw is before.raw
    assert "superpixels" in after.prediction.origin
    assert "refine" in after.times_ms
    assert "refine" in opened.window.rates._stages.text()
    assert opened.store.now.refine == "superpixels"


@pytest.mark.slow
def test_the_refinement_is_remembered_for_the_next_weights(qtbot, app, switched):
    app.store.change(refine="tree_cut")
    load(qtbot, app, switched)
    assert app.session.weights.loaded.pipeline.refine.name == "tree_cut"
    assert app.window.model.refine.currentData() == "tree_cut"


@pytest.mark.slow
def test_a_refinement_nobody_knows_is_none(qtbot, app, switched):
    app.store.change(refine="gone")
    load(qtbot, app, switched)
    assert not app.session.weights.loaded.pipeline.refine.is_on
    assert app.window.model.refine.currentData() == "none"


@pytest.mark.slow
def test_a_classifiers_answer_shows_and_leaves_the_projects_labels_alone(qtbot, opened, tmp_path):
    made = make_weights("tiny_classifier")
    path = tmp_path / "classifier.safetensors"
    save(path, made.module.state_dict(), made.card)
    before = opened.session.project.labels
    load(qtbot, opened, path)
    with qtbot.waitSignal(opened.session.predictions.answered, timeout=PATIENCE_MS):
        opened.actions["predict"].trigger()
    lines = opened.window.model.ranking.lines
    assert len(lines) == len(made.card.labels)
    assert opened.session.project.labels == before
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.desk.step(1)
    assert opened.window.model.ranking.lines == []


def test_an_answer_takes_no_label_from_a_person(opened):
    """The model was asked before the label `mitosis` was added, and wants its id for another."""
    session = opened.session
    before = session.project.labels
    add_label(session.project, "mitosis")
    mine, frame = session.project.labels[-1], session.frames.frame
    stale = (*before, Label(mine.id, "bicycle", (1, 2, 3)))
    proposal = Annotation(Box(0, 0, 9, 9), mine.id, origin="m", score=0.5)
    said = Prediction(frame.id, frame.size_hw, stale)
    sample = session.annotations.stored_sample
    size_hw = frame.size_hw
    answer = PredictAnswer(frame.id, sample, said, (proposal,), stale, False, size_hw, None)
    session.predictions.answered.emit(answer)
    assert mine in session.project.labels
    (shown,) = session.annotations.sample.proposals
    named = {label.id: label.name for label in session.shown_labels}
    assert named[shown.label_id] == "bicycle"
    assert "bicycle" not in {label.name for label in session.project.labels}


def test_weights_that_answer_clicks_are_not_offered_to_run(qtbot, app, tmp_path):
    path = write_click_weights(tmp_path / "weights" / "click_tiny.safetensors")
    app.session.weights.project_folder = tmp_path
    app.session.weights.refresh()

    def is_listed():
        return str(path) in {choice.key for choice in app.session.weights.choices}

    qtbot.waitUntil(is_listed, timeout=PATIENCE_MS)
    picker = app.window.model._weights
    offered = {picker.itemData(row) for row in range(picker.count())}
    assert offered >= {choice.key for choice in app.session.weights.live_choices}
    assert str(path) not in offered


@pytest.mark.slow
def test_a_refinement_is_off_where_its_row_is_hidden(qtbot, app, tmp_path):
    app.store.change(refine="crf")
    made = make_weights("tiny_detector")
    path = tmp_path / "detector.safetensors"
    save(path, made.module.state_dict(), made.card)
    load(qtbot, app, path)
    assert app.window.model.refine.isHidden()
    assert not app.session.weights.loaded.pipeline.refine.is_on
