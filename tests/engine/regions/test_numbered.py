"""Numbers in a map as Masks."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions.crops import crop, tight
from engine.regions.numbered import masks_of_runs, parts_of, runs_in, runs_of


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


@settings(max_examples=80, deadline=None)
@given(arrays(np.bool_, (12, 11)))
def test_parts_are_what_hangs_together(pixels):
    runs = runs_in(pixels)
    parts = parts_of(runs)
    _, numbers = cv2.connectedComponents(pixels.view(np.uint8), connectivity=8)
    expected = numbers[runs.rows, runs.starts]
    pairs = set(zip(parts.tolist(), expected.tolist(), strict=True))
    assert len(pairs) == len(set(parts.tolist())) == len(set(expected.tolist()))


def test_a_spiral_is_one_part():
    pixels = np.zeros((81, 81), bool)
    for ring in range(0, 40, 4):
        pixels[ring, ring : 81 - ring] = pixels[80 - ring, ring : 81 - ring] = True
        pixels[ring : -ring or None, 80 - ring] = True
        pixels[ring + 2 : 81 - ring, ring] = True
        pixels[ring + 2, ring : ring + 5] = pixels[ring + 2 : ring + 5, ring + 4] = True
    assert set(parts_of(runs_in(pixels)).tolist()) == {0}
