"""What a person decides of a whole Sample, as pure functions: verified, or with nothing in it.

Neither leaves a proposal behind: what is verified is what is stored.
"""

from engine.annotations import edits, emptiness
from engine.values import Sample, SampleState


def verify(sample: Sample, min_score: float | None = None) -> Sample:
    """Verified, with the proposals accepted that have this score; without one all are rejected."""
    if min_score is not None:
        sample = edits.accept_all(sample, min_score)
    return edits.set_state(edits.reject_all(sample), SampleState.VERIFIED)


def verify_empty(sample: Sample) -> Sample:
    """Verified, with nothing in the picture. A Sample with annotations stays as it is."""
    return sample if sample.annotations else emptiness.mark_empty(verify(sample))


def take_back(sample: Sample) -> Sample:
    """Neither verified, empty nor skipped any more."""
    state = SampleState.CORRECTED if sample.annotations else SampleState.NEW
    return edits.set_state(emptiness.with_mark(sample, on=False), state)


def count_good(sample: Sample, min_score: float) -> int:
    """How many proposals `verify` would accept from this score on."""
    return sum(a.score is None or a.score >= min_score for a in sample.proposals)
