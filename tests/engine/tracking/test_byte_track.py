from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.tracking.byte_track import PATIENCE, Tracks, follow, least_conf
from engine.values import Box, Detection, Mask

CONF = 0.5
Found = list[Detection]


def at(x: float, y: float, side: float = 40, score: float = 0.9, label_id: int = 1) -> Detection:
    box = Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    return Detection(box, label_id, score)


def play(frames: Iterable[Found], *, steps: int = 1) -> list[tuple[Detection, ...]]:
    tracks, said = Tracks(), []
    for found in frames:
        tracks, kept = follow(tracks, found, CONF, steps=steps)
        said.append(kept)
    return said


def ids(said: Sequence[Detection]) -> list[int | None]:
    return [each.track for each in said]


def test_in_the_first_frame_everything_has_a_number() -> None:
    (said,) = play([[at(50, 50), at(200, 50), at(50, 200, score=0.2)]])
    assert ids(said) == [1, 2]


def test_what_is_seen_once_has_no_number_until_it_is_seen_again() -> None:
    said = play([[], [at(50, 50)], [at(52, 50)], [at(54, 50)]])
    assert [ids(each) for each in said] == [[], [None], [1], [1]]


def test_a_flicker_uses_up_no_number() -> None:
    said = play([[], [at(50, 50)], [], [at(300, 300)], [at(302, 300)]])
    assert ids(said[-1]) == [1]


def test_two_that_cross_keep_their_numbers() -> None:
    """They pass 30 pixels apart, so that their boxes overlap for a while."""
    frames = [[at(20 + 8 * n, 100), at(420 - 8 * n, 130)] for n in range(51)]
    said = play(frames)
    assert all(ids(each) == [1, 2] for each in said)


def test_an_object_half_hidden_is_kept_by_its_low_score() -> None:
    scores = [0.9] * 5 + [0.2] * 10 + [0.9] * 5
    said = play([[at(50 + 4 * n, 50, score=score)] for n, score in enumerate(scores)])
    assert all(ids(each) == [1] for each in said)


def test_a_low_score_alone_is_nothing() -> None:
    said = play([[at(50, 50, score=0.3)]] * 10)
    assert all(each == () for each in said)


def test_an_object_behind_a_wall_has_its_number_when_it_comes_out() -> None:
    def seen(n: int) -> Found:
        return [] if 15 <= n < 30 else [at(40 + 5 * n, 80)]

    said = play(seen(n) for n in range(45))
    assert [ids(each) for each in said[:15]] == [[1]] * 15
    assert [ids(each) for each in said[30:]] == [[1]] * 15


def test_missed_frames_change_nothing() -> None:
    found = [[at(50 + 3 * n, 60)] if n % 3 else [] for n in range(1, 60)]
    assert {number for each in play(found) for number in ids(each)} == {1}


def test_frames_left_out_are_counted_by_the_motion() -> None:
    """A live model that sees every fifth frame."""
    said = play(([at(50 + 30 * n, 60, side=60)] for n in range(20)), steps=5)
    assert all(ids(each) == [1] for each in said)


def test_what_is_lost_too_long_comes_back_as_another() -> None:
    said = play([[at(50, 50)]] * 3 + [[]] * (PATIENCE + 1) + [[at(50, 50)]] * 2)
    assert ids(said[-1]) == [2]


def test_an_object_that_comes_closer_keeps_its_number() -> None:
    said = play([at(200, 200, side=20 * 1.06**n)] for n in range(50))
    assert all(ids(each) == [1] for each in said)


def test_labels_do_not_mix() -> None:
    said = play([[at(50, 50, label_id=1)], [at(50, 50, label_id=2)], [at(50, 50, label_id=2)]])
    assert [ids(each) for each in said] == [[1], [None], [2]]


def test_masks_are_followed_like_boxes() -> None:
    masks = [Mask(10 + 2 * n, 20, np.ones((30, 20), bool)) for n in range(6)]
    said = play([[Detection(mask, 1, 0.9)] for mask in masks])
    assert all(ids(each) == [1] for each in said)
    assert said[3][0].region == masks[3]


def test_the_tracks_before_are_as_they_were() -> None:
    """A paused frame is decided again from the state before it."""
    before, _ = follow(Tracks(), [at(50, 50)], CONF)
    first = follow(before, [at(54, 50), at(200, 200)], CONF)
    again = follow(before, [at(54, 50), at(200, 200)], CONF)
    assert first[1] == again[1]
    assert np.array_equal(first[0].motion.place, again[0].motion.place)


@st.composite
def scenes(draw: st.DrawFn) -> list[Found]:
    place = st.floats(0, 300, width=32)
    one = st.builds(
        at, place, place, st.floats(4, 90, width=32), st.floats(0.1, 1), st.integers(1, 3)
    )
    return draw(st.lists(st.lists(one, max_size=6), max_size=12))


@given(scenes())
def test_numbers_are_unique_and_nothing_is_invented(frames: list[Found]) -> None:
    labels: dict[int, int] = {}
    for found, said in zip(frames, play(frames), strict=True):
        numbers = [number for number in ids(said) if number is not None]
        assert len(numbers) == len(set(numbers))
        plain = [(each.region, each.label_id, each.score) for each in found]
        for each in said:
            assert (each.region, each.label_id, each.score) in plain
            if each.track is not None:
                assert labels.setdefault(each.track, each.label_id) == each.label_id
        assert sum(each.score >= CONF for each in said) == sum(d.score >= CONF for d in found)
    if labels:
        assert sorted(labels) == list(range(1, len(labels) + 1))


def test_unsure_detections_are_wanted_below_the_threshold() -> None:
    assert least_conf(0.5) == 0.1
    assert least_conf(0.05) == 0.05
