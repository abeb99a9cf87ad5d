"""The pictures that the model is least sure of come first."""

import pytest

from engine.insight.doubt import doubt
from engine.insight.uncertainty import Measure
from engine.jobs import CancelToken
from engine.sources.frame_reader import FrameReader
from engine.values import SampleState
from gui.panels.order import AS_OPENED
from tests.gui.conftest import PATIENCE_MS


@pytest.fixture
def judged(qtbot, opened, tiny_weights):
    with qtbot.waitSignal(opened.session.weights.loaded_changed, timeout=PATIENCE_MS):
        opened.session.load_weights(str(tiny_weights))
    opened.actions["order"].trigger()
    return opened


def choose(app, key):
    app.window.order.field.setCurrentIndex(app.window.order.field.findData(key))
    app.window.order.field.activated.emit(0)


def order_by(qtbot, app, key):
    choose(app, key)
    qtbot.waitUntil(lambda: "judged" in app.window.order.text, timeout=PATIENCE_MS)


def names(app):
    return [frame_id.path.rsplit(" ", 1)[1] for frame_id in app.session.frames.ids]


def truth(app, measure):
    """The pictures by how unsure the loaded model really is."""
    pipeline, reader = app.session.weights.loaded.pipeline, FrameReader()
    ids = app.session.frames.ids
    doubts = {
        each: doubt(pipeline, reader.read(each).pixels, measure, CancelToken()) for each in ids
    }
    reader.close()
    return [each.path.rsplit(" ", 1)[1] for each in sorted(ids, key=lambda each: -doubts[each])]


@pytest.mark.slow
@pytest.mark.parametrize("measure", list(Measure))
def test_the_least_sure_come_first_until_all_stand_as_opened(qtbot, judged, measure):
    shown = judged.session.frames.frame_id
    wanted = truth(judged, measure)
    order_by(qtbot, judged, measure)
    assert judged.window.order.text == "3 of 3 pictures judged"
    assert names(judged) == wanted
    assert judged.session.frames.frame_id == shown
    choose(judged, AS_OPENED)
    assert names(judged) == ["1.png", "2.png", "10.png"]
    assert judged.session.frames.frame_id == shown
    assert judged.window.order.isHidden()


@pytest.mark.slow
def test_labelled_pictures_come_last_and_are_not_judged(qtbot, judged):
    first = judged.session.frames.ids[0]
    judged.session.project.note_states({first: SampleState.VERIFIED})
    order_by(qtbot, judged, Measure.ENTROPY)
    assert names(judged)[-1] == "1.png"
    assert judged.window.order.text == "2 of 3 pictures judged"


@pytest.mark.slow
def test_where_all_have_labels_it_says_why_none_is_judged(qtbot, judged):
    ids = judged.session.frames.ids
    judged.session.project.note_states(dict.fromkeys(ids, SampleState.VERIFIED))
    order_by(qtbot, judged, Measure.ENTROPY)
    assert judged.window.order.text == "None judged: only pictures without labels are"


@pytest.mark.slow
def test_what_is_found_stands_in_the_same_order(qtbot, judged):
    order_by(qtbot, judged, Measure.MARGIN)
    whole = names(judged)
    judged.actions["search"].trigger()
    judged.window.search.field.setText("1")
    judged.window.search.field.returnPressed.emit()
    qtbot.waitUntil(lambda: len(names(judged)) == 2, timeout=PATIENCE_MS)
    assert names(judged) == [name for name in whole if "1" in name]
    choose(judged, AS_OPENED)
    judged.window.search.give_up()
    assert names(judged) == ["1.png", "2.png", "10.png"]


@pytest.mark.slow
def test_other_pictures_stand_as_they_are_opened(qtbot, judged, tmp_path):
    order_by(qtbot, judged, Measure.ENTROPY)
    with qtbot.waitSignal(judged.session.project.listed, timeout=PATIENCE_MS):
        judged.desk.open_paths([judged.session.frames.ids[0].path])
    assert judged.window.order.isHidden()
    assert judged.window.order.field.key == AS_OPENED


def test_without_a_model_it_says_what_to_do(opened):
    opened.actions["order"].trigger()
    choose(opened, "entropy")
    assert "No model is loaded" in opened.window.notice.text
    assert opened.window.order.field.key == AS_OPENED
    assert names(opened) == ["1.png", "2.png", "10.png"]
