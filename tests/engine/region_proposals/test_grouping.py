"""Grouping: one merge after the other, each level made of the one before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.region_proposals.grouping import Hierarchy, group
from engine.region_proposals.propose import hierarchy
from engine.region_proposals.regions import SegmentMap, describe
from engine.region_proposals.selective_search import Strategy

MIXES = ("CTSF", "TSF", "F", "S")


def regions_of(ids: np.ndarray, seed: int = 0) -> SegmentMap:
    """Regions of any shape in a picture of noise."""
    ids = np.unique(ids, return_inverse=True)[1].reshape(ids.shape).astype(np.int32)
    pixels = np.random.default_rng(seed).integers(0, 256, (*ids.shape, 3), np.uint8)
    return describe(pixels, ids)


maps = arrays(np.int32, (7, 9), elements=st.integers(0, 12))


def plainly(regions: SegmentMap, mix: str) -> list[tuple[int, int]]:
    """The merges of the paper's algorithm as it is written, pair by pair."""
    features = [(r, t, s, b) for r, t, s, b in zip(*of(regions), strict=True)]
    pairs = {tuple(p): alike(features, *p, mix, regions.ids.size) for p in regions.pairs.tolist()}
    merges = []
    while pairs:
        a, b = max(pairs, key=lambda pair: pairs[pair])
        (c1, t1, s1, b1), (c2, t2, s2, b2) = features[a], features[b]
        color, texture = ((x * s1 + y * s2) / (s1 + s2) for x, y in ((c1, c2), (t1, t2)))
        box = np.r_[np.minimum(b1[:2], b2[:2]), np.maximum(b1[2:], b2[2:])]
        features.append((color, texture, s1 + s2, box))
        around = {i for pair in pairs for i in pair if {a, b} & set(pair)} - {a, b}
        pairs = {pair: value for pair, value in pairs.items() if not {a, b} & set(pair)}
        new = len(features) - 1
        pairs |= {(i, new): alike(features, i, new, mix, regions.ids.size) for i in around}
        merges.append((a, b))
    return merges


def of(regions: SegmentMap):
    return regions.colors, regions.textures, regions.sizes, regions.boxes


def alike(features, a: int, b: int, mix: str, pixels: int) -> float:
    (c1, t1, s1, b1), (c2, t2, s2, b2) = features[a], features[b]
    sides = np.maximum(b1[2:], b2[2:]) - np.minimum(b1[:2], b2[:2])
    parts = {
        "C": np.minimum(c1, c2).sum(),
        "T": np.minimum(t1, t2).sum(),
        "S": 1 - (s1 + s2) / pixels,
        "F": 1 - (sides.prod() - s1 - s2) / pixels,
    }
    return sum(float(parts[letter]) for letter in mix)


@pytest.mark.parametrize("mix", ["CTSF", "TSF"])
def test_the_merges_are_those_of_the_algorithm_as_it_is_written(mix):
    rows, columns = np.mgrid[:40, :50]
    regions = regions_of(rows // 6 * 20 + columns // (4 + rows // 13))
    (found,) = group([regions], [mix], (40, 50))
    assert [set(pair) for pair in found.merges.tolist()] == [
        set(pair) for pair in plainly(regions, mix)
    ]


@given(maps, st.sampled_from(MIXES))
@settings(max_examples=60, deadline=None)
def test_a_grouping_ends_with_one_region(ids, mix):
    regions = regions_of(ids)
    (found,) = group([regions], [mix], ids.shape)
    count = len(regions)
    assert found.merges.shape == (count - 1, 2)
    assert found.boxes.shape == (2 * count - 1, 4)
    # Every node but the last is merged exactly once.
    assert sorted(found.merges.ravel()) == list(range(2 * count - 2))
    assert found.boxes[-1].tolist() == [0, 0, 9, 7]
    assert (found.similarities >= 0).all()
    assert (found.similarities <= len(mix) + 1e-5).all()


@given(st.lists(st.tuples(maps, st.sampled_from(MIXES)), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_groupings_together_are_as_each_alone(given_):
    regions = [regions_of(ids, seed) for seed, (ids, _) in enumerate(given_)]
    mixes = [mix for _, mix in given_]
    together = group(regions, mixes, (7, 9))
    for each, mix, found in zip(regions, mixes, together, strict=True):
        (alone,) = group([each], [mix], (7, 9))
        assert np.array_equal(found.merges, alone.merges)
        assert np.array_equal(found.boxes, alone.boxes)


def test_groupings_that_do_not_fit_at_once_are_made_in_turn(monkeypatch):
    regions = [regions_of(np.arange(63).reshape(7, 9) // k) for k in (2, 3, 4)]
    before = group(regions, ["CTSF"] * 3, (7, 9))
    monkeypatch.setattr("engine.region_proposals.grouping.AT_ONCE", 1)
    after = group(regions, ["CTSF"] * 3, (7, 9))
    for a, b in zip(before, after, strict=True):
        assert np.array_equal(a.merges, b.merges)


@given(maps)
@settings(max_examples=30, deadline=None)
def test_each_level_is_nested_in_the_next(ids):
    (found,) = group([regions_of(ids)], ["CTSF"], (14, 27))
    before = found.regions_at(0)
    assert before.shape == (14, 27)
    for level in range(found.levels):
        now = found.regions_at(level)
        nodes = found.nodes_at(level)
        assert len(nodes) == found.levels - level
        assert np.array_equal(np.unique(now), nodes)
        # A region of the level before lies in one region of this level.
        pairs = np.unique(np.stack([before.ravel(), now.ravel()]), axis=1)
        assert len(np.unique(pairs[0])) == pairs.shape[1]
        before = now
    assert (before == before[0, 0]).all()


@given(maps)
@settings(max_examples=30, deadline=None)
def test_boxes_lie_tight_around_their_regions(ids):
    (found,) = group([regions_of(ids)], ["TSF"], (7, 9))
    for level in (0, found.levels // 2, found.levels - 1):
        regions = found.regions_at(level)
        for node in found.nodes_at(level):
            rows, columns = np.nonzero(regions == node)
            assert found.boxes[node].tolist() == [
                columns.min(),
                rows.min(),
                columns.max() + 1,
                rows.max() + 1,
            ]


@given(maps)
@settings(max_examples=30, deadline=None)
def test_a_node_is_a_range_of_leaves(ids):
    (found,) = group([regions_of(ids)], ["F"], (7, 9))
    places, ranges = found.leaf_ranges()
    assert sorted(places) == list(range(found.levels))
    for level in (0, found.levels // 2, found.levels - 1):
        regions = found.regions_at(level)
        for node in found.nodes_at(level):
            first, end = ranges[node]
            covered = (places[found.ids] >= first) & (places[found.ids] < end)
            assert np.array_equal(covered, regions == node)


def test_a_level_that_is_none_is_refused():
    found = hierarchy(np.zeros((10, 12, 3), np.uint8))
    assert found.levels == 1
    for level in (-1, 1):
        with pytest.raises(ValueError, match="Levels"):
            found.regions_at(level)


def test_a_frame_is_grouped_at_its_own_size():
    pixels = np.zeros((600, 800, 3), np.uint8)
    pixels[100:300, 200:500] = 255, 0, 0
    found = hierarchy(pixels, Strategy("rgb", 100.0))
    assert isinstance(found, Hierarchy)
    assert found.size_hw == found.regions_at(0).shape == (600, 800)
    red = found.regions_at(0)[200, 300]
    box = found.boxes[red]
    assert np.abs(box - [200, 100, 500, 300]).max() <= 12
