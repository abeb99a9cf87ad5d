"""What editing asks: a label for what has none, and what becomes of undecided proposals."""

from functools import partial

import pytest
from PySide6.QtCore import QPointF, Qt

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.annotations.emptiness import is_marked_empty
from engine.values import Annotation, Box, Label, SampleState
from gui.dialogs import ask
from tests.make import LABELS

COW, PIG = Label(7, "cow", (7, 7, 7)), Label(8, "pig", (8, 8, 8))
WAITING = tuple(
    Annotation(Box(20 * n, 3, 20 * n + 15, 30), label.id, "m", score, id=label.name)
    for n, (label, score) in enumerate(((COW, 0.9), (PIG, 0.2)))
)


def drag(qtbot, app, *points):
    canvas = app.window.canvas
    first, last = (QPointF(*canvas.view.to_screen(*point)).toPoint() for point in points)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(canvas, last)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)


def answers(monkeypatch, name, answer):
    """Whatever is asked by this function has this answer; gives the questions."""
    questions = []

    def reply(parent, *question):
        questions.append(question)
        return answer

    monkeypatch.setattr(ask, name, reply)
    return questions


def names(app):
    return [label.name for label in app.session.annotations.labels]


@pytest.fixture
def drawing(opened):
    opened.window.canvas.set_tool("box")
    return opened


@pytest.fixture
def live(opened):
    """What a live model says of the shown picture."""
    annotations = opened.session.annotations
    annotations.set_draft(opened.session.frames.frame_id, WAITING, (COW, PIG))
    return opened


class TestLabels:
    def test_the_first_draw_asks_for_a_label(self, qtbot, drawing, monkeypatch):
        questions = answers(monkeypatch, "label", "고양이")
        drag(qtbot, drawing, (10, 10), (50, 60))
        drag(qtbot, drawing, (60, 10), (90, 60))
        assert len(questions) == 1
        assert names(drawing) == ["고양이"]
        sample = drawing.session.annotations.sample
        assert {a.label_id for a in sample.annotations} == {drawing.session.annotations.label_id}
        assert len(sample.annotations) == 2
        history = drawing.session.annotations.history
        for _ in range(2):
            history.take(history.undo)
        assert names(drawing) == []

    def test_given_up_nothing_is_stored_or_selected(self, qtbot, drawing, monkeypatch):
        answers(monkeypatch, "label", "")
        drag(qtbot, drawing, (10, 10), (50, 60))
        annotations = drawing.session.annotations
        assert not annotations.sample.annotations
        assert annotations.history.undo is None
        assert annotations.selection == drawing.window.canvas.scene.selection == ()

    def test_a_label_of_the_model_is_offered_and_enters(self, live, monkeypatch, qtbot):
        live.window.canvas.set_tool("brush")
        answers(monkeypatch, "label", "cow")
        drag(qtbot, live, (60, 60), (90, 70))
        assert names(live) == ["cow"]
        (painted,) = live.session.annotations.sample.annotations
        assert painted.label_id == live.session.annotations.labels[0].id
        assert [a.id for a in live.session.annotations.sample.proposals] == ["cow", "pig"]

    def test_a_digit_without_its_label_asks_for_one(self, drawing, monkeypatch):
        questions = answers(monkeypatch, "label", "dog")
        drawing.actions["label_1"].trigger()
        drawing.actions["label_1"].trigger()
        assert names(drawing) == ["dog"]
        assert len(questions) == 1

    def test_a_digit_gives_the_selected_object_a_new_label(self, drawing, monkeypatch):
        drawing.session.project.set_labels(LABELS)
        annotations = drawing.session.annotations
        box = Annotation(Box(2, 3, 20, 30), 1, id="box")
        annotations.apply(Edit("Draw", partial(edits.add, annotations=box)))
        annotations.select(("box",))
        answers(monkeypatch, "label", "cow")
        drawing.actions["label_9"].trigger()
        assert names(drawing) == ["cat", "dog", "cow"]
        assert annotations.sample.find("box").label_id == annotations.labels[-1].id
        annotations.history.take(annotations.history.undo)
        assert names(drawing) == ["cat", "dog"]

    def test_another_label_is_asked_for_by_name(self, live, monkeypatch):
        answers(monkeypatch, "label", "horse")
        live.session.annotations.select(("pig",))
        live.actions["relabel"].trigger()
        assert names(live) == ["horse"]
        (own,) = live.session.annotations.sample.annotations
        assert own.label_id == live.session.annotations.labels[0].id
        (waiting,) = live.session.annotations.sample.proposals
        shown = {label.id: label.name for label in live.session.shown_labels}
        assert shown[waiting.label_id] == "cow"

    def test_paging_with_a_live_model_leaves_the_labels_alone(self, live):
        assert names(live) == []
        assert {label.name for label in live.session.shown_labels} >= {"cow", "pig"}
        rows = live.window.objects.model
        assert [rows.data(rows.index(row, 0)) for row in (0, 1)] == ["cow", "pig"]


class TestVerify:
    def test_what_is_undecided_is_asked_about(self, live, monkeypatch):
        live.store.change(conf=0.5)
        questions = answers(monkeypatch, "undecided", ("accept", False))
        live.actions["verify"].trigger()
        assert questions == [((1, 1), 0.5)]
        sample = live.session.annotations.stored_sample
        assert ([a.id for a in sample.annotations], sample.proposals) == (["cow"], ())
        assert sample.state is SampleState.VERIFIED
        assert live.actions["verify"].isChecked()
        live.actions["undo"].trigger()
        assert [a.id for a in live.session.annotations.sample.proposals] == ["cow", "pig"]
        assert live.store.now.undecided == "ask"

    def test_giving_up_changes_nothing(self, live, monkeypatch):
        answers(monkeypatch, "undecided", ("", True))
        live.actions["verify"].trigger()
        assert live.session.annotations.stored_sample.state is SampleState.NEW
        assert len(live.session.annotations.sample.proposals) == 2
        assert not live.actions["verify"].isChecked()

    def test_the_choice_is_remembered(self, live, monkeypatch):
        answers(monkeypatch, "undecided", ("accept", True))
        live.actions["verify"].trigger()
        assert live.store.now.undecided == "accept"

    def test_rejecting_all_is_no_word_about_an_empty_picture(self, live, monkeypatch):
        live.store.change(undecided="reject")
        questions = answers(monkeypatch, "is_empty", False)
        live.actions["verify"].trigger()
        assert questions == [(0,)]
        assert live.session.annotations.stored_sample.state is SampleState.NEW
        assert len(live.session.annotations.sample.proposals) == 2

    def test_an_empty_picture_is_verified_as_empty(self, opened, monkeypatch):
        answers(monkeypatch, "is_empty", True)
        opened.actions["verify"].trigger()
        sample = opened.session.annotations.stored_sample
        assert is_marked_empty(sample)
        assert sample.state is SampleState.VERIFIED
        assert "Marked as empty" in opened.window.objects._hint.text()
        opened.actions["verify"].trigger()
        assert not is_marked_empty(opened.session.annotations.stored_sample)


class TestEmpty:
    def test_it_is_said_and_taken_back(self, opened):
        opened.actions["empty"].trigger()
        assert is_marked_empty(opened.session.annotations.stored_sample)
        assert opened.actions["empty"].isChecked()
        opened.actions["empty"].trigger()
        assert not is_marked_empty(opened.session.annotations.stored_sample)
        assert opened.session.annotations.stored_sample.state is SampleState.NEW

    def test_proposals_are_rejected_after_asking(self, live, monkeypatch):
        questions = answers(monkeypatch, "is_empty", True)
        live.actions["empty"].trigger()
        assert questions == [(2,)]
        assert live.session.annotations.sample.proposals == ()

    def test_a_picture_with_objects_is_not_empty(self, opened):
        opened.session.project.set_labels(LABELS)
        box = Annotation(Box(2, 3, 20, 30), 1)
        opened.session.annotations.apply(Edit("Draw", partial(edits.add, annotations=box)))
        opened.actions["empty"].trigger()
        assert not is_marked_empty(opened.session.annotations.stored_sample)
        assert "objects on this picture" in opened.window.notice.text
        assert not opened.actions["empty"].isChecked()


def test_skipping_is_taken_back_by_skipping(opened):
    for wanted in (SampleState.SKIPPED, SampleState.NEW):
        opened.actions["skip"].trigger()
        assert opened.session.annotations.stored_sample.state is wanted
