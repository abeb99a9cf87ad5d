"""From a report to the error on its picture, the label corrected, and back into the list."""

from functools import partial

import numpy as np
import pytest
from PIL import Image

from engine.annotations.edits import Edit, add
from engine.evaluation.stored import ErrorRow, StoredReport
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label
from gui.dialogs import ask
from gui.evaluate.controller import Evaluated
from tests.gui.conftest import PATIENCE_MS, open_pictures


@pytest.fixture
def listed(tmp_path):
    """A list of two pictures with a cat each; the report misses one and mistakes the other."""
    folder = tmp_path / "data"
    folder.mkdir()
    lines = ""
    for name in ("a", "b"):
        Image.fromarray(np.full((60, 80, 3), 90, np.uint8)).save(folder / f"{name}.png")
        (folder / f"{name}.txt").write_text("0 0.25 0.5 0.25 0.5\n")
        lines += f"{name}.png {name}.txt\n"
    (folder / "list.txt").write_text(lines)
    (folder / "labels.txt").write_text("1 cat\n2 dog\n")
    return folder


def report(folder):
    box = (10.0, 15.0, 30.0, 45.0)
    errors = (
        ErrorRow(str(folder / "b.png"), "missed", "cat", None, None, 0.0, box),
        ErrorRow(str(folder / "a.png"), "wrong_label", "cat", "dog", 0.9, 0.8, box, box),
        ErrorRow(str(folder / "a.png"), "false_alarm", None, "dog", 0.7, 0.0, (50, 5, 70, 25)),
    )
    return StoredReport("w", str(folder / "list.txt"), "detection", {"images": 2}, errors)


@pytest.fixture
def browsing(qtbot, app, listed):
    app.actions["evaluate"].trigger()
    app.side("evaluate").evaluation._on_evaluated(Evaluated(report(listed)))
    return app


def go(qtbot, app, action="next_error"):
    """Look at another error and wait until its labels are there."""
    app.actions[action].trigger()
    wanted = FrameId(app.side("evaluate").evaluation.current.image)
    qtbot.waitUntil(
        lambda: (
            (sample := app.session.annotations.stored_sample) is not None
            and sample.frame_id == wanted
            and bool(sample.annotations)
        ),
        timeout=PATIENCE_MS,
    )


def marks(app):
    return [mark.text for mark in app.window.canvas._marks.marks]


@pytest.mark.slow
def test_an_error_opens_its_list_picture_and_label(qtbot, browsing):
    go(qtbot, browsing)
    session = browsing.session
    assert session.frames.frame_id.path.endswith("b.png")
    assert len(session.frames.ids) == 2
    assert marks(browsing) == ["missed: cat"]
    (drawn,) = session.annotations.stored_sample.annotations
    qtbot.waitUntil(lambda: session.annotations.selection == (drawn.id,), timeout=PATIENCE_MS)
    assert browsing.window.canvas.zoom > 1
    panel = browsing.side("evaluate").panel
    assert panel.errors.table.currentIndex().row() == 0
    assert "list.txt" in panel.errors.hint.text()


def test_truth_and_prediction_are_told_apart(qtbot, browsing):
    go(qtbot, browsing)
    go(qtbot, browsing)
    assert browsing.session.frames.frame_id.path.endswith("a.png")
    assert marks(browsing) == ["truth: cat", "model: dog 0.90"]
    go(qtbot, browsing)
    assert marks(browsing) == ["model: dog 0.70"]
    go(qtbot, browsing, "previous_error")
    assert len(marks(browsing)) == 2
    browsing.desk.step(1)
    qtbot.waitUntil(lambda: marks(browsing) == [], timeout=PATIENCE_MS)


def test_a_corrected_label_goes_back_only_when_asked(qtbot, browsing, listed, monkeypatch):
    go(qtbot, browsing)
    panel, session = browsing.side("evaluate").panel, browsing.session
    assert not panel.errors.save.isEnabled()
    dog = next(label.id for label in session.project.labels if label.name == "dog")
    session.annotations.relabel(dog)
    assert "1" in panel.errors.save.text()
    monkeypatch.setattr(ask, "is_sure", lambda *_: False)
    panel.errors.save.click()
    assert (listed / "b.txt").read_text().startswith("0 ")
    monkeypatch.setattr(ask, "is_sure", lambda *_: True)
    with qtbot.waitSignal(browsing.side("evaluate").browser._labels.saved, timeout=PATIENCE_MS):
        panel.errors.save.click()
    qtbot.waitUntil(lambda: not session.jobs.running, timeout=PATIENCE_MS)
    assert (listed / "b.txt").read_text().startswith("1 0.25 0.5 ")
    assert (listed / "b.txt.bak").read_text() == "0 0.25 0.5 0.25 0.5\n"
    assert (listed / "a.txt").read_text() == "0 0.25 0.5 0.25 0.5\n"
    assert not panel.errors.save.isEnabled()


def test_a_false_alarm_that_is_an_object_is_accepted_by_its_key(qtbot, browsing):
    browsing.side("evaluate").evaluation.set_filter("false_alarm", "")
    go(qtbot, browsing)
    annotations = browsing.session.annotations
    qtbot.waitUntil(lambda: bool(annotations.sample.proposals), timeout=PATIENCE_MS)
    (proposal,) = annotations.sample.proposals
    assert annotations.selection == (proposal.id,)
    assert not browsing.side("evaluate").panel.errors.save.isEnabled()
    browsing.actions["accept"].trigger()
    assert len(annotations.stored_sample.annotations) == 2
    assert browsing.side("evaluate").panel.errors.save.isEnabled()


def test_looking_at_errors_writes_nothing(qtbot, browsing, listed):
    before = sorted(p.name for p in listed.iterdir())
    go(qtbot, browsing)
    go(qtbot, browsing)
    qtbot.waitUntil(lambda: not browsing.session.jobs.running, timeout=PATIENCE_MS)
    assert sorted(p.name for p in listed.iterdir()) == before
    assert browsing.session.annotations.history.undo is None


def test_other_pictures_are_left_only_after_a_question(qtbot, browsing, pictures, monkeypatch):
    open_pictures(qtbot, browsing, pictures)
    asked = []
    monkeypatch.setattr(ask, "is_agreed", lambda *_: asked.append(1))
    browsing.actions["next_error"].trigger()
    assert len(asked) == 1
    assert browsing.session.project.root == pictures
    monkeypatch.setattr(ask, "is_agreed", lambda *_: True)
    go(qtbot, browsing)
    assert browsing.session.project.root != pictures


def test_a_picture_that_is_gone_from_the_list_is_said(qtbot, browsing, listed):
    (listed / "list.txt").write_text("a.png a.txt\n")
    with qtbot.waitSignal(browsing.session.project.opened, timeout=PATIENCE_MS):
        browsing.actions["next_error"].trigger()
    assert "not there any more" in browsing.window.notice.text
    qtbot.waitUntil(lambda: not browsing.session.jobs.running, timeout=PATIENCE_MS)


def test_without_a_report_the_key_says_what_to_do(app):
    app.actions["next_error"].trigger()
    assert "evaluate a model first" in app.window.statusBar().currentMessage()


def relabel_b(qtbot, app):
    """The error in b.png, its cat made a dog."""
    go(qtbot, app)
    dog = next(label.id for label in app.session.project.labels if label.name == "dog")
    app.session.annotations.relabel(dog)


def test_corrections_wait_for_their_own_project(qtbot, browsing, listed, pictures):
    relabel_b(qtbot, browsing)
    save = browsing.side("evaluate").panel.errors.save
    open_pictures(qtbot, browsing, pictures)
    assert not save.isEnabled()
    open_pictures(qtbot, browsing, listed / "list.txt")
    assert save.isEnabled()


def test_corrections_outlive_the_next_report_of_their_list(qtbot, browsing, listed):
    relabel_b(qtbot, browsing)
    browsing.side("evaluate").evaluation._on_evaluated(Evaluated(report(listed)))
    assert "1" in browsing.side("evaluate").panel.errors.save.text()


def test_a_picture_drawn_on_before_is_not_all_that_the_list_says(qtbot, browsing, listed):
    session, frame_id = browsing.session, FrameId(str(listed / "b.png"))
    mine = Annotation(Box(60, 10, 70, 20), 1)
    with Project.create(listed, [Label(1, "mine", (9, 9, 9))]) as project:
        project.apply(frame_id, Edit("Draw", partial(add, annotations=mine)))
    go(qtbot, browsing)
    annotations = session.annotations
    qtbot.waitUntil(lambda: bool(annotations.sample.proposals), timeout=PATIENCE_MS)
    (proposed,) = annotations.sample.proposals
    assert proposed.region.xyxy == (10, 15, 30, 45)
    annotations.select((mine.id,))
    annotations.relabel(1)
    assert not browsing.side("evaluate").panel.errors.save.isEnabled()
