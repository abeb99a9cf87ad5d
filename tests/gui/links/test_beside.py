"""A labelled list opens with its labels, and what is wrong with one is said."""

import json

import numpy as np
import pytest
from PIL import Image

from engine.sources import altered
from engine.values import SampleState
from gui.dialogs import ask
from tests.gui.conftest import PATIENCE_MS, open_pictures
from tests.make import write_picture


@pytest.fixture
def listed(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    lines = ""
    for name in ("a", "b", "c"):
        Image.fromarray(np.full((60, 80, 3), 90, np.uint8)).save(folder / f"{name}.png")
        (folder / f"{name}.txt").write_text("0 0.25 0.5 0.25 0.5\n")
        lines += f"{name}.png {name}.txt\n"
    (folder / "b.txt").write_text("0 nonsense\n")
    (folder / "train.txt").write_text(lines)
    (folder / "labels.txt").write_text("1 cat\n2 dog\n")
    return folder


@pytest.mark.slow
def test_a_list_opens_with_its_labels_and_writes_nothing(qtbot, app, listed):
    before = sorted(p.name for p in listed.iterdir())
    open_pictures(qtbot, app, listed / "train.txt")
    session = app.session
    assert [a.origin for a in session.annotations.sample.annotations] == ["import"]
    assert [x.name for x in session.annotations.labels] == ["cat", "dog"]
    assert [session.project.state_of(i) for i in session.frames.ids] == [SampleState.LABELLED] * 3
    assert session.project.reviewed == 0
    assert "3 pictures" in app.window.statusBar().currentMessage()
    app.desk.step(1)
    qtbot.waitUntil(lambda: "b.txt" in app.window.notice.text, timeout=PATIENCE_MS)
    assert session.annotations.sample.annotations == ()
    app.window.notice.hide()
    app.desk.step(1)
    qtbot.waitUntil(
        lambda: bool(session.annotations.sample and session.annotations.sample.annotations),
        timeout=PATIENCE_MS,
    )
    assert app.window.notice.text == ""
    assert sorted(p.name for p in listed.iterdir()) == before


def test_an_edit_and_its_undo_leave_the_labels_of_the_file(qtbot, app, listed):
    open_pictures(qtbot, app, listed / "train.txt")
    annotations = app.session.annotations
    (before,) = annotations.sample.annotations
    annotations.select((before.id,))
    app.actions["delete"].trigger()
    assert annotations.sample.annotations == ()
    assert (listed / ".maskloop").is_dir()
    app.actions["undo"].trigger()
    assert annotations.sample.annotations == (before,)
    assert (listed / "a.txt").read_text() == "0 0.25 0.5 0.25 0.5\n"


def test_what_is_none_of_ours_leaves_open_what_is_open(qtbot, app, listed):
    open_pictures(qtbot, app, listed / "train.txt")
    (listed / "notes.md").write_text("# Notes")
    with qtbot.waitSignal(app.session.project.failed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(listed / "notes.md")])
    assert "notes.md is a text with Markdown" in app.window.notice.text
    assert len(app.session.frames.ids) == 3
    assert app.session.annotations.sample.annotations
    assert not (listed / ".maskloop").exists()


def test_a_label_of_the_files_is_never_deleted_unasked(qtbot, app, listed, monkeypatch):
    open_pictures(qtbot, app, listed / "train.txt")
    questions = []
    monkeypatch.setattr(ask, "is_agreed", lambda parent, text, button: questions.append(text))
    app.window.labels.delete_requested.emit(1)
    assert "the label files of 3 pictures" in questions[0]
    assert "0 annotations" not in questions[0], "the files have some"
    assert [x.name for x in app.session.annotations.labels] == ["cat", "dog"]


def test_label_maps_are_said_and_can_be_shown(qtbot, app, tmp_path):
    for name in ("a", "b"):
        write_picture(tmp_path / "data" / "images" / f"{name}.png")
        write_picture(tmp_path / "data" / "masks" / f"{name}.png")
    session, notice = app.session, app.window.notice
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        app.desk.open_paths([str(tmp_path / "data")])
    assert "Not shown as pictures: 2 label maps in masks/." in notice.text
    assert len(session.frames.ids) == 2
    for folder in ("data/images", "data"):
        with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
            app.desk.open_paths([str(tmp_path / folder)])
        assert notice.isHidden() == (folder != "data")
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        notice._buttons[0].click()
    assert len(session.frames.ids) == 4
    assert notice.isHidden()
    qtbot.waitUntil(lambda: not session.jobs.running, timeout=PATIENCE_MS)


def test_what_a_label_file_says_and_is_not_shown_is_said_once_it_is_looked_at(qtbot, app, listed):
    for path in listed.glob("*.txt"):
        path.unlink()
    good = {"label": "cat", "points": [[1, 1], [9, 9]], "shape_type": "rectangle"}
    for name, shapes in (("a", [good]), ("b", [good, {**good, "points": [[1, 1]]}])):
        about = {"shapes": shapes, "imagePath": f"{name}.png", "imageHeight": 60, "imageWidth": 80}
        (listed / f"{name}.json").write_text(json.dumps(about))
    (listed / "settings.json").write_text("{}")
    open_pictures(qtbot, app, listed)
    notice, annotations = app.window.notice, app.session.annotations
    assert notice.text == ""
    app.desk.step(1)
    qtbot.waitUntil(lambda: "1 shape on 1 picture" in notice.text, timeout=PATIENCE_MS)
    assert "its rectangle has no width or no height" in notice.text
    app.desk.step(-1)
    qtbot.waitUntil(lambda: notice.text == "", timeout=PATIENCE_MS)
    app.desk.step(1)
    qtbot.waitUntil(lambda: notice.text != "", timeout=PATIENCE_MS)
    annotations.select_all()
    app.actions["delete"].trigger()
    assert annotations.sample.annotations == ()
    assert not app.session.project.project.losses_beside(annotations.sample.frame_id).skipped


def test_of_label_files_that_belong_to_no_picture_is_told(qtbot, app, listed):
    (listed / "train.txt").unlink()
    (listed / "images").mkdir()
    (listed / "labels").mkdir()
    for path in listed.glob("?.png"):
        path.rename(listed / "images" / path.name)
    for name in ("a", "gone"):
        (listed / "labels" / f"{name}.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    open_pictures(qtbot, app, listed)
    assert "1 label file: its picture is not there" in app.window.notice.text
    assert "1 picture" in app.window.statusBar().currentMessage()


def test_labels_of_pictures_that_are_not_there_are_told(qtbot, app, listed):
    (listed / "train.txt").unlink()
    rows = "".join(f"{name}.png,cat,1,1,9,9\n" for name in ("a", "gone", "b", "c", "lost"))
    rows += "a.png,cat,5,5,5,5\n"
    (listed / "boxes.csv").write_text(f"filename,class,xmin,ymin,xmax,ymax\n{rows}")
    open_pictures(qtbot, app, listed)
    assert "2 pictures: labelled, but not there (gone.png, lost.png)" in app.window.notice.text
    assert "it has no area" in app.window.notice.text  # of the picture that is shown
    assert app.window.notice.text.count("Not all is shown") == 1
    (listed / "boxes.csv").write_text("filename,class,xmin,ymin,xmax,ymax\na.png,cat,1,1,9,9\n")
    open_pictures(qtbot, app, listed)
    assert app.window.notice.text == ""


def test_a_picture_that_comes_after_its_project_takes_nothing_away(qtbot, app, listed, hold):
    may_read = hold(altered, "mark_of")
    (listed / "train.txt").unlink()
    rows = "".join(f"{name}.png,cat,5,5,5,5\n" for name in ("a", "gone"))
    (listed / "boxes.csv").write_text(f"filename,class,xmin,ymin,xmax,ymax\n{rows}")
    with qtbot.waitSignal(app.session.project.opened):
        app.desk.open_paths([str(listed)])
    assert "labelled, but not there (gone.png)" in app.window.notice.text
    may_read.set()
    qtbot.waitUntil(lambda: "it has no area" in app.window.notice.text)
    assert "labelled, but not there (gone.png)" in app.window.notice.text


def test_labels_that_another_program_has_changed_are_shown_before_they_are_edited(
    qtbot, app, listed
):
    open_pictures(qtbot, app, listed / "train.txt")
    annotations, notice = app.session.annotations, app.window.notice
    (listed / "a.txt").write_text("0 0.25 0.5 0.25 0.5\n1 0.5 0.5 0.25 0.5\n")
    annotations.select_all()
    app.actions["delete"].trigger()
    assert len(annotations.sample.annotations) == 2
    assert "Another program has changed the label files of a.png" in notice.text
    assert not (listed / ".maskloop").exists()
    annotations.select_all()
    app.actions["delete"].trigger()
    assert annotations.sample.annotations == ()
    app.actions["undo"].trigger()
    assert len(annotations.sample.annotations) == 2


def test_two_labels_of_one_name_are_told_when_they_open(qtbot, app, listed):
    (listed / "b.txt").unlink()
    (listed / "train.txt").write_text("a.png a.txt\n")
    (listed / "labels.txt").write_text("1 cat\n2 cat\n")
    open_pictures(qtbot, app, listed / "train.txt")
    assert [x.name for x in app.session.annotations.labels] == ["cat", "cat (2)"]
    assert "1 and 2 are both called “cat”: 2 is read as “cat (2)”" in app.window.notice.text


def test_a_layout_that_says_something_else_is_told_and_can_be_imported(qtbot, app, tmp_path):
    for name in ("a", "b"):
        write_picture(tmp_path / f"{name}.png", (60, 80))
        (tmp_path / f"{name}.txt").write_text("0 0.25 0.5 0.25 0.5\n")
        shape = {"label": "dog", "shape_type": "rectangle", "points": [[5, 5], [25, 25]]}
        said = {"version": "5", "imagePath": f"{name}.png", "shapes": [shape]}
        (tmp_path / f"{name}.json").write_text(json.dumps(said))
    (tmp_path / "classes.txt").write_text("cat\n")
    open_pictures(qtbot, app, tmp_path)
    notice = app.window.notice
    told = "YOLO labels say something else of 2 pictures than those of labelme JSON"
    assert notice.text.startswith(told)
    notice._buttons[0].click()
    link = app.sides.link("import")
    qtbot.waitUntil(lambda: "2 objects" in link.panel.report.toPlainText(), timeout=PATIENCE_MS)
    assert link.panel.format == "yolo"
    link.panel._start.click()
    qtbot.waitUntil(lambda: app.session.annotations.sample.proposals != (), timeout=PATIENCE_MS)
    (drawn,), (proposed,) = (
        app.session.annotations.sample.annotations,
        app.session.annotations.sample.proposals,
    )
    names = {label.id: label.name for label in app.session.annotations.labels}
    assert (names[drawn.label_id], names[proposed.label_id]) == ("dog", "cat")
    open_pictures(qtbot, app, tmp_path)
    assert "say something else" not in notice.text, "that was decided by the import"
