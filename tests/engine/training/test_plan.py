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
