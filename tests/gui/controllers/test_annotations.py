from dataclasses import replace
from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label, SampleState
from gui.controllers.annotations import AnnotationsController
from tests.make import LABELS, write_picture

BOX = Annotation(Box(2, 3, 20, 30), 1, id="drawn")
PROPOSAL = Annotation(Box(5, 6, 25, 35), 2, origin="unet32/tiny", score=0.8, id="proposed")


@pytest.fixture
def frame_id(tmp_path):
    return FrameId(str(write_picture(tmp_path / "a.png")))


@pytest.fixture
def annotations(qtbot, tmp_path, frame_id):
    with Project.create(tmp_path, LABELS) as project:
        project.add_frames([frame_id.path])
        controller = AnnotationsController()
        controller.set_project(project)
        controller.show(frame_id, (48, 64))
        yield controller


def add_box(annotations):
    annotations.apply(Edit("Draw box", partial(edits.add, annotations=BOX)))


def test_an_edit_is_stored_and_shown(qtbot, annotations):
    with qtbot.waitSignals([annotations.stored, annotations.sample_changed]):
        add_box(annotations)
    assert annotations.sample.annotations[0].region == BOX.region
    assert annotations.sample.state is SampleState.CORRECTED
    assert annotations.sample.size_hw == (48, 64)
    assert annotations.undo_text == "Draw box"


def test_undo_and_redo_give_the_equal_sample(annotations):
    before = annotations.stored_sample
    add_box(annotations)
    after = annotations.stored_sample
    annotations.undo()
    assert annotations.stored_sample.annotations == before.annotations
    assert annotations.redo_text == "Draw box"
    annotations.redo()
    assert annotations.stored_sample == after


def test_undo_is_of_the_shown_frame(annotations, frame_id, tmp_path):
    add_box(annotations)
    annotations.show(FrameId(str(tmp_path / "b.png")), (48, 64))
    assert annotations.undo_text == ""
    annotations.undo()
    annotations.show(frame_id, (48, 64))
    assert annotations.undo_text == "Draw box"
    assert annotations.sample.annotations == (BOX,)


def test_undo_in_a_locked_project_is_a_notice(qtbot, annotations, tmp_path):
    add_box(annotations)
    annotations.set_project(Project.open(tmp_path, busy_seconds=0.01))
    annotations.show(FrameId(str(tmp_path / "a.png")), (48, 64))
    with (
        Project.open(tmp_path) as other,
        other._store.writing(),
        qtbot.waitSignal(annotations.failed) as failed,
    ):
        annotations.undo()
    assert "Another window" in failed.args[0].message
    assert annotations.undo_text == "Draw box"


def test_steps_on_several_frames_are_announced(qtbot, annotations, frame_id, tmp_path):
    ids = (frame_id, FrameId(str(tmp_path / "b.png")))
    add = Edit("Everywhere", partial(edits.add, annotations=BOX))
    annotations._project.apply_all([(i, add) for i in ids], "Everywhere")
    annotations.reload()
    with qtbot.waitSignal(annotations.steps_taken) as taken:
        annotations.undo()
    assert set(taken.args[0].frame_ids) == set(ids)
    assert annotations.sample.annotations == ()


def test_a_draft_is_shown_but_not_stored_until_a_person_edits(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    assert annotations.sample.proposals == (PROPOSAL,)
    assert annotations.stored_sample.proposals == ()
    add_box(annotations)
    assert annotations.stored_sample.proposals == (PROPOSAL,)
    annotations.undo()
    assert annotations.sample.annotations == ()
    assert annotations.sample.proposals == (PROPOSAL,)
    annotations.redo()
    assert annotations.sample.annotations == (BOX,)


def test_undo_of_accepting_a_draft_brings_all_proposals_back(annotations, frame_id):
    other = replace(PROPOSAL, id="other")
    annotations.set_draft(frame_id, (PROPOSAL, other))
    shown = annotations.sample
    annotations.accept([PROPOSAL.id])
    assert annotations.sample.proposals == (other,)
    annotations.undo()
    assert annotations.sample == replace(shown, state=SampleState.PREDICTED)
    assert annotations.undo_text == ""


def test_a_draft_for_another_frame_is_ignored(annotations):
    annotations.set_draft(FrameId("elsewhere.png"), (PROPOSAL,))
    assert annotations.sample.proposals == ()


def test_accepting_a_draft_makes_it_an_annotation(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.accept([PROPOSAL.id])
    assert annotations.sample.proposals == ()
    (accepted,) = annotations.sample.annotations
    assert (accepted.origin, accepted.score) == (PROPOSAL.origin, PROPOSAL.score)


def test_rejecting_all_empties_the_proposals(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.reject_all()
    assert annotations.sample.proposals == ()
    assert annotations.sample.annotations == ()


def test_only_good_scores_are_accepted(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.accept_all(0.9)
    assert annotations.sample.annotations == ()
    annotations.accept_all(0.5)
    assert len(annotations.sample.annotations) == 1


def test_deleting_empties_the_selection(qtbot, annotations):
    add_box(annotations)
    annotations.select((BOX.id,))
    with qtbot.waitSignal(annotations.selection_changed) as changed:
        annotations.delete_selected()
    assert changed.args[0] == ()
    assert annotations.sample.annotations == ()


def test_relabelling_needs_a_selection(annotations):
    add_box(annotations)
    annotations.relabel(2)
    assert annotations.sample.annotations[0].label_id == 1
    annotations.select((BOX.id,))
    annotations.relabel(2)
    assert annotations.sample.annotations[0].label_id == 2


def test_verifying_twice_takes_it_back(annotations):
    add_box(annotations)
    annotations.toggle_state(SampleState.VERIFIED, "Verify")
    assert annotations.sample.state is SampleState.VERIFIED
    annotations.toggle_state(SampleState.VERIFIED, "Verify")
    assert annotations.sample.state is SampleState.CORRECTED


def test_hiding_is_no_edit(annotations):
    add_box(annotations)
    annotations.select((BOX.id,))
    annotations.hide_selected()
    assert annotations.hidden_ids == {BOX.id}
    annotations.hide_selected()
    assert annotations.hidden_ids == frozenset()
    annotations.set_label_visible(1, False)
    assert annotations.hidden_labels == {1}
    assert annotations.undo_text == "Draw box"


def test_without_a_project_nothing_happens(qtbot):
    controller = AnnotationsController()
    controller.show(FrameId("a.png"), (4, 4))
    add_box(controller)
    controller.undo()
    assert controller.sample is None
    assert controller.labels == ()


def test_only_the_background_is_no_label_to_draw_with(qtbot, tmp_path):
    color = (9, 9, 9)
    for first, names in (("_background_", ["cat"]), ("Sky", ["Sky", "cat"])):
        root = tmp_path / first
        root.mkdir()
        with Project.create(root, (Label(0, first, color), Label(1, "cat", color))) as project:
            controller = AnnotationsController()
            controller.set_project(project)
            assert [label.name for label in controller.labels] == names


@pytest.fixture
def asked(annotations):
    """The statements that ask for the texts of undo and redo, from now on."""
    statements: list[str] = []
    connection = annotations._project._store.connection
    connection.set_trace_callback(statements.append)
    yield lambda: [x for x in statements if x.lstrip().startswith("WITH done")]
    connection.set_trace_callback(None)


def test_an_edit_asks_once_what_can_be_undone_and_reading_it_asks_nothing(annotations, asked):
    add_box(annotations)
    assert annotations.undo_text == "Draw box"
    assert len(asked()) == 1
    for _ in range(3):
        assert (annotations.undo_text, annotations.redo_text) == ("Draw box", "")
    annotations.undo()
    assert len(asked()) == 3
    assert (annotations.undo_text, annotations.redo_text) == ("", "Draw box")


def test_a_draft_asks_nothing(annotations, frame_id, asked):
    annotations.set_draft(frame_id, (PROPOSAL,))
    assert annotations.undo_text == ""
    assert asked() == []


def test_the_history_is_announced_when_it_changes(qtbot, annotations, tmp_path, frame_id):
    with qtbot.assertNotEmitted(annotations.history_changed):
        annotations.show(frame_id, (48, 64))
        annotations.read_history()
    with Project.open(tmp_path) as other:  # as a Job does
        other.apply(frame_id, Edit("Import", partial(edits.add, annotations=BOX)))
    with qtbot.waitSignal(annotations.history_changed):
        annotations.read_history()
    assert annotations.undo_text == "Import"
    with qtbot.waitSignal(annotations.history_changed):
        annotations.set_project(None)
    assert annotations.undo_text == ""
