"""Edits of tracks: keyframes stand above what is interpolated, and that above nothing."""

from dataclasses import replace

import pytest

from engine.annotations import edits, tracking
from engine.tracks.keyframes import FOLLOWED, INTERPOLATED, is_keyframe, on_track
from engine.values import PERSON, Annotation, Box, FrameId, Sample, SampleState

SIZE = (60, 80)
EMPTY = Sample(FrameId("clip.mp4", 7))
KEY = Annotation(Box(10, 10, 20, 20), 1, track=2, id="key", attributes=(("color", "red"),))
BETWEEN = tracking.interpolated(KEY, Box(12, 10, 22, 20))


def filled():
    return tracking.fill(EMPTY, BETWEEN, SIZE)


def test_what_is_interpolated_is_as_its_keyframe_but_elsewhere():
    assert BETWEEN.origin == INTERPOLATED
    assert not is_keyframe(BETWEEN)
    assert (BETWEEN.track, BETWEEN.label_id, BETWEEN.attributes) == (2, 1, KEY.attributes)


def test_filling_twice_is_filling_once_and_another_place_keeps_the_object():
    once = filled()
    assert once.state is SampleState.PREDICTED
    assert once.size_hw == SIZE
    again = replace(tracking.interpolated(KEY, BETWEEN.region), id="another")
    assert tracking.fill(once, again, SIZE) is once
    moved = tracking.fill(once, tracking.interpolated(KEY, Box(14, 10, 24, 20)), SIZE)
    assert moved.proposals[0].id == once.proposals[0].id
    assert moved.proposals[0].region == Box(14, 10, 24, 20)


def test_a_keyframe_is_never_filled_over():
    sample = edits.add(edits.set_size(EMPTY, SIZE), KEY)
    assert tracking.fill(sample, BETWEEN, SIZE) is sample


@pytest.mark.parametrize("state", tracking.SETTLED)
def test_what_a_person_said_of_the_whole_frame_holds(state):
    sample = edits.set_state(EMPTY, state)
    assert tracking.fill(sample, BETWEEN, SIZE) is sample


def test_a_corrected_frame_stays_corrected():
    other = Annotation(Box(1, 1, 5, 5), 1)
    sample = edits.add(edits.set_size(EMPTY, SIZE), other)
    assert tracking.fill(sample, BETWEEN, SIZE).state is SampleState.CORRECTED


def test_what_lies_outside_of_the_picture_is_not_filled():
    outside = tracking.interpolated(KEY, Box(100, 10, 120, 20))
    assert tracking.fill(EMPTY, outside, SIZE) is EMPTY


def test_a_keyframe_takes_the_place_of_what_is_interpolated():
    after = tracking.set_keyframe(filled(), replace(KEY, id="new"))
    (made,) = after.annotations
    assert made.region == BETWEEN.region  # Where it is seen, not where it was expected.
    assert made.origin == PERSON
    assert after.state is SampleState.CORRECTED
    assert tracking.set_keyframe(after, KEY) is after


def test_a_track_that_starts_at_a_proposal_accepts_it():
    proposal = Annotation(Box(1, 1, 9, 9), 1, origin="model", score=0.5, id="waits")
    after = tracking.start(replace(EMPTY, proposals=(proposal,)), "waits", 5)
    assert not after.proposals
    assert on_track(after, 5).origin == "model"
    assert tracking.start(EMPTY, "nobody", 5) is EMPTY


def test_what_is_followed_replaces_only_what_was_followed_before():
    model = Annotation(Box(1, 1, 9, 9), 1, origin="model", score=0.5)
    first = replace(KEY, id="a", origin=FOLLOWED, score=0.9)
    sample = tracking.propose(replace(EMPTY, proposals=(model,)), first, SIZE)
    sample = tracking.propose(sample, replace(first, id="b"), SIZE)
    assert [a.id for a in sample.proposals] == [model.id, "b"]
    accepted = tracking.accept_track(sample, 2)
    assert [a.id for a in accepted.annotations] == ["b"]
    assert accepted.proposals == (model,)
    assert tracking.accept_track(accepted, 2) is accepted


def test_changed_keyframes_are_told_by_their_tracks():
    before = edits.add(edits.set_size(EMPTY, SIZE), [KEY, Annotation(Box(1, 1, 5, 5), 1)])
    moved = edits.move(before, {"key"}, 3, 0)
    assert tracking.changed_tracks(before, moved) == [2]
    assert tracking.changed_tracks(before, edits.delete(before, {"key"})) == [2]
    assert tracking.changed_tracks(before, before) == []
