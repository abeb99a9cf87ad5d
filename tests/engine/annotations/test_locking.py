"""What is locked stays as it is, and the others change."""

import pytest

from engine.annotations import edits, review, shaping
from engine.annotations.locking import keep
from engine.values import Annotation, Box, FrameId, Sample

A, B, C = (Annotation(Box(20 * n, 0, 20 * n + 10, 10), 1, id=i) for n, i in enumerate("abc"))
P, Q = (
    Annotation(Box(0, 20 * n, 10, 20 * n + 10), 1, "m", 0.9, id=i) for n, i in ((1, "p"), (2, "q"))
)
SAMPLE = Sample(FrameId("a.png"), (100, 100), (A, B, C), (P, Q))


def test_an_edit_of_others_is_what_it_is():
    after = edits.delete(SAMPLE, {"a"})
    assert keep(SAMPLE, after, {"b"}) == (after, 0)
    assert keep(SAMPLE, after, ()) == (after, 0)


def test_of_several_that_are_deleted_the_locked_stay_in_their_places():
    kept, held = keep(SAMPLE, edits.delete(SAMPLE, {"a", "b", "p"}), {"b", "p"})
    assert (kept.annotations, kept.proposals, held) == ((B, C), (P, Q), 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: edits.delete(s, {"b"}),
        lambda s: edits.move(s, {"b"}, 1, 1),
        lambda s: edits.relabel(s, {"b"}, 2),
        lambda s: edits.to_front(s, {"b"}),
        lambda s: shaping.grow(s, ["b"], 2),
    ],
)
def test_an_edit_of_locked_ones_alone_changes_nothing(change):
    kept, held = keep(SAMPLE, change(SAMPLE), {"b"})
    assert kept is SAMPLE
    assert held == 1


def test_a_locked_proposal_is_neither_accepted_nor_rejected():
    accepted, _ = keep(SAMPLE, edits.accept_all(SAMPLE), {"q"})
    assert (accepted.annotations, accepted.proposals) == ((A, B, C, P), (Q,))
    rejected, _ = keep(SAMPLE, edits.reject_all(SAMPLE), {"p"})
    assert rejected.proposals == (P,)
    assert keep(SAMPLE, review.verify(SAMPLE), {"p", "q"})[0] is SAMPLE
