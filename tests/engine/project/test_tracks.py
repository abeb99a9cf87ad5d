"""Tracks in a project: keyframes, what is filled between them, and what follows an Edit."""

from functools import partial

import numpy as np
import pytest

from engine.annotations import edits, tracking
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.tracks.keyframes import INTERPOLATED, is_keyframe, on_track
from engine.values import PERSON, Annotation, Box, FrameId, Mask, SampleState
from tests.make_project import A, redo, undo

SIZE_HW = (100, 200)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path, (A,)) as project:
        yield project


def frame(project, index):
    return FrameId(str(project.root / "clip.mp4"), index)


def key(project, index, x, *, track=1):
    """A keyframe: a box that begins at x."""
    drawn = Annotation(Box(x, 10, x + 20, 30), A.id, track=track)

    def change(sample):
        sized = edits.set_size(sample, SIZE_HW)
        return edits.add(sized, drawn)

    project.apply(frame(project, index), Edit("Draw box", change))


def lefts(project, indexes, track=1):
    found = [on_track(project.sample(frame(project, i)), track) for i in indexes]
    return [a.region.x1 if a is not None else None for a in found]


def move(project, index, dx):
    annotation = on_track(project.sample(frame(project, index)), 1)
    change = partial(edits.move, ids=(annotation.id,), dx=dx, dy=0)
    project.apply(frame(project, index), Edit("Move", change))


@pytest.fixture
def filled(project):
    """Two keyframes, frame 10 and 20, and all that is between."""
    key(project, 10, 0)
    key(project, 20, 50)
    assert project.fill_track(frame(project, 20), 1, "Fill") == 9
    return project


def test_what_is_filled_lies_between_and_is_no_keyframe(filled):
    assert lefts(filled, range(9, 22)) == [None, *range(0, 51, 5), None]
    places = filled.track_places(frame(filled, 0).path, 1)
    assert places.keys == (10, 20)
    assert places.interpolated == tuple(range(11, 20))
    sample = filled.sample(frame(filled, 15))
    assert sample.proposals[0].origin == INTERPOLATED
    assert sample.size_hw == SIZE_HW
    assert sample.state is SampleState.PREDICTED  # Nobody has looked at it.


def test_filling_is_one_step(filled):
    assert undo(filled) == "Fill"
    assert lefts(filled, range(10, 21)) == [0, *[None] * 9, 50]
    assert redo(filled) == "Fill"
    assert lefts(filled, (15,)) == [25]


def test_what_is_between_follows_its_keyframe_in_the_same_step(filled):
    move(filled, 20, 10)
    assert lefts(filled, (10, 15, 20)) == [0, 30, 60]
    assert undo(filled, frame(filled, 20)) == "Move"
    assert lefts(filled, (10, 15, 20)) == [0, 25, 50]
    assert redo(filled, frame(filled, 20)) == "Move"
    assert lefts(filled, (10, 15, 20)) == [0, 30, 60]


def test_an_interpolated_object_that_is_moved_is_a_keyframe(filled):
    move(filled, 15, 10)
    assert lefts(filled, (12, 15, 18)) == [14, 35, 44]
    middle = on_track(filled.sample(frame(filled, 15)), 1)
    assert is_keyframe(middle)
    assert middle.origin == PERSON
    assert filled.track_places(frame(filled, 0).path, 1).keys == (10, 15, 20)


def test_deleting_a_keyframe_makes_its_neighbours_follow_the_others(filled):
    move(filled, 15, 10)
    annotation = on_track(filled.sample(frame(filled, 15)), 1)
    delete = Edit("Delete", partial(edits.delete, ids=(annotation.id,)))
    filled.apply(frame(filled, 15), delete)
    assert lefts(filled, (12, 15, 18)) == [10, None, 40]


def test_a_gap_stays_one_when_a_keyframe_moves(filled):
    annotation = on_track(filled.sample(frame(filled, 14)), 1)
    delete = Edit("Delete", partial(edits.delete, ids=(annotation.id,)))
    filled.apply(frame(filled, 14), delete)
    move(filled, 20, 10)
    assert lefts(filled, (13, 14, 15)) == [18, None, 30]


def test_a_mask_is_filled_and_follows_its_keyframe(project):
    pixels = np.array([[True, False], [True, True]])
    for index, left in ((10, 0), (20, 50)):
        draw = partial(edits.add, annotations=Annotation(Mask(left, 5, pixels), A.id, track=1))
        project.apply(frame(project, index), Edit("Draw", draw))
    assert project.fill_track(frame(project, 15), 1, "Fill") == 9
    assert on_track(project.sample(frame(project, 12)), 1).region == Mask(10, 5, pixels)
    move(project, 20, 10)
    assert on_track(project.sample(frame(project, 12)), 1).region == Mask(12, 5, pixels)
    assert project.left_behind(frame(project, 20), 1) == 0


def test_large_masks_do_not_follow_by_themselves_in_many_frames(project):
    pixels = np.ones((1000, 1500), bool)
    for index, left in ((0, 0), (20, 100)):
        draw = partial(edits.add, annotations=Annotation(Mask(left, 5, pixels), A.id, track=1))
        project.apply(frame(project, index), Edit("Draw", draw))
    project.fill_track(frame(project, 0), 1, "Fill")
    move(project, 20, 100)
    assert project.left_behind(frame(project, 20), 1) == 19
    assert on_track(project.sample(frame(project, 10)), 1).region.left == 50


def test_a_frame_that_a_person_verified_is_left_alone(project):
    key(project, 10, 0)
    key(project, 20, 50)
    verify = partial(edits.set_state, state=SampleState.VERIFIED)
    project.apply(frame(project, 15), Edit("Verify", verify))
    assert project.fill_track(frame(project, 15), 1, "Fill") == 8
    assert lefts(project, (14, 15, 16)) == [20, None, 30]


def accept(project, track=1):
    edit = Edit("Accept", partial(tracking.accept_track, track=track))
    path = frame(project, 0).path
    waiting = project.track_places(path, track).waiting
    return project.apply_all([(FrameId(path, index), edit) for index in waiting], "Accept")


def test_a_filled_track_is_accepted_in_one_step(filled):
    path = frame(filled, 0).path
    assert filled.track_places(path, 1).waiting == tuple(range(11, 20))
    assert accept(filled) == 9
    assert filled.track_places(path, 1).waiting == ()
    assert {sample.state for sample in filled.samples()} == {SampleState.CORRECTED}
    assert not is_keyframe(on_track(filled.sample(frame(filled, 15)), 1))
    assert accept(filled) == 0
    assert undo(filled) == "Accept"
    assert filled.track_places(path, 1).waiting == tuple(range(11, 20))


def waits(project, index, track):
    return index in project.track_places(frame(project, 0).path, track).waiting


def test_accepting_a_track_says_nothing_of_another_on_the_same_frames(filled):
    key(filled, 12, 100, track=2)
    key(filled, 18, 112, track=2)
    filled.fill_track(frame(filled, 13), 2, "Fill")
    accept(filled)
    with Project.open(filled.place, read_only=True) as again:
        assert not waits(again, 15, 1)
        assert waits(again, 15, 2)
        (accepted,) = again.sample(frame(filled, 15)).annotations
        assert accepted.track == 1
    accept(filled, track=2)
    assert not waits(filled, 15, 2)
    assert undo(filled) == "Accept"
    assert waits(filled, 15, 2)
    assert not waits(filled, 15, 1)


def test_drawing_on_a_frame_does_not_accept_what_is_filled_there(filled):
    drawn = partial(edits.add, annotations=Annotation(Box(90, 50, 99, 59), A.id))
    filled.apply(frame(filled, 15), Edit("Draw", drawn))
    assert filled.sample(frame(filled, 15)).state is SampleState.CORRECTED
    assert waits(filled, 15, 1)


def test_what_was_accepted_goes_on_following_and_what_was_corrected_does_not(filled):
    accept(filled)
    move(filled, 15, 10)
    move(filled, 20, 20)
    assert lefts(filled, (12, 15, 18, 20)) == [14, 35, 56, 70]
    assert filled.fill_track(frame(filled, 15), 1, "Fill") == 0
    assert filled.sample(frame(filled, 18)).state is SampleState.CORRECTED


def test_tracks_do_not_mix(filled):
    assert filled.free_track(frame(filled, 0).path) == 2
    assert filled.free_track("another.mp4") == 1
    key(filled, 12, 100, track=2)
    key(filled, 14, 104, track=2)
    assert filled.fill_track(frame(filled, 13), 2, "Fill") == 1
    assert lefts(filled, (13,), track=1) == [15]
    assert lefts(filled, (13,), track=2) == [102]
    assert filled.sample(frame(filled, 13)).state is SampleState.PREDICTED


def test_nothing_is_filled_outside_of_keyframes(filled):
    assert filled.fill_track(frame(filled, 30), 1, "Fill") == 0
    assert filled.fill_track(frame(filled, 15), 7, "Fill") == 0


def test_the_keyframes_around_a_frame(filled):
    near = filled.keyframes_near(frame(filled, 13), 1)
    assert [(index, a.region.x1) for index, a in near] == [(10, 0), (20, 50)]
    assert [i for i, _ in filled.keyframes_near(frame(filled, 20), 1)] == [20]
    assert [i for i, _ in filled.keyframes_near(frame(filled, 99), 1)] == [20]
    assert filled.keyframes_near(frame(filled, 13), 5) == ()


def test_very_many_frames_do_not_follow_by_themselves_but_can_be_filled_anew(project):
    key(project, 0, 0)
    key(project, 1000, 100)
    project.fill_track(frame(project, 0), 1, "Fill")
    move(project, 1000, 50)
    assert lefts(project, (500, 1000)) == [50, 150]
    assert project.left_behind(frame(project, 1000), 1) == 999
    assert project.fill_track(frame(project, 1000), 1, "Fill") == 999
    assert lefts(project, (500,)) == [75]
    assert project.left_behind(frame(project, 1000), 1) == 0
    assert project.left_behind(frame(project, 1000), 9) == 0
