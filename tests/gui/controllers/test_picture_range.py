"""Which pictures a range picks."""

import pytest

from engine.values import FrameId, SampleState
from gui.controllers.picture_range import BatchTally, PictureRange

IDS = [FrameId(f"{number}.png") for number, _ in enumerate(SampleState, start=1)]
STATES = dict(zip(IDS, SampleState, strict=True))


def numbers(chosen):
    return [IDS.index(each) + 1 for each in chosen.pick(IDS, STATES.__getitem__)]


def test_both_ends_are_in_it():
    assert numbers(PictureRange(2, 4, only_unlabelled=False)) == [2, 3, 4]


def test_what_nobody_has_dealt_with_is_unlabelled():
    assert [STATES[IDS[n - 1]] for n in numbers(PictureRange(1, len(IDS)))] == [
        SampleState.NEW,
        SampleState.PREDICTED,
    ]


@pytest.mark.parametrize(("first", "last"), [(0, 3), (4, 3)])
def test_a_range_has_pictures(first, last):
    with pytest.raises(ValueError, match="no picture"):
        PictureRange(first, last)


def test_what_could_not_be_read_is_dealt_with_too():
    assert BatchTally(5, answered=2, unreadable=1, kept=2).is_whole
    assert not BatchTally(5, answered=2).is_whole
