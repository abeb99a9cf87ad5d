"""How long selective search takes for a picture, and what grouping all at once gains."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.bench.clock import median_ms
from engine.bench.registry import Measurement, register
from engine.demo_input import photograph
from engine.region_proposals.colors import Pixels, in_space
from engine.region_proposals.grouping import group
from engine.region_proposals.propose import propose
from engine.region_proposals.regions import Floats, SegmentMap, describe, segment
from engine.region_proposals.selective_search import STRATEGIES, SearchMode, Strategy, working

PICTURE = "coffee.png"
SECONDS = 1.0
MODES: tuple[SearchMode, ...] = ("fast", "quality")


@register("proposals")
def measure() -> list[Measurement]:
    """Both modes from pixels to boxes; their groupings in step against one after another; and one
    grouping against one that compares all neighbours anew at every merge."""
    pixels = photograph(PICTURE)
    rows = []
    for mode in MODES:
        taken = median_ms(partial(propose, pixels, mode), seconds=SECONDS, at_least=3)
        rows.append(Measurement(f"proposals.{mode}", taken / 1000, "s"))
    small = working(pixels)
    return [*rows, *(_in_step(small, mode) for mode in MODES), _one(small)]


def group_plainly(regions: SegmentMap) -> NDArray[np.float32]:
    """The same grouping by all four likenesses, every pair of neighbours compared at every merge,
    in one pass of numpy: how alike the merged were (n - 1,)."""
    features = np.concatenate([regions.colors, regions.textures], axis=1)
    sizes, boxes = regions.sizes.astype(np.float32), regions.boxes.copy()
    pairs, found = regions.pairs, []
    while len(pairs):
        likeness = _likeness(features, sizes, boxes, pairs, regions.ids.size)
        best = int(likeness.argmax())
        found.append(likeness[best])
        kept, gone = pairs[best]
        share = sizes[kept] / (sizes[kept] + sizes[gone])
        features[kept] = features[kept] * share + features[gone] * (1 - share)
        sizes[kept] += sizes[gone]
        boxes[kept, :2] = np.minimum(boxes[kept, :2], boxes[gone, :2])
        boxes[kept, 2:] = np.maximum(boxes[kept, 2:], boxes[gone, 2:])
        pairs = np.where(pairs == gone, kept, pairs)
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        keys = np.unique(pairs.min(axis=1) * len(sizes) + pairs.max(axis=1))
        pairs = np.stack(np.divmod(keys, len(sizes)), axis=1)
    return np.array(found, np.float32)


def _likeness(
    features: Floats, sizes: Floats, boxes: Floats, pairs: NDArray[np.int64], pixels: int
) -> Floats:
    first, second = pairs.T
    both = sizes[first] + sizes[second]
    low = np.minimum(boxes[first, :2], boxes[second, :2])
    high = np.maximum(boxes[first, 2:], boxes[second, 2:])
    empty = np.maximum((high - low).prod(axis=1) - both, 0)
    shared = np.minimum(features[first], features[second]).sum(axis=1)
    result: Floats = shared + (1 - both / pixels) + (1 - empty / pixels)
    return result


def _in_step(small: Pixels, mode: SearchMode) -> Measurement:
    """All groupings of a mode, their first regions given."""
    strategies = STRATEGIES[mode]
    starts = {s[:2]: _regions(small, s) for s in strategies}
    regions = [starts[s[:2]] for s in strategies]
    similarities = [s.similarity for s in strategies]
    size_hw = (small.shape[0], small.shape[1])
    each = [([r], [s]) for r, s in zip(regions, similarities, strict=True)]
    ours = median_ms(lambda: group(regions, similarities, size_hw), seconds=SECONDS, at_least=3)
    rival = median_ms(lambda: [group(*one, size_hw) for one in each], seconds=SECONDS, at_least=3)
    return Measurement(
        f"proposals.{mode}_groupings", ours, "ms", "one grouping after another", rival
    )


def _one(small: Pixels) -> Measurement:
    regions, size_hw = _regions(small, Strategy()), (small.shape[0], small.shape[1])
    ours = median_ms(lambda: group([regions], ["CTSF"], size_hw), seconds=SECONDS, at_least=3)
    rival = median_ms(lambda: group_plainly(regions), seconds=SECONDS, at_least=3)
    return Measurement("proposals.one_grouping", ours, "ms", "all neighbours compared anew", rival)


def _regions(small: Pixels, strategy: Strategy) -> SegmentMap:
    converted = in_space(small, strategy.space)
    return describe(converted, segment(converted, strategy.scale))
