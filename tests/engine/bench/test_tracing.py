"""A hand that follows a border, and the stretches of it that an outline has wrong."""

import numpy as np
import pytest

from engine.bench.tracing import SDS_IN_WIDTH, border_of, shaken, wrong_stretches


def rect(left, top, right, bottom):
    pixels = np.zeros((80, 100), np.bool_)
    pixels[top:bottom, left:right] = True
    return pixels


SQUARE = rect(20, 20, 60, 60)


def test_a_border_goes_around_along_the_edges_of_the_pixels():
    border = border_of(SQUARE, SQUARE)
    assert len(border.points) == 160
    assert (np.isin(border.points, (20, 60)).sum(axis=1) == 1).all()
    steps = np.linalg.norm(np.diff(border.points, axis=0), axis=1)
    assert steps.max() <= 1
    assert border.off.max() == 0
    assert wrong_stretches(border, 0.1) == [(0, 160)], "all of it, and nothing that is wrong"


def test_what_is_off_is_one_stretch_and_two_are_also_taken_together():
    found = SQUARE & ~rect(30, 20, 50, 26) | rect(30, 60, 50, 66)
    border = border_of(SQUARE, found)
    stretches = wrong_stretches(border, 2)
    lines = [np.array(border.line(*each)) for each in stretches]
    assert len(lines) == 5, "all, each alone, and from either to the other"
    ends = {tuple(sorted({y for _, y in line.tolist()}))[:1] for line in lines if len(line) < 30}
    assert ends == {(20.0,), (60.0,)}
    assert sum(len(line) > 60 for line in lines) == 3


def test_a_stretch_goes_around_the_end_of_the_ring():
    border = border_of(SQUARE, SQUARE & ~rect(20, 20, 32, 32))
    (_, (start, count)) = wrong_stretches(border, 2)
    line = np.array(border.line(start, count))
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() <= 1
    assert 16 <= count <= 24


def test_a_hand_is_beside_the_line_as_its_width_allows_and_begins_on_it():
    line = [(float(x), 50.0) for x in range(4000)]
    drawn = np.array(shaken(line, 12.0, np.random.default_rng(0)))
    assert drawn[0].tolist() == [0, 50]
    off = drawn[::12, 1] - 50
    assert off.std() == pytest.approx(12 / SDS_IN_WIDTH, rel=0.15)
    assert np.abs(np.diff(drawn[:, 1])).max() < 2, "it does not jump"
    assert shaken(line, 12.0, np.random.default_rng(0)) == shaken(
        line, 12.0, np.random.default_rng(0)
    )
