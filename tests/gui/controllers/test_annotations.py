from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label, Mask, SampleState
from gui.controllers.annotations import AnnotationsController
from gui.controllers.large_edits import LargeEdits
from tests.make import LABELS, write_picture

BOX = Annotation(Box(2, 3, 20, 30), 1, id="drawn")
PROPOSAL = Annotation(Box(5, 6, 25, 35), 2, origin="unet32/tiny", score=0.8, id="proposed")


@pytest.fixture
def frame_id(tmp_path):
    return FrameId(str(write_picture(tmp_path / "a.png")))


@pytest.fixture
def annotations(jobs, tmp_path, frame_id):
    with Project.create(tmp_path, LABELS) as project:
        project.add_frames([frame_id.path])
        controller = AnnotationsController(LargeEdits(jobs))
        controller.set_project(project)
        controller.show(frame_id, (48, 64))
        yield controller


def undo(annotations):
    annotations.history.take(annotations.history.undo)


def add_box(annotations):
    annotations.apply(Edit("Draw box", partial(edits.add, annotations=BOX)))


def test_an_edit_is_stored_and_shown(qtbot, annotations):
    with qtbot.waitSignals([annotations.stored, annotations.sample_changed]):
        add_box(annotations)
    assert annotations.sample.annotations[0].region == BOX.region
    assert annotations.sample.state is SampleState.CORRECTED
    assert annotations.sample.size_hw == (48, 64)
    assert annotations.history.undo.text == "Draw box"


def test_what_a_model_does_not_say_any_more_is_not_selected(annotations, frame_id):
    add_box(annotations)
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.select((BOX.id, PROPOSAL.id))
    annotations.set_draft(frame_id, ())
    assert annotations.selection == (BOX.id,)


def test_undo_and_redo_give_the_equal_sample(annotations):
    before = annotations.stored_sample
    add_box(annotations)
    after = annotations.stored_sample
    undo(annotations)
    assert annotations.stored_sample.annotations == before.annotations
    assert annotations.history.redo.text == "Draw box"
    annotations.history.take(annotations.history.redo)
    assert annotations.stored_sample == after


def test_a_draft_is_shown_but_not_stored_until_a_person_edits(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    assert annotations.sample.proposals == (PROPOSAL,)
    assert annotations.stored_sample.proposals == ()
    add_box(annotations)
    assert annotations.stored_sample.proposals == (PROPOSAL,)
    undo(annotations)
    assert annotations.stored_sample.annotations == ()
    assert annotations.sample.proposals == (PROPOSAL,)


def paint(annotations):
    stroke = Mask(1, 1, np.ones((4, 4), np.bool_))
    painted = Annotation(stroke, 1, id="painted")
    annotations.edit("Brush", partial(edits.paint, annotation=painted, mask=stroke))


@pytest.mark.parametrize(
    "gesture",
    [
        lambda annotations: annotations.edit("Accept", partial(edits.accept, ids=["proposed"])),
        lambda annotations: annotations.edit("Accept", partial(edits.accept_all, min_score=0.9)),
        lambda annotations: annotations.edit("Reject", partial(edits.reject, ids=["proposed"])),
        lambda annotations: annotations.edit("Reject", edits.reject_all),
        lambda annotations: annotations.edit(
            "Move", partial(edits.move, ids=("other",), dx=3, dy=2)
        ),
        paint,
        add_box,
    ],
)
def test_undo_brings_back_what_was_on_screen_before_the_gesture(annotations, frame_id, gesture):
    draft = (PROPOSAL, replace(PROPOSAL, score=0.95, id="other"))
    annotations.set_draft(frame_id, draft)
    before = annotations.sample
    gesture(annotations)
    after = annotations.sample
    assert after != before
    undo(annotations)
    now = annotations.sample
    assert (now.annotations, now.proposals) == (before.annotations, before.proposals)
    annotations.history.take(annotations.history.redo)
    assert annotations.sample == after


def test_a_gesture_that_does_nothing_leaves_the_draft_and_no_step(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.edit("Accept", partial(edits.accept, ids=["nobody"]))
    assert annotations.sample.proposals == (PROPOSAL,)
    assert annotations.stored_sample.proposals == ()
    assert annotations.history.undo is None


def test_the_labels_of_a_model_are_lent_until_something_with_one_is_accepted(annotations, frame_id):
    cow, pig = Label(7, "cow", (9, 9, 9)), Label(8, "pig", (8, 8, 8))
    own = annotations.labels
    waiting = (replace(PROPOSAL, label_id=7), replace(PROPOSAL, label_id=8, id="pig"))
    annotations.set_draft(frame_id, waiting, (cow, pig))
    assert annotations.lent_labels == (cow, pig)
    annotations.edit("Reject", partial(edits.reject, ids=["pig"]))
    assert annotations.labels == own
    assert {label.name for label in annotations.lent_labels} == {"cow", "pig"}
    annotations.edit("Accept", partial(edits.accept, ids=["proposed"]))
    assert [label.name for label in annotations.labels] == ["cat", "dog", "cow"]
    assert annotations.sample.annotations[0].label_id == annotations.labels[-1].id
    undo(annotations)
    assert annotations.labels == own
    undo(annotations)
    assert len(annotations.sample.proposals) == 2


def test_an_answer_that_is_kept_lends_its_labels_too(annotations, frame_id):
    cow = Label(7, "cow", (9, 9, 9))
    annotations.set_draft(frame_id, (replace(PROPOSAL, label_id=7),), (cow,))
    annotations.store_draft("Run tiny")
    assert annotations.stored_sample.proposals
    assert [label.name for label in annotations.labels] == ["cat", "dog"]
    assert [label.name for label in annotations.lent_labels] == ["cow"]


def test_a_new_label_enters_with_its_object_and_goes_with_it(annotations):
    cow = Label(9, "cow", (9, 9, 9))
    drawn = partial(edits.add, annotations=replace(BOX, label_id=9))
    annotations.apply(Edit("Draw box", drawn), (cow,))
    assert [label.name for label in annotations.labels] == ["cat", "dog", "cow"]
    undo(annotations)
    assert [label.name for label in annotations.labels] == ["cat", "dog"]


def test_what_another_window_stored_is_shown_under_the_draft(
    qtbot, annotations, frame_id, tmp_path
):
    annotations.set_draft(frame_id, (PROPOSAL,))
    with Project.open(tmp_path) as other:
        other.apply(frame_id, Edit("Draw box", partial(edits.add, annotations=BOX)))
    with qtbot.waitSignal(annotations.sample_changed):
        annotations.reload()
    assert [a.id for a in annotations.sample.annotations] == [BOX.id]
    assert annotations.sample.proposals == (PROPOSAL,)
    with qtbot.assertNotEmitted(annotations.sample_changed):
        annotations.reload()


def test_only_what_is_there_is_selected(annotations):
    add_box(annotations)
    annotations.select((BOX.id, "given up"))
    assert annotations.selection == (BOX.id,)


def test_a_draft_for_another_frame_is_ignored(annotations):
    annotations.set_draft(FrameId("elsewhere.png"), (PROPOSAL,))
    assert annotations.sample.proposals == ()


def test_accepting_a_draft_makes_it_an_annotation(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.edit("Accept", partial(edits.accept, ids=[PROPOSAL.id]))
    assert annotations.sample.proposals == ()
    (accepted,) = annotations.sample.annotations
    assert (accepted.origin, accepted.score) == (PROPOSAL.origin, PROPOSAL.score)


def test_rejecting_all_empties_the_proposals(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.edit("Reject", edits.reject_all)
    assert annotations.sample.proposals == ()
    assert annotations.sample.annotations == ()


def test_only_good_scores_are_accepted(annotations, frame_id):
    annotations.set_draft(frame_id, (PROPOSAL,))
    annotations.edit("Accept", partial(edits.accept_all, min_score=0.9))
    assert annotations.sample.annotations == ()
    annotations.edit("Accept", partial(edits.accept_all, min_score=0.5))
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


def test_hiding_is_no_edit(annotations):
    add_box(annotations)
    annotations.select((BOX.id,))
    annotations.visibility.toggle(annotations.selection)
    assert annotations.visibility.hidden_ids == {BOX.id}
    annotations.visibility.toggle(annotations.selection)
    assert annotations.visibility.hidden_ids == frozenset()
    annotations.visibility.set_label_visible(1, False)
    assert annotations.visibility.hidden_labels == {1}
    assert annotations.history.undo.text == "Draw box"


def test_without_a_project_nothing_happens(jobs):
    controller = AnnotationsController(LargeEdits(jobs))
    controller.show(FrameId("a.png"), (4, 4))
    add_box(controller)
    assert controller.sample is None
    assert controller.labels == ()


def test_only_the_background_is_no_label_to_draw_with(jobs, tmp_path):
    color = (9, 9, 9)
    for first, names in (("_background_", ["cat"]), ("Sky", ["Sky", "cat"])):
        root = tmp_path / first
        root.mkdir()
        with Project.create(root, (Label(0, first, color), Label(1, "cat", color))) as project:
            controller = AnnotationsController(LargeEdits(jobs))
            controller.set_project(project)
            assert [label.name for label in controller.labels] == names


def test_a_picture_that_has_another_size_by_now_is_edited_at_this_one(annotations, frame_id):
    add_box(annotations)
    annotations.show(frame_id, (96, 128))
    assert annotations.sample.size_hw == (96, 128)
    assert annotations.stored_sample.size_hw == (48, 64)
    far = replace(BOX, region=Box(70, 60, 120, 90), id="far")
    annotations.apply(Edit("Draw box", partial(edits.add, annotations=far)))
    assert [a.region for a in annotations.sample.annotations] == [BOX.region, far.region]
    assert annotations.stored_sample.size_hw == (96, 128)
    undo(annotations)
    assert annotations.stored_sample.size_hw == (48, 64)
