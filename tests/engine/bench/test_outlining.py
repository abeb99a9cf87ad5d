"""A person who sees the truth draws it with few corners, and mends what is wrong."""

import numpy as np
import pytest

from engine.bench.outlining import (
    GOAL,
    after,
    corners_of,
    correction_of,
    farthest_from,
    goal_of_parts,
    holes_of,
    middle_line,
    middle_way,
    mostly_inside,
    outline_ring,
    without_holes,
)
from engine.evaluation.clicks import overlap


def at_once(point):
    return point


def disc(radius, shape=(120, 160), middle=(60, 80)):
    y, x = np.ogrid[: shape[0], : shape[1]]
    return (y - middle[0]) ** 2 + (x - middle[1]) ** 2 <= radius**2


def test_a_square_needs_its_four_corners():
    truth = np.zeros((90, 90), np.bool_)
    truth[20:70, 10:60] = True
    corners = corners_of(truth, at_once)
    assert sorted(corners.points) == [(10, 20), (10, 70), (60, 20), (60, 70)]


def test_a_disc_needs_no_more_corners_than_the_goal_asks_for():
    few, many = corners_of(disc(40), at_once), corners_of(disc(40), at_once, 0.98)
    assert 5 <= len(few.points) < len(many.points)
    assert few.tolerance > many.tolerance


def test_what_is_in_two_halves_has_no_single_polygon():
    assert corners_of(disc(20) | disc(20, middle=(60, 20)), at_once) is None


def test_the_outline_and_a_hole_are_drawn_better_than_either_alone():
    truth = disc(40) & ~disc(24) & ~disc(3, middle=(60, 112))
    assert [int(hole.sum()) for hole in holes_of(truth)] == [disc(24).sum(), disc(3).sum()]
    assert holes_of(disc(40)) == []
    goal = goal_of_parts(truth, at_once)
    assert GOAL < goal < 0.98
    assert goal_of_parts(disc(40), at_once) == GOAL


@pytest.mark.parametrize("is_lacking", [True, False])
def test_a_correction_makes_it_better(is_lacking):
    truth, wrong = disc(40), disc(40)
    bar = np.zeros_like(truth)
    bar[30:90, 70:84] = True
    if is_lacking:
        wrong &= ~bar
    else:
        truth = truth & ~bar
    before = overlap(truth, wrong)
    correction, iou = correction_of(truth, wrong, at_once)
    assert correction.is_erasing is not is_lacking
    assert iou == after(truth, wrong, correction) > max(before, GOAL - 0.05)


def test_there_is_nothing_to_correct_where_nothing_is_wrong():
    assert correction_of(disc(30), disc(30), at_once) is None


def test_the_way_goes_through_the_middle_from_end_to_end():
    bar = np.zeros((60, 200), np.bool_)
    bar[20:41, 10:190] = True
    way = middle_way(bar)
    columns = sorted(x for _, x in way)
    assert columns[0] < 15
    assert columns[-1] > 184
    assert all(abs(y - 30) <= 2 for y, x in way if 40 < x < 160)


def test_a_line_along_the_outline_is_near_it():
    ring = outline_ring(disc(40))
    assert farthest_from(ring[:20], ring) == 0
    assert farthest_from([(80, 60)], ring) == pytest.approx(39, abs=1)


def test_parts_that_lie_half_inside_count_as_a_whole():
    ids = np.repeat(np.arange(4, dtype=np.int32), 10)[None].repeat(5, axis=0)
    truth = np.zeros((5, 40), np.bool_)
    truth[:, 5:24] = True
    assert mostly_inside(ids, truth).any(axis=0).nonzero()[0].tolist() == [*range(20)]


def test_without_holes_it_is_whole():
    assert np.array_equal(without_holes(disc(30) & ~disc(10)), disc(30))
    assert np.array_equal(without_holes(disc(30)), disc(30))


def test_a_simple_line_through_a_bar_has_two_ends():
    bar = np.zeros((60, 200), np.bool_)
    bar[20:41, 10:190] = True
    assert len(middle_line(bar)) <= 4
