import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.export.options import Split
from engine.export.split import groups_of, keeping_parts, sides, split_groups
from engine.values import FrameId

few = settings(max_examples=60, deadline=None)
groups = st.lists(st.integers(0, 12), min_size=1, max_size=40)
shares = st.sampled_from([(0.8, 0.1, 0.1), (0.5, 0.5, 0), (1, 0, 0), (0.34, 0.33, 0.33)])


def pictures(*names):
    return [FrameId(name) for name in names]


def divided(frames, prints=(), **options):
    """The frames of each split."""
    (found,) = sides(frames, Split(**options), prints)
    return {
        name: [frame.path for frame, side in zip(frames, found, strict=True) if side == name]
        for name in ("train", "val", "test")
    }


@few
@given(groups, shares, st.integers(0, 5))
def test_groups_stay_whole_nothing_is_lost_and_train_is_never_empty(groups, fractions, seed):
    items = list(range(len(groups)))
    found = split_groups(items, groups, fractions, seed)
    assert sorted(i for side in found.values() for i in side) == items
    assert found["train"]
    assert all(list(side) == sorted(side) for side in found.values())
    where = [{groups[i] for i in side} for side in found.values()]
    assert sum(map(len, where)) == len(set(groups))
    assert found == split_groups(items, groups, fractions, seed)
    assert not found["test"] or fractions[2]


def test_shares_are_met_and_the_seed_matters():
    frames = pictures(*(f"{i}.jpg" for i in range(100)))
    found = divided(frames, fractions=(0.7, 0.2, 0.1), seed=1)
    assert [len(side) for side in found.values()] == [70, 20, 10]
    assert found != divided(frames, fractions=(0.7, 0.2, 0.1), seed=2)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1, 0, 0]), (2, [1, 1, 0]), (3, [2, 1, 0]), (4, [2, 1, 1])]
)
def test_few_pictures_fill_train_then_val_then_test(count, sizes):
    frames = pictures(*(f"{i}.jpg" for i in range(count)))
    assert [len(side) for side in divided(frames).values()] == sizes


def test_frames_of_a_video_stay_on_one_side_also_those_frozen_as_pictures():
    frames = [FrameId("/v/My clip.mp4", i) for i in range(10)]
    frozen = pictures(*(f"/v/.maskloop/frames/My_clip_{i:06d}.png" for i in range(20, 30)))
    camera = pictures(*(f"/v/.maskloop/frames/cam-20260101-101010_{i:06d}.png" for i in range(9)))
    others = pictures(*(f"/v/{i}.jpg" for i in range(20)))
    found = divided([*frames, *frozen, *camera, *others], fractions=(0.5, 0.5, 0))
    for side in found.values():
        assert sum("clip" in path for path in side) in (0, 20)
        assert sum("cam-" in path for path in side) in (0, 9)


def test_near_duplicates_stay_on_one_side_unless_it_is_not_wanted():
    rng = np.random.default_rng(0)
    prints = [p for _ in range(10) for p in [rng.integers(0, 255, (16, 16), np.uint8)] * 2]
    frames = pictures(*(f"{i}{twin}.jpg" for i in range(10) for twin in "ab"))
    for side in divided(frames, prints, fractions=(0.5, 0.3, 0.2)).values():
        assert all(f"{name[0]}{twin}.jpg" in side for name in side for twin in "ab")
    assert len(set(groups_of(frames, Split(by_likeness=False), prints))) == 20


def test_a_folder_or_a_pattern_stays_on_one_side_on_request():
    frames = pictures(*(f"/{folder}/patient_{i}_eye.png" for folder in "ab" for i in range(5)))
    assert len(set(groups_of(frames, Split()))) == 10
    assert (
        groups_of(frames, Split(by_folder=True))[0] != groups_of(frames, Split(by_folder=True))[9]
    )
    assert len(set(groups_of(frames, Split(by_folder=True)))) == 2
    by_patient = groups_of(frames, Split(by_pattern=r"patient_(\d+)"))
    assert by_patient[:5] == by_patient[5:]
    assert len(set(by_patient)) == 5
    # Who is joined by one of them is joined by both.
    assert len(set(groups_of(frames, Split(by_folder=True, by_pattern=r"patient_(\d)")))) == 1


def test_every_group_is_validated_on_once():
    frames = pictures(*(f"{i}.jpg" for i in range(11)))
    folds = sides(frames, Split(folds=4, seed=3), ())
    assert [fold.count("val") for fold in folds] in (
        [3, 3, 3, 2],
        [2, 3, 3, 3],
        [3, 2, 3, 3],
        [3, 3, 2, 3],
    )
    assert all(sum(fold[i] == "val" for fold in folds) == 1 for i in range(11))
    assert all(fold.count("val") == 1 for fold in sides(frames, Split(folds=11), ()))
    with pytest.raises(ConfigError, match="12 folds"):
        sides(frames, Split(folds=12), ())


@pytest.mark.parametrize("fractions", [(0, 0.5, 0.5), (0.8, 0.1, 0.2), (1.2, -0.1, -0.1)])
def test_impossible_shares_are_refused(fractions):
    with pytest.raises(ConfigError, match="not possible"):
        divided(pictures("a.jpg"), fractions=fractions)


def test_what_a_dataset_has_in_its_parts_stays_there():
    frames = pictures(*(f"{i}.jpg" for i in range(30)))
    parts = {"train": frames[:6], "val": frames[6:8], "test": frames[8:10]}
    found = keeping_parts(frames, Split(), (), parts)
    assert found[:10] == [*["train"] * 6, *["val"] * 2, *["test"] * 2]
    assert set(found[10:]) == {"train", "val"}
    del parts["val"]
    found = keeping_parts(frames[:10], Split(), (), parts)
    assert found[8:] == ["test"] * 2
    assert set(found[:8]) == {"train", "val"}


def test_parts_without_anything_to_train_on_are_not_kept():
    frames = pictures(*(f"{i}.jpg" for i in range(10)))
    assert "train" in keeping_parts(frames, Split(), (), {"test": frames})
    assert keeping_parts(frames[:2], Split(), (), {"train": frames[:1], "val": frames[1:2]}) == [
        "train",
        "val",
    ]
