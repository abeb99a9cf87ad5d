"""Copy, paste and duplicate on the real window, between pictures, projects and windows."""

import json
from functools import partial

import pytest
from PySide6.QtGui import QGuiApplication

from engine.annotations import edits
from engine.formats import objects_text
from engine.values import Annotation, Box, Label
from gui import copying
from gui.dialogs import ask, choose
from gui.settings import SettingsStore
from tests.make import write_picture
from tests.make_labels import set_labels

CAT, DOG = Label(1, "고양이", (255, 0, 0)), Label(2, "강아지", (0, 255, 0))
SMALL = Annotation(Box(10, 10, 40, 40), 1, attributes=(("색", "빨강"),))
LARGE = Annotation(Box(50, 10, 120, 60), 2)


@pytest.fixture
def clipboard(qtbot):
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    return clipboard


@pytest.fixture
def drawn(opened, clipboard):
    """The first of three pictures, with two boxes on it."""
    set_labels(opened.session.project, (CAT, DOG))
    opened.session.annotations.edit("Draw", partial(edits.add, annotations=(SMALL, LARGE)))
    return opened


def annotations_of(app):
    return app.session.annotations.sample.annotations


def act(qtbot, app, name):
    app.actions[name].trigger()
    qtbot.waitUntil(lambda: not app.session.jobs.running)


def said(app):
    return app.window.statusBar().currentMessage()


def go(qtbot, app, index):
    app.session.frames.go(index)
    frame_id = app.session.frames.ids[index]
    annotations = app.session.annotations
    qtbot.waitUntil(lambda: annotations.sample is not None)
    qtbot.waitUntil(lambda: annotations.sample.frame_id == frame_id)


def copy_all(qtbot, app):
    app.session.annotations.select_all()
    act(qtbot, app, "copy")


def test_copied_objects_are_pasted_into_the_next_picture_in_one_step(qtbot, drawn):
    copy_all(qtbot, drawn)
    assert said(drawn) == "Copied 2 objects."
    go(qtbot, drawn, 1)
    act(qtbot, drawn, "paste")
    assert [a.region for a in annotations_of(drawn)] == [SMALL.region, LARGE.region]
    assert annotations_of(drawn)[0].attributes == SMALL.attributes
    assert drawn.session.annotations.selection == tuple(a.id for a in annotations_of(drawn))
    assert said(drawn) == "Pasted 2 objects."
    drawn.actions["undo"].trigger()
    assert not annotations_of(drawn)


def test_pasted_where_it_is_it_is_moved(qtbot, drawn):
    drawn.session.annotations.select((annotations_of(drawn)[0].id,))
    act(qtbot, drawn, "copy")
    act(qtbot, drawn, "paste")
    assert annotations_of(drawn)[-1].region == Box(20, 20, 50, 50)


def test_paste_right_after_copy_waits_for_it(qtbot, drawn):
    drawn.session.annotations.select_all()
    drawn.actions["copy"].trigger()
    drawn.actions["paste"].trigger()
    qtbot.waitUntil(lambda: len(annotations_of(drawn)) == 4)


def test_pasted_twice_at_once_it_is_there_twice(qtbot, drawn, hold):
    copy_all(qtbot, drawn)
    go(qtbot, drawn, 1)
    may_read = hold(copying, "read_objects")
    for _ in range(2):
        drawn.actions["paste"].trigger()
    may_read.set()
    qtbot.waitUntil(lambda: not drawn.session.jobs.running)
    assert len(annotations_of(drawn)) == 4


def test_a_paste_that_waits_goes_into_no_other_picture(qtbot, drawn, hold):
    may_write = hold(copying, "write_objects")
    drawn.session.annotations.select_all()
    for name in ("copy", "paste"):
        drawn.actions[name].trigger()
    go(qtbot, drawn, 1)
    may_write.set()
    qtbot.waitUntil(lambda: not drawn.session.jobs.running)
    assert not annotations_of(drawn)
    assert said(drawn) == "Nothing was pasted: another picture is shown by now."


def test_a_duplicate_stands_beside_it_and_is_selected(qtbot, drawn, clipboard):
    drawn.session.annotations.select((annotations_of(drawn)[0].id,))
    act(qtbot, drawn, "duplicate")
    new = annotations_of(drawn)[-1]
    assert (new.region, new.label_id) == (Box(20, 20, 50, 50), 1)
    assert drawn.session.annotations.selection == (new.id,)
    assert not clipboard.text(), "the clipboard is left alone"
    drawn.actions["undo"].trigger()
    assert len(annotations_of(drawn)) == 2


def test_with_nothing_selected_it_says_so(qtbot, drawn, clipboard):
    drawn.session.annotations.select(())
    for name in ("copy", "duplicate"):
        act(qtbot, drawn, name)
        assert said(drawn) == "Select an object first."
    assert not clipboard.text()


@pytest.mark.parametrize("text", ["hello", '{"maskloop": "objects"', '{"a": 1}'])
def test_what_is_no_text_of_objects_is_said_and_nothing_is_done(qtbot, drawn, clipboard, text):
    clipboard.setText(text)
    before = annotations_of(drawn)
    act(qtbot, drawn, "paste")
    assert drawn.window.notice.isVisible()
    assert annotations_of(drawn) == before


def test_an_empty_clipboard_is_said(qtbot, drawn):
    act(qtbot, drawn, "paste")
    assert "holds no objects" in said(drawn)


def test_the_text_can_be_changed_in_an_editor(qtbot, drawn, clipboard):
    copy_all(qtbot, drawn)
    content = json.loads(clipboard.text())
    content["objects"][0]["label"] = "소"
    content["objects"][0]["box"] = [1, 2, 30, 40]
    clipboard.setText(json.dumps(content, indent=2))
    go(qtbot, drawn, 2)
    act(qtbot, drawn, "paste")
    assert annotations_of(drawn)[0].region == Box(1, 2, 30, 40)
    assert [label.name for label in drawn.session.annotations.labels] == ["고양이", "강아지", "소"]


def test_what_lies_outside_is_told(qtbot, drawn, clipboard):
    far = Annotation(Box(500, 500, 600, 600), 1)
    clipboard.setText(objects_text.write((SMALL, far), (CAT,), (1000, 1000)))
    go(qtbot, drawn, 1)
    act(qtbot, drawn, "paste")
    assert "outside this picture: 1" in said(drawn)
    clipboard.setText(objects_text.write((far,), (CAT,), (1000, 1000)))
    act(qtbot, drawn, "paste")
    assert said(drawn) == "Nothing was pasted: it all lies outside this picture."
    assert len(annotations_of(drawn)) == 1


def test_another_project_gets_labels_by_name_and_lacking_ones_in_the_same_step(
    qtbot, drawn, tmp_path
):
    from gui.app import App, Opening

    copy_all(qtbot, drawn)
    store = SettingsStore(tmp_path / "other config")
    store.change(live=False)
    other = App(store)
    other.show(Opening())
    write_picture(tmp_path / "other" / "x.png", (96, 128))
    other.session.open([str(tmp_path / "other")])
    qtbot.waitUntil(lambda: other.session.annotations.sample is not None)
    set_labels(other.session.project, (Label(1, "other", (1, 2, 3)), Label(5, "강아지", (0, 0, 9))))
    act(qtbot, other, "paste")
    names = {label.id: label.name for label in other.session.project.labels}
    assert [names[a.label_id] for a in annotations_of(other)] == ["고양이", "강아지"]
    assert annotations_of(other)[1].label_id == 5
    other.actions["undo"].trigger()
    assert not annotations_of(other)
    assert "고양이" not in {label.name for label in other.session.project.labels}
    other.actions["redo"].trigger()
    assert "고양이" in {label.name for label in other.session.project.labels}
    other.window.close()
    other.window.deleteLater()


def test_a_model_lends_another_label_under_the_id_of_a_pasted_one(qtbot, drawn, clipboard):
    clipboard.setText(objects_text.write((SMALL,), (Label(1, "소", (1, 1, 1)),), (96, 128)))
    go(qtbot, drawn, 1)
    annotations = drawn.session.annotations
    lent = Annotation(Box(1, 1, 9, 9), 3, "model", 0.9)
    annotations.set_draft(annotations.sample.frame_id, (lent,), (Label(3, "말", (9, 9, 9)),))
    act(qtbot, drawn, "paste")
    names = {label.id: label.name for label in drawn.session.shown_labels}
    assert names[annotations_of(drawn)[0].label_id] == "소"
    assert names[annotations.sample.proposals[0].label_id] == "말"


def test_objects_of_the_previous_picture_come_in_one_step(qtbot, drawn):
    go(qtbot, drawn, 1)
    act(qtbot, drawn, "take_previous")
    assert [a.region for a in annotations_of(drawn)] == [SMALL.region, LARGE.region]
    assert said(drawn) == "Took 2 objects of the previous picture."
    act(qtbot, drawn, "take_previous")
    assert len(annotations_of(drawn)) == 2
    assert "here already" in said(drawn)
    drawn.actions["undo"].trigger()
    assert not annotations_of(drawn)
    assert drawn.session.project.project.sample(drawn.session.frames.ids[0]).annotations


def test_where_the_previous_picture_has_none_or_is_none_nothing_happens(qtbot, drawn):
    act(qtbot, drawn, "take_previous")
    assert said(drawn) == "There is no picture before this one."
    go(qtbot, drawn, 2)
    act(qtbot, drawn, "take_previous")
    assert said(drawn) == "The previous picture has no objects."
    assert not annotations_of(drawn)


def test_a_picture_with_objects_gets_only_what_it_lacks(qtbot, drawn):
    go(qtbot, drawn, 1)
    own = Annotation(LARGE.region, 2)
    drawn.session.annotations.edit("Draw", partial(edits.add, annotations=own))
    act(qtbot, drawn, "take_previous")
    assert [a.region for a in annotations_of(drawn)] == [LARGE.region, SMALL.region]
    assert said(drawn) == "Took 1 object of the previous picture. Here already: 1."


def test_what_is_seen_goes_to_the_clipboard_as_the_frame_looks(opened, clipboard):
    set_labels(opened.session.project, (CAT,))
    opened.session.annotations.edit("Draw", partial(edits.add, annotations=SMALL))
    opened.actions["copy_seen"].trigger()
    seen, canvas = clipboard.image(), opened.window.canvas
    assert seen.size() == canvas.frame_part.size() * canvas.devicePixelRatioF()
    opened.actions["hide_all"].trigger()
    opened.actions["copy_seen"].trigger()
    assert clipboard.image() != seen, "the box lay over it"


def test_what_is_seen_is_saved_as_a_picture(qtbot, opened, tmp_path, monkeypatch):
    monkeypatch.setattr(choose, "picture_target", lambda *_: str(tmp_path / "보고서"))
    act(qtbot, opened, "save_seen")
    assert (tmp_path / "보고서.png").stat().st_size > 0
    assert "보고서.png" in said(opened)


def test_all_that_is_saved_while_another_is_being_saved_is_saved(
    qtbot, opened, tmp_path, monkeypatch, hold
):
    names, may_write = iter("ab"), hold(copying, "save_picture")
    monkeypatch.setattr(choose, "picture_target", lambda *_: str(tmp_path / next(names)))
    for _ in range(2):
        opened.actions["save_seen"].trigger()
    may_write.set()
    qtbot.waitUntil(lambda: not opened.session.jobs.running)
    assert {path.name for path in tmp_path.glob("*.png")} == {"a.png", "b.png"}


def test_what_waits_to_be_saved_is_saved_though_the_window_closes(
    opened, tmp_path, monkeypatch, hold
):
    (tmp_path / "file").write_text("")
    names, may_write = iter(("a", "b", "file/c")), hold(copying, "save_picture")
    monkeypatch.setattr(choose, "picture_target", lambda *_: str(tmp_path / next(names)))
    told = []
    monkeypatch.setattr(ask, "tell_broken", told.extend)
    for _ in range(3):
        opened.actions["save_seen"].trigger()
    may_write.set()
    opened.window.close()
    assert {path.name for path in tmp_path.glob("*.png")} == {"a.png", "b.png"}
    assert [text.partition(".")[0] for text in told] == [f"Cannot write {tmp_path}/file/c"]


def test_a_picture_that_cannot_be_written_is_told(qtbot, opened, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(choose, "picture_target", lambda *_: str(tmp_path / "file" / "x.png"))
    act(qtbot, opened, "save_seen")
    assert "Cannot write" in opened.window.notice.text


def test_without_a_picture_nothing_is_seen(app, clipboard):
    app.actions["copy_seen"].trigger()
    assert clipboard.image().isNull()
    assert "no picture" in said(app)
