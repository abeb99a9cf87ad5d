"""Numbers in a map as Masks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions.crops import crop, tight
from engine.regions.numbered import masks_of_runs, runs_of


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.uint32, (9, 7), elements=st.sampled_from([0, 0, 1, 2, 255, 70_000])),
    st.integers(1, 9),
)
def test_every_number_is_a_tight_mask_of_its_pixels(numbers, rows):
    runs = runs_of(numbers[top : top + rows] for top in range(0, 9, rows))
    expected = [tight(crop(0, 0, numbers == n)) for n in np.unique(numbers).tolist() if n]
    assert list(masks_of_runs(runs)) == expected
    assert len(runs.objects) == len(expected)


def test_a_map_of_nothing_has_no_objects():
    assert list(masks_of_runs(runs_of([np.zeros((3, 4), np.uint8)]))) == []
