import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.plan import plan
from engine.training.ranks import Ranks


@given(st.integers(1, 30), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
def test_every_sample_counts_the_same_however_a_step_is_cut(samples, batch_size, accumulate, size):
    plans = [
        plan(range(samples), Ranks(rank, size), batch_size=batch_size, accumulate=accumulate)
        for rank in range(size)
    ]
    seen = []
    for steps in zip(*plans, strict=True):
        counted = [part for step in steps for part in step.parts if part.share]
        assert sum(part.share for part in counted) == pytest.approx(1)
        assert len({len(step.parts) for step in steps}) == 1, "the processes run in step"
        for part in counted:
            assert part.share / len(part.indices) == pytest.approx(1 / steps[0].samples)
            seen += part.indices
    assert sorted(seen) == list(range(samples))


@given(st.integers(1, 500), st.integers(2, 16), st.integers(1, 4))
def test_no_sample_is_left_over_for_a_step_of_its_own(samples, batch_size, accumulate):
    steps = plan(range(samples), Ranks(0, 1), batch_size=batch_size, accumulate=accumulate)
    whole = batch_size * accumulate
    assert len(steps) == -(-samples // whole)
    sizes = [step.samples for step in steps]
    assert max(sizes) <= whole
    assert max(sizes) - min(sizes) <= 1
    batches = [len(part.indices) for step in steps for part in step.parts]
    assert max(batches) <= batch_size


def test_the_last_of_205_samples_in_fours_is_no_step_alone():
    steps = plan(range(205), Ranks(0, 1), batch_size=4, accumulate=1)
    assert min(step.samples for step in steps) == 3
