from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.project import Project
from engine.values import Annotation, Box, Label
from tests.make import LABELS
from tests.make_labels import set_labels

BOXES = tuple(Annotation(Box(n, 3, n + 20, 30), 1 + n % 2, id=str(n)) for n in range(3))


@pytest.fixture
def session(on_picture):
    """Two labels, on two and one boxes of the shown picture."""
    set_labels(on_picture.project, LABELS)
    on_picture.annotations.apply(Edit("Draw", partial(edits.add, annotations=BOXES)))
    return on_picture


@pytest.fixture
def labels(session):
    return session.labels


def names(session):
    with Project.open(session.project.root, read_only=True) as stored:
        assert stored.labels == session.project.labels
        return [label.name for label in stored.labels]


def test_each_change_is_stored_and_one_step_of_the_history(session, labels):
    labels.add(Label(9, "cow", (9, 8, 7)))
    labels.rename(1, "고양이")
    labels.recolor(2, (1, 2, 3))
    labels.reorder((2, 1))
    assert names(session) == ["background", "dog", "고양이", "cow"]
    assert session.project.labels[1].color == (1, 2, 3)
    history = session.annotations.history
    for _ in range(4):
        step = next(step for step in history.rows(0, 9) if not step.is_undone)
        assert step.frames == 0
        history.take(step)
    assert names(session) == ["background", "cat", "dog"]
    assert session.project.labels == LABELS


def test_merging_takes_the_objects_along_and_undo_gives_them_back(session, labels):
    assert labels.use(1).annotations == 2
    labels.merge(1, 2)
    assert names(session) == ["background", "dog"]
    sample = session.annotations.sample
    assert [a.label_id for a in sample.annotations] == [2, 2, 2]
    history = session.annotations.history
    assert "Merge" in history.undo.text
    history.take(history.undo)
    assert [a.label_id for a in session.annotations.sample.annotations] == [1, 2, 1]
    assert names(session) == ["background", "cat", "dog"]


def test_deleting_takes_the_objects_along(session, labels):
    labels.delete(1)
    assert names(session) == ["background", "dog"]
    assert [a.id for a in session.annotations.sample.annotations] == ["1"]
    assert labels.use(7).objects == 0


def test_a_name_that_is_taken_is_refused(qtbot, session, labels):
    with qtbot.waitSignal(labels.failed):
        labels.rename(2, "cat")
    assert names(session) == ["background", "cat", "dog"]


def test_a_new_label_has_an_id_that_nothing_else_has(session, labels):
    known = (*LABELS, Label(3, "cow", (1, 1, 1)))
    assert labels.named("CAT", known) == LABELS[1]
    assert labels.named("cow", known).color == (1, 1, 1)
    new = labels.named(" pig ", known)
    assert (new.id, new.name) == (4, "pig")


def test_a_name_for_which_no_id_is_left_is_refused(labels):
    others = (Label(number, f"kind {number}", (1, 1, 1)) for number in range(3, 255))
    known = (*LABELS, *others)
    with pytest.raises(ProjectError, match="at most 254 labels"):
        labels.named("pig", known)
    assert labels.named("cat", known) == LABELS[1]


def test_of_two_names_that_differ_in_capitals_the_typed_one_is_meant(labels):
    known = (Label(1, "a", (1, 1, 1)), Label(2, "A", (2, 2, 2)))
    assert [labels.named(name, known).color for name in ("a", "A")] == [(1, 1, 1), (2, 2, 2)]
