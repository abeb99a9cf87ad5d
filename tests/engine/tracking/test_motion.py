import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tracking.motion import PLACE, VELOCITY, ahead, begin, seen

ALL = np.ones(1, bool)


def boxes_at(x: float, y: float, width: float = 20, height: float = 40) -> np.ndarray:
    return np.array([[x, y, x + width, y + height]], np.float32)


def test_what_was_seen_once_rests() -> None:
    motion = ahead(begin(boxes_at(10, 20)), 5, growing=ALL)
    assert np.allclose(motion.boxes, boxes_at(10, 20), atol=1e-3)


def test_a_steady_pace_is_learnt() -> None:
    motion = begin(boxes_at(0, 50))
    for frame in range(1, 20):
        motion = seen(ahead(motion, 1, growing=ALL), boxes_at(4 * frame, 50 - frame))
    expected = ahead(motion, 5, growing=ALL)
    assert np.allclose(expected.boxes, boxes_at(4 * 24, 50 - 24), atol=1.5)


def test_five_steps_are_five_times_one() -> None:
    motion = seen(ahead(begin(boxes_at(0, 50)), 1, growing=ALL), boxes_at(5, 50))
    one_by_one = motion
    for _ in range(5):
        one_by_one = ahead(one_by_one, 1, growing=ALL)
    at_once = ahead(motion, 5, growing=ALL)
    assert np.allclose(at_once.boxes, one_by_one.boxes)
    assert np.allclose(at_once.place_variance, one_by_one.place_variance)


def test_it_is_the_filter_of_matrices() -> None:
    """Against the Kalman filter as every text book has it, for the centre's x."""
    motion = begin(boxes_at(0, 0, 20, 40))
    state = np.array([10.0, 0.0])
    covariance = np.diag([(2 * PLACE * 40) ** 2, (10 * VELOCITY * 40) ** 2])
    step = np.array([[1.0, 1.0], [0.0, 1.0]])
    noise = np.diag([(PLACE * 40) ** 2, (VELOCITY * 40) ** 2])
    for x in (3.0, 5.0, 11.0, 12.0):
        motion = seen(ahead(motion, 1, growing=ALL), boxes_at(x - 10, 0, 20, 40))
        state, covariance = step @ state, step @ covariance @ step.T + noise
        gain = covariance[:, 0] / (covariance[0, 0] + (PLACE * 40) ** 2)
        state = state + gain * (x - state[0])
        covariance = covariance - np.outer(gain, covariance[0])
        assert motion.place[0, 0] == pytest.approx(state[0])
        assert motion.velocity[0, 0] == pytest.approx(state[1])
        assert motion.velocity_variance[0, 0] == pytest.approx(covariance[1, 1])


def test_what_is_out_of_sight_keeps_its_height() -> None:
    motion = begin(boxes_at(0, 0, 20, 40))
    for frame in range(1, 10):
        motion = seen(ahead(motion, 1, growing=ALL), boxes_at(0, 0, 20 + frame, 40 + 2 * frame))
    _, y1, _, y2 = ahead(motion, 20, growing=~ALL).boxes[0]
    assert y2 - y1 == pytest.approx(motion.place[0, 3], abs=0.01)


@given(st.integers(0, 5), st.integers(1, 40), st.floats(0.5, 200), st.floats(0.5, 200))
def test_boxes_stay_boxes(count: int, steps: int, width: float, height: float) -> None:
    motion = begin(np.repeat(boxes_at(3, 4, width, height), count, axis=0))
    motion = ahead(motion, steps, growing=np.ones(count, bool))
    motion = seen(motion, np.repeat(boxes_at(9, 9, height, width), count, axis=0))
    assert motion.boxes.shape == (count, 4)
    assert np.isfinite(motion.boxes).all()
    assert (motion.boxes[:, 2:] > motion.boxes[:, :2]).all()
