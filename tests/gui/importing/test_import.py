"""Labels from elsewhere, seen before they are imported, imported, and taken back."""

import json
from functools import partial
from pathlib import Path

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, SampleState
from gui.dialogs import ask, choose
from gui.importing import controller
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import add_label


@pytest.fixture
def labels(pictures):
    """A list with a box on two of the three pictures; it lies elsewhere."""
    folder = pictures.parent / "elsewhere"
    (folder / "boxes").mkdir(parents=True)
    lines = ""
    for number, name in enumerate(sorted(p.name for p in pictures.glob("*.png"))[:2]):
        (folder / "boxes" / f"{number}.txt").write_text("0 0.5 0.5 0.25 0.5\n")
        lines += f"../{pictures.name}/{name}\tboxes/{number}.txt\n"
    (folder / "classes.txt").write_text("cat\n")
    (folder / "train.txt").write_text(lines, encoding="utf-8")
    return folder / "train.txt"


@pytest.fixture
def link(qtbot, app, pictures):
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        app.session.open([str(pictures)])
    qtbot.waitUntil(lambda: app.session.annotations.stored_sample is not None, timeout=PATIENCE_MS)
    app.actions["import"].trigger()
    return app.side("import")


def look(qtbot, link, path):
    with qtbot.waitSignal(link.controller.previewed, timeout=PATIENCE_MS):
        link.choose(path)


def do_import(qtbot, link):
    with qtbot.waitSignal(link.controller.finished, timeout=PATIENCE_MS):
        link.panel._start.click()
    qtbot.waitUntil(lambda: not link.panel._cancel.isVisible(), timeout=PATIENCE_MS)


def counts(app):
    project = app.session.project.project
    return [len(project.sample(i).annotations) for i in app.session.frames.ids]


def test_a_preview_changes_nothing_and_the_import_does_what_it_said(qtbot, app, link, labels):
    look(qtbot, link, labels)
    text = link.panel.report.toPlainText()
    assert "2 objects on 2 pictures." in text
    assert "2 pictures had none: they get these labels." in text
    assert "1 label (cat)" in text
    assert counts(app) == [0, 0, 0]
    do_import(qtbot, link)
    assert sorted(counts(app)) == [0, 1, 1]
    assert [x.name for x in app.session.project.labels] == ["background", "cat"]
    assert app.session.project.reviewed == 0
    report = link.panel.report.toPlainText()
    assert "Counted again in the project: 2 objects on 2 pictures." in report
    assert link.panel.report.property("kind") == "good"
    assert list((app.session.project.folder / "imports").glob("*.json"))
    assert not link.panel._start.isEnabled()


def test_a_drawn_picture_gets_proposals_or_is_replaced_only_after_a_question(
    qtbot, app, link, labels, monkeypatch
):
    first = app.session.frames.ids[0]
    drawn = Annotation(Box(1, 1, 9, 9), 1)
    add_label(app.session.project, "dog")
    app.session.annotations.apply(Edit("Draw", partial(edits.add, annotations=drawn)))
    look(qtbot, link, labels)
    assert "1 picture has labels: these wait beside them" in link.panel.report.toPlainText()
    panel = link.panel
    with qtbot.waitSignal(link.controller.previewed, timeout=PATIENCE_MS):
        panel._policy.setCurrentIndex(panel._policy.findData("replace_all"))
        panel.choice_changed.emit()
    assert "1 picture has labels: these take their place" in panel.report.toPlainText()
    monkeypatch.setattr(ask, "is_sure", lambda *_: False)
    panel._start.click()
    assert app.session.project.project.sample(first).annotations == (drawn,)
    monkeypatch.setattr(ask, "is_sure", lambda *_: True)
    do_import(qtbot, link)
    sample = app.session.annotations.sample
    assert sample.frame_id == first
    assert [a.origin for a in sample.annotations] == ["import"]
    assert sample.state is SampleState.LABELLED


def test_what_holds_no_labels_is_said(qtbot, app, link, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("# Notes")
    with qtbot.waitSignal(link.controller.failed, timeout=PATIENCE_MS):
        link.choose(path)
    assert "notes.md is a text with Markdown" in app.window.notice.text
    assert not link.panel._start.isEnabled()


def test_without_a_project_the_way_is_said(qtbot, app, labels):
    app.actions["import"].trigger()
    app.side("import").choose(Path(labels))
    assert "No project is open" in app.window.notice.text


def test_results_name_their_dataset_and_wait_as_proposals(qtbot, app, link, pictures, monkeypatch):
    name = sorted(p.name for p in pictures.glob("*.png"))[0]
    folder = pictures.parent / "found"
    (folder / "truth").mkdir(parents=True)
    images = [{"id": 4, "file_name": name, "height": 40, "width": 64}]
    categories = [{"id": 7, "name": "cat"}]
    content = {"images": images, "categories": categories, "annotations": []}
    (folder / "truth" / "instances.json").write_text(json.dumps(content))
    row = {"image_id": 4, "category_id": 7, "bbox": [1, 2, 9, 8], "score": 0.75}
    (folder / "results.json").write_text(json.dumps([row]))
    panel = link.panel
    assert not panel._form.isRowVisible(panel._reference_row)
    with qtbot.waitSignal(link.controller.failed, timeout=PATIENCE_MS):
        link.choose(folder / "results.json")
    assert panel._form.isRowVisible(panel._reference_row)
    reference = folder / "truth" / "instances.json"
    monkeypatch.setattr(choose, "reference_file", lambda *_: str(reference))
    with qtbot.waitSignal(link.controller.previewed, timeout=PATIENCE_MS):
        panel._dataset.click()
    assert "1 picture had none: these wait on it as proposals." in panel.report.toPlainText()
    do_import(qtbot, link)
    frame_id = next(i for i in app.session.frames.ids if i.path.endswith(name))
    sample = app.session.project.project.sample(frame_id)
    assert not sample.annotations
    assert [a.score for a in sample.proposals] == [0.75]
    link.choose(folder / "truth" / "instances.json")
    assert not panel._form.isRowVisible(panel._reference_row)


def test_an_import_that_came_too_late_says_that_it_brought_nothing(qtbot, app, link, labels):
    look(qtbot, link, labels)
    first = link.panel.report.toPlainText()
    do_import(qtbot, link)
    look(qtbot, link, labels)
    assert "0 objects on 0 pictures." in link.panel.report.toPlainText()
    link.panel._start.setEnabled(True)
    do_import(qtbot, link)
    text = link.panel.report.toPlainText()
    assert text.startswith("Nothing was imported:")
    assert "2 pictures have the same labels already." in text
    assert link.panel.report.property("kind") != "good"
    assert "Nothing was imported" in app.window.statusBar().currentMessage()
    assert "2 objects on 2 pictures." in first


def test_closing_the_window_meanwhile_is_asked(qtbot, app, link, labels, monkeypatch, hold):
    asked = []
    monkeypatch.setattr(ask, "ends_work", lambda parent, busy: asked.append(busy))
    look(qtbot, link, labels)
    may_import = hold(controller, "import_labels")
    link.panel._start.click()
    app.window.close()
    assert asked == ["Labels are being imported."]
    assert app.window.isVisible()
    may_import.set()
    qtbot.waitUntil(lambda: not link.controller.is_running)
    assert sorted(counts(app)) == [0, 1, 1]
