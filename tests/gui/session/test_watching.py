"""Two windows on one project: each shows what the other stores."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Box, SampleState
from tests.gui.conftest import PATIENCE_MS

BOX = Annotation(Box(2, 3, 20, 30), 1, id="theirs")


def draw(project, frame_id):
    project.apply(frame_id, Edit("Draw box", partial(edits.add, annotations=BOX)))


def test_what_another_window_draws_labels_and_undoes_is_shown(qtbot, opened):
    session, window = opened.session, opened.window
    opened.actions["skip"].trigger()  # The project is at its place from here on.
    here, elsewhere = session.frames.ids[:2]
    with Project.open(session.project.root) as other:
        other.add_label("cat")
        draw(other, elsewhere)
        draw(other, here)
        session.watching.look()
        assert [a.id for a in session.annotations.sample.annotations] == ["theirs"]
        assert [label.name for label in window.labels.model.rows] == ["cat"]
        assert session.project.state_of(elsewhere) is SampleState.CORRECTED
        step = session.annotations.history.undo
        assert step.text == "Draw box"
        other.undo(step.id)
    session.watching.look()
    assert not session.annotations.sample.annotations
    assert session.annotations.history.undo.text == "Skip"


def test_it_looks_by_itself(qtbot, opened):
    opened.actions["skip"].trigger()
    with (
        qtbot.waitSignal(opened.session.project.labels_changed, timeout=PATIENCE_MS),
        Project.open(opened.session.project.root) as other,
    ):
        other.add_label("cat")


def test_looking_again_where_nothing_is_new_reads_nothing(qtbot, opened):
    session = opened.session
    opened.actions["skip"].trigger()
    session.watching.look()
    with (
        qtbot.assertNotEmitted(session.annotations.sample_changed),
        qtbot.assertNotEmitted(session.annotations.history.grown),
    ):
        session.watching.look()


def begin_elsewhere(session):
    """Another window makes the project of these pictures; gives what it drew on."""
    here = session.frames.frame_id
    with Project.look(session.project.root) as other:
        other.add_label("cat")
        draw(other, here)
    return here


def test_a_project_that_another_window_has_begun_is_shown_and_the_view_stays(qtbot, opened):
    session, window = opened.session, opened.window
    assert session.project.project.is_unedited
    window.canvas.zoom_to(3.0)
    view = window.canvas.view
    begin_elsewhere(session)
    with qtbot.waitSignal(session.project.joined, timeout=PATIENCE_MS):
        session.watching.look()
    assert not session.project.project.is_unedited
    assert [a.id for a in session.annotations.sample.annotations] == ["theirs"]
    assert [label.name for label in window.labels.model.rows] == ["cat"]
    assert session.project.reviewed == 1
    assert window.canvas.view == view
    assert "Another window has begun" in window.statusBar().currentMessage()


def test_an_edit_made_just_then_is_one_of_the_same_project(qtbot, opened):
    session = opened.session
    here = begin_elsewhere(session)
    with qtbot.waitSignal(session.project.joined, timeout=PATIENCE_MS):
        session.annotations.apply(
            Edit("Draw", partial(edits.add, annotations=Annotation(Box(1, 1, 9, 9), 1)))
        )
    assert len(session.annotations.sample.annotations) == 2
    assert [label.name for label in session.project.labels[1:]] == ["cat"]
    with Project.open(session.project.root) as other:
        assert len(other.sample(here).annotations) == 2
