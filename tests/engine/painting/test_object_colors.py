from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.painting.object_colors import COUNT, MOST, PALETTE, object_colors


def boxes_in_a_row(count, step=50.0):
    left = np.arange(count, dtype=np.float32) * step
    return np.stack([left, left * 0, left + 20, left * 0 + 20], axis=1)


def test_the_palette_tells_apart():
    assert len(set(PALETTE)) == COUNT
    for a in range(COUNT):
        for b in range(a):
            assert np.abs(np.subtract(PALETTE[a], PALETTE[b])).sum() > 30


@given(st.lists(st.text(max_size=4), min_size=2, max_size=12, unique=True))
def test_touching_objects_never_share_a_color(keys):
    colors = object_colors(keys, boxes_in_a_row(len(keys), step=18.0))
    assert all(a != b for a, b in pairwise(colors))


def test_an_object_keeps_its_color_when_others_come_and_go():
    keys = [f"object {n}" for n in range(40)]
    colors = object_colors(keys, boxes_in_a_row(40))
    assert object_colors(keys[5:], boxes_in_a_row(40)[5:]) == colors[5:]
    assert object_colors([*keys, "new"], boxes_in_a_row(41))[:40] == colors


def test_nothing_and_a_crowd_have_colors_too():
    assert object_colors([], np.zeros((0, 4), np.float32)) == []
    crowd = [str(n) for n in range(MOST + 50)]
    assert len(object_colors(crowd, np.zeros((MOST + 50, 4), np.float32))) == MOST + 50
