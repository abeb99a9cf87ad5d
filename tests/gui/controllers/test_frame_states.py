"""How far the work on each frame has come."""

from hypothesis import given
from hypothesis import strategies as st

from engine.values import FrameId, SampleState
from gui.controllers.frame_states import FrameStates

IDS = [FrameId(name) for name in "abcdef"]
STATES = st.dictionaries(st.sampled_from(IDS), st.sampled_from(SampleState))
REVIEWED = (SampleState.CORRECTED, SampleState.VERIFIED, SampleState.SKIPPED)


@given(st.sets(st.sampled_from(IDS)), STATES, st.lists(STATES), st.sampled_from(IDS))
def test_the_count_is_right_whatever_was_noted(listed, first, later, added):
    states, known = FrameStates(listed, first), dict(first)
    for each in later:
        is_new = any(known.get(key) is not value for key, value in each.items())
        known |= each
        assert states.note(each) is is_new
        assert states.reviewed == sum(known.get(key) in REVIEWED for key in listed)
    states.list((added,))
    assert states.reviewed == sum(known.get(key) in REVIEWED for key in {*listed, added})
    assert not states.replace(known)
    assert states.replace({IDS[0]: SampleState.VERIFIED}) is (
        known != {IDS[0]: SampleState.VERIFIED}
    )
    assert states.reviewed == (IDS[0] in {*listed, added})


def test_a_frame_nobody_spoke_of_is_new():
    states = FrameStates()
    assert states.of(IDS[0]) is SampleState.NEW
    assert states.is_unreviewed(IDS[0])


def test_what_a_file_says_counts_as_labelled_and_not_as_reviewed():
    states = FrameStates(IDS, dict.fromkeys(IDS, SampleState.LABELLED))
    assert (states.reviewed, states.has_labelled) == (0, True)
    assert states.is_unreviewed(IDS[0])
    assert not FrameStates((), dict.fromkeys(IDS, SampleState.LABELLED)).has_labelled
