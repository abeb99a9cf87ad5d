"""What editing asks: a label for what has none, and what becomes of undecided proposals."""

from functools import partial

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.annotations.emptiness import is_marked_empty
from engine.errors import AppError
from engine.values import Annotation, Box, Label, SampleState
from gui.canvas.canvas import Canvas
from gui.controllers.annotations import AnnotationsController
from gui.dialogs import ask
from gui.editing import Editing
from gui.panels.notice import NoticeBar
from tests.make import LABELS
from tests.make_labels import set_labels

COW, PIG = Label(7, "cow", (7, 7, 7)), Label(8, "pig", (8, 8, 8))
WAITING = tuple(
    Annotation(Box(20 * n, 3, 20 * n + 15, 30), label.id, "m", score, id=label.name)
    for n, (label, score) in enumerate(((COW, 0.9), (PIG, 0.2)))
)
BOX = Annotation(Box(2, 3, 20, 30), 1, id="box")
DRAW = Edit("Draw box", partial(edits.add, annotations=BOX))


class Window(QWidget):
    """What Editing needs of one."""

    def __init__(self):
        super().__init__()
        self.notice, self.canvas = NoticeBar(self), Canvas(self)
        self.said: list[str] = []

    def say(self, text):
        self.said.append(text)


def answers(monkeypatch, name, answer):
    """Whatever is asked by this function has this answer; gives the questions."""
    questions = []

    def reply(parent, *question):
        questions.append(question)
        return answer

    monkeypatch.setattr(ask, name, reply)
    return questions


def names(annotations):
    return [label.name for label in annotations.labels]


@pytest.fixture
def session(on_picture):
    return on_picture


@pytest.fixture
def editing(qtbot, session):
    window = Window()
    qtbot.addWidget(window)
    return Editing(session, window)


@pytest.fixture
def annotations(session) -> AnnotationsController:
    return session.annotations


@pytest.fixture
def live(editing, annotations):
    """What a live model says of the picture."""
    annotations.set_draft(annotations.stored_sample.frame_id, WAITING, (COW, PIG))
    return editing


@pytest.fixture
def said(editing) -> list[str]:
    """What the status bar was told."""
    return editing.parent().said


class TestProposals:
    def test_the_selection_moves_on_to_the_next_proposal(self, live, annotations):
        annotations.select(("cow",))
        live.accept_selected()
        assert annotations.selection == ("pig",)
        assert [a.id for a in annotations.sample.annotations] == ["cow"]

    def test_after_the_last_one_it_begins_again_at_the_first(self, live, annotations):
        annotations.select(("pig",))
        live.reject_selected()
        assert annotations.selection == ("cow",)

    def test_after_the_only_one_it_stays_where_it_is(self, live, annotations):
        for _ in WAITING:
            annotations.select((annotations.sample.proposals[0].id,))
            live.accept_selected()
        assert annotations.selection == ("pig",)

    def test_with_none_selected_the_first_is_selected_and_nothing_decided(
        self, live, annotations, said
    ):
        live.accept_selected()
        assert annotations.selection == ("cow",)
        assert said == ["Selected the first of 2 proposals."]
        assert not annotations.sample.annotations
        annotations.select(())
        live.reject_selected()
        assert annotations.selection == ("cow",)
        assert len(annotations.sample.proposals) == 2

    def test_where_nothing_was_decided_it_stays(self, live, annotations, session, monkeypatch):
        annotations.select(("cow",))
        refusal = AppError("Another step is under way.")
        monkeypatch.setattr(session.large, "refusal", lambda project: refusal)
        live.accept_selected()
        assert annotations.selection == ("cow",)

    def test_what_is_hidden_is_not_among_all_that_are_decided(self, live, annotations):
        annotations.visibility.set_hidden(("pig",), True)
        live.accept_above()
        live.reject_all()
        assert [a.id for a in annotations.sample.annotations] == ["cow"]
        assert [a.id for a in annotations.sample.proposals] == ["pig"]
        annotations.visibility.set_hidden(("pig",), False)
        live.reject_all()
        assert annotations.sample.proposals == ()


class TestLabels:
    def test_the_first_draw_asks_for_a_label(self, editing, annotations, monkeypatch):
        questions = answers(monkeypatch, "label", "고양이")
        editing.apply_drawn(DRAW)
        again = Annotation(Box(30, 3, 40, 30), annotations.label_id)
        editing.apply_drawn(Edit("Draw box", partial(edits.add, annotations=again)))
        assert len(questions) == 1
        assert names(annotations) == ["고양이"]
        assert [a.label_id for a in annotations.sample.annotations] == [annotations.label_id] * 2
        for _ in range(2):
            annotations.history.take(annotations.history.undo)
        assert names(annotations) == []

    def test_given_up_nothing_is_stored(self, qtbot, editing, annotations, monkeypatch):
        answers(monkeypatch, "label", "")
        with qtbot.waitSignal(annotations.sample_changed):
            editing.apply_drawn(DRAW)
        assert not annotations.sample.annotations
        assert annotations.history.undo is None

    def test_a_label_of_the_model_enters_alone(self, live, annotations, monkeypatch):
        answers(monkeypatch, "label", "cow")
        live.apply_drawn(DRAW)
        assert names(annotations) == ["cow"]
        (drawn,) = annotations.sample.annotations
        assert drawn.label_id == annotations.labels[0].id
        assert [a.id for a in annotations.sample.proposals] == ["cow", "pig"]

    def test_a_digit_without_its_label_asks_for_one(self, editing, annotations, monkeypatch):
        questions = answers(monkeypatch, "label", "dog")
        editing.choose_label(1)
        editing.choose_label(1)
        assert names(annotations) == ["dog"]
        assert len(questions) == 1

    def test_a_digit_says_what_it_does(self, editing, annotations, session, said):
        set_labels(session.project, LABELS)
        editing.choose_label(2)
        assert said == ["dog: for what is drawn next."]
        editing.apply_drawn(DRAW)
        annotations.select(("box",))
        editing.choose_label(1)
        assert said[1] == "cat: for the selected object, and for what is drawn next."

    def test_a_digit_gives_the_selected_object_a_new_label(
        self, editing, annotations, session, monkeypatch
    ):
        set_labels(session.project, LABELS)
        editing.apply_drawn(DRAW)
        annotations.select(("box",))
        answers(monkeypatch, "label", "cow")
        editing.choose_label(9)
        assert names(annotations) == ["cat", "dog", "cow"]
        assert annotations.sample.find("box").label_id == annotations.labels[-1].id
        annotations.history.take(annotations.history.undo)
        assert names(annotations) == ["cat", "dog"]

    def test_another_label_is_asked_for_by_name(self, live, annotations, session, monkeypatch):
        answers(monkeypatch, "label", "horse")
        annotations.select(("pig",))
        live.ask_relabel()
        assert names(annotations) == ["horse"]
        (own,) = annotations.sample.annotations
        assert own.label_id == annotations.labels[0].id
        (waiting,) = annotations.sample.proposals
        shown = {label.id: label.name for label in session.shown_labels}
        assert shown[waiting.label_id] == "cow"

    def test_looking_with_a_live_model_leaves_the_labels_alone(self, live, annotations, session):
        assert names(annotations) == []
        assert {label.name for label in session.shown_labels} >= {"cow", "pig"}


class TestVerify:
    def test_what_is_undecided_is_asked_about(self, live, annotations, store, monkeypatch):
        store.change(conf=0.5)
        questions = answers(monkeypatch, "undecided", ("accept", False))
        live.toggle_verified()
        assert questions == [((1, 1), 0.5)]
        sample = annotations.stored_sample
        assert ([a.id for a in sample.annotations], sample.proposals) == (["cow"], ())
        assert sample.state is SampleState.VERIFIED
        live.undo()
        assert [a.id for a in annotations.sample.proposals] == ["cow", "pig"]
        assert store.now.undecided == "ask"

    def test_giving_up_changes_nothing(self, live, annotations, monkeypatch):
        answers(monkeypatch, "undecided", ("", True))
        live.toggle_verified()
        assert annotations.stored_sample.state is SampleState.NEW
        assert len(annotations.sample.proposals) == 2

    def test_the_choice_is_remembered(self, live, store, monkeypatch):
        answers(monkeypatch, "undecided", ("accept", True))
        live.toggle_verified()
        assert store.now.undecided == "accept"

    def test_rejecting_all_is_no_word_about_an_empty_picture(
        self, live, annotations, store, monkeypatch
    ):
        store.change(undecided="reject")
        questions = answers(monkeypatch, "is_empty", False)
        live.toggle_verified()
        assert questions == [(0,)]
        assert annotations.stored_sample.state is SampleState.NEW
        assert len(annotations.sample.proposals) == 2

    def test_a_picture_without_objects_is_verified_as_empty(
        self, editing, annotations, monkeypatch
    ):
        answers(monkeypatch, "is_empty", True)
        editing.toggle_verified()
        assert is_marked_empty(annotations.stored_sample)
        assert annotations.stored_sample.state is SampleState.VERIFIED
        editing.toggle_verified()
        assert not is_marked_empty(annotations.stored_sample)

    def test_skipping_is_taken_back_by_skipping(self, editing, annotations):
        for wanted in (SampleState.SKIPPED, SampleState.NEW):
            editing.toggle_skipped()
            assert annotations.stored_sample.state is wanted


class TestEmpty:
    def test_proposals_are_rejected_after_asking(self, live, annotations, monkeypatch):
        questions = answers(monkeypatch, "is_empty", True)
        live.toggle_empty()
        assert questions == [(2,)]
        assert annotations.sample.proposals == ()

    def test_a_picture_with_objects_is_not_empty(self, editing, annotations, session):
        set_labels(session.project, LABELS)
        editing.apply_drawn(DRAW)
        editing.toggle_empty()
        assert not is_marked_empty(annotations.stored_sample)
        assert "objects on this picture" in editing.parent().notice.text


def test_a_shape_given_up_in_the_window_leaves_nothing_behind(qtbot, opened, monkeypatch):
    canvas, annotations = opened.window.canvas, opened.session.annotations
    canvas.set_tool("box")
    answers(monkeypatch, "label", "")
    first, last = (QPointF(*canvas.view.to_screen(*at)).toPoint() for at in ((10, 10), (50, 60)))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(canvas, last)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)
    assert not annotations.sample.annotations
    assert annotations.selection == canvas.scene.selection == ()


def test_an_empty_picture_says_so_in_the_window(opened):
    annotations, actions = opened.session.annotations, opened.actions
    actions["empty"].trigger()
    assert is_marked_empty(annotations.stored_sample)
    assert (actions["empty"].isChecked(), actions["verify"].isChecked()) == (True, True)
    assert "Marked as empty" in opened.window.objects._hint.text()
    actions["empty"].trigger()
    assert annotations.stored_sample.state is SampleState.NEW
    assert not actions["empty"].isChecked()
