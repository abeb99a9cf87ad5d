from dataclasses import replace

import pytest

from engine.annotations import edits, review
from engine.annotations.emptiness import is_marked_empty
from engine.values import Annotation, Box, Sample, SampleState
from tests.make import make_sample

GOOD = Annotation(Box(1, 1, 9, 9), 2, origin="unet32/tiny", score=0.75, id="good")
POOR = Annotation(Box(2, 2, 8, 8), 2, origin="unet32/tiny", score=0.25, id="poor")
NO_OBJECTS = replace(make_sample(), annotations=(), state=SampleState.NEW)
WAITING = replace(make_sample(), proposals=(GOOD, POOR))


def ids(sample: Sample) -> list[str]:
    return [a.id for a in sample.annotations]


@pytest.mark.parametrize(("min_score", "kept"), [(0.5, ["good"]), (0.0, ["good", "poor"])])
def test_verifying_accepts_from_a_score_and_rejects_the_rest(min_score, kept):
    after = review.verify(WAITING, min_score)
    assert (ids(after)[-len(kept) :], after.proposals) == (kept, ())
    assert after.state is SampleState.VERIFIED
    assert review.count_good(WAITING, min_score) == len(kept)


def test_verifying_without_a_score_rejects_what_nobody_decided():
    after = review.verify(WAITING)
    assert after == replace(WAITING, proposals=(), state=SampleState.VERIFIED)
    assert review.verify(after) is after


def test_only_a_picture_without_objects_is_marked_as_empty():
    after = review.verify_empty(replace(NO_OBJECTS, proposals=(GOOD,)))
    assert is_marked_empty(after)
    assert (after.proposals, after.state) == ((), SampleState.VERIFIED)
    assert review.verify_empty(after) == after
    assert review.verify_empty(WAITING) is WAITING


def test_an_object_ends_being_empty_and_a_proposal_does_not():
    empty = review.verify_empty(replace(NO_OBJECTS, attributes=(("rain", "no"),)))
    assert is_marked_empty(edits.set_proposals(empty, (GOOD,)))
    drawn = edits.add(empty, replace(GOOD, score=None))
    accepted = edits.accept(edits.set_proposals(empty, (GOOD,)), {"good"})
    for after in (drawn, accepted):
        assert after.attributes == (("rain", "no"),)


def test_taking_back_leaves_no_word_about_it():
    empty = review.verify_empty(NO_OBJECTS)
    assert is_marked_empty(empty)
    assert review.take_back(empty) == NO_OBJECTS
    assert review.take_back(review.verify(WAITING)).state is SampleState.CORRECTED
