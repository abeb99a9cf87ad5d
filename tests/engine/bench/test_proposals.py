"""The measurement of selective search runs, here on a very small picture, and compares fairly."""

import numpy as np

from engine.bench import proposals
from engine.region_proposals.grouping import group
from engine.region_proposals.regions import describe, segment
from engine.region_proposals.selective_search import Strategy
from tests.make import make_pixels


def test_the_rival_makes_the_same_grouping():
    blocks = np.random.default_rng(0).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    pixels = blocks.repeat(8, axis=0).repeat(8, axis=1)
    regions = describe(pixels, segment(pixels, 50))
    (ours,) = group([regions], ["CTSF"], (48, 64))
    assert len(ours.similarities) > 20
    np.testing.assert_allclose(proposals.group_plainly(regions), ours.similarities, rtol=1e-3)


def test_a_small_picture_is_measured(monkeypatch):
    monkeypatch.setattr(proposals, "SECONDS", 0)
    monkeypatch.setattr(proposals, "photograph", lambda _: make_pixels((32, 40)))
    few = {"fast": (Strategy(), Strategy("lab")), "quality": (Strategy(), Strategy("hue"))}
    monkeypatch.setattr(proposals, "STRATEGIES", few)
    rows = {row.id.removeprefix("proposals."): row for row in proposals.measure()}
    assert list(rows) == ["fast", "quality", "fast_groupings", "quality_groupings", "one_grouping"]
    assert all(row.value > 0 for row in rows.values())
    assert rows["fast_groupings"].rival_value
    assert rows["one_grouping"].rival_value
