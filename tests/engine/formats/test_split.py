import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.formats.split import split, split_groups
from engine.values import FrameId, Sample

few = settings(max_examples=60, deadline=None)
groups = st.lists(st.integers(0, 12), min_size=1, max_size=40)
shares = st.sampled_from([(0.8, 0.1, 0.1), (0.5, 0.5, 0), (1, 0, 0), (0.34, 0.33, 0.33)])


def pictures(*names):
    return [Sample(FrameId(name)) for name in names]


@few
@given(groups, shares, st.integers(0, 5))
def test_groups_stay_whole_nothing_is_lost_and_train_is_never_empty(groups, fractions, seed):
    items = list(range(len(groups)))
    sides = split_groups(items, groups, fractions, seed)
    assert sorted(i for side in sides.values() for i in side) == items
    assert sides["train"]
    assert all(list(side) == sorted(side) for side in sides.values())
    where = [{groups[i] for i in side} for side in sides.values()]
    assert sum(map(len, where)) == len(set(groups))
    assert sides == split_groups(items, groups, fractions, seed)
    assert not sides["test"] or fractions[2]


def test_shares_are_met_and_the_seed_matters():
    samples = pictures(*(f"{i}.jpg" for i in range(100)))
    sides = split(samples, (0.7, 0.2, 0.1), seed=1)
    assert [len(side) for side in sides.values()] == [70, 20, 10]
    assert sides != split(samples, (0.7, 0.2, 0.1), seed=2)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1, 0, 0]), (2, [1, 1, 0]), (3, [2, 1, 0]), (4, [2, 1, 1])]
)
def test_few_pictures_fill_train_then_val_then_test(count, sizes):
    samples = pictures(*(f"{i}.jpg" for i in range(count)))
    assert [len(side) for side in split(samples).values()] == sizes


def test_frames_of_a_video_stay_on_one_side():
    frames = [Sample(FrameId("v.mp4", i)) for i in range(20)]
    sides = split([*frames, *pictures(*(f"{i}.jpg" for i in range(20)))], (0.5, 0.5, 0))
    for side in sides.values():
        assert sum(s.frame_id.path == "v.mp4" for s in side) in (0, 20)


def test_near_duplicates_stay_on_one_side():
    rng = np.random.default_rng(0)
    prints = [rng.integers(0, 255, (16, 16), np.uint8) for _ in range(10)]
    samples = pictures(*(f"{i}{twin}.jpg" for i in range(10) for twin in "ab"))
    sides = split(samples, (0.5, 0.3, 0.2), prints=[p for p in prints for _ in "ab"])
    for side in sides.values():
        names = {s.frame_id.path for s in side}
        assert all(f"{name[0]}{twin}.jpg" in names for name in names for twin in "ab")


@pytest.mark.parametrize("fractions", [(0, 0.5, 0.5), (0.8, 0.1, 0.2), (1.2, -0.1, -0.1)])
def test_impossible_shares_are_refused(fractions):
    with pytest.raises(ConfigError, match="not possible"):
        split(pictures("a.jpg"), fractions)
