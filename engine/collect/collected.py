"""The Edit that a collected frame enters the project with: proposals, and why it is there."""

from collections.abc import Iterable
from dataclasses import replace

from engine.annotations.edits import Edit, set_proposals
from engine.attributes import value_of, with_value
from engine.values import Annotation, Sample

COLLECTED = "collected"
"""The attribute of a Sample that says why it was collected."""
PERSON_ASKED = "by hand"


def is_collected(sample: Sample) -> bool:
    """Whether it has been collected before."""
    return bool(value_of(sample.attributes, COLLECTED))


def collect(proposals: Iterable[Annotation], why: str, size_hw: tuple[int, int]) -> Edit:
    """What the model says waits as proposals: nothing is accepted by itself."""
    given = tuple(proposals)

    def change(sample: Sample) -> Sample:
        after = set_proposals(sample, given, size_hw)
        return replace(after, attributes=with_value(after.attributes, COLLECTED, why))

    return Edit(f"Collect: {why}", change)
