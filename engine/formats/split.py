"""A seeded split into train, val and test that keeps what belongs together on one side."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from engine.errors import ConfigError
from engine.formats.duplicates import Fingerprint, near_duplicates
from engine.values import Sample

NAMES = ("train", "val", "test")
T = TypeVar("T")


def split(
    samples: Sequence[Sample],
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    seed: int = 0,
    *,
    prints: Sequence[Fingerprint | None] | None = None,
) -> dict[str, tuple[Sample, ...]]:
    """Samples by "train", "val" and "test", in their order; train is never empty.

    Frames of one video stay together, and so do pictures with nearly the same fingerprint.
    """
    alike = near_duplicates(prints) if prints is not None else list(range(len(samples)))
    frames_of: dict[str, int] = defaultdict(int)
    for sample in samples:
        frames_of[sample.frame_id.path] += 1
    groups: list[Hashable] = [
        sample.frame_id.path if frames_of[sample.frame_id.path] > 1 else number
        for sample, number in zip(samples, alike, strict=True)
    ]
    return split_groups(samples, groups, fractions, seed)


def split_groups(
    items: Sequence[T],
    groups: Sequence[Hashable],
    fractions: tuple[float, float, float],
    seed: int,
) -> dict[str, tuple[T, ...]]:
    """Items by split; items of one group stay together. Small sets get val before test."""
    check_fractions(fractions)
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    sides = _assign([len(m) for m in members.values()], fractions, seed)
    side_of = {i: side for side, m in zip(sides, members.values(), strict=True) for i in m}
    return {
        name: tuple(item for i, item in enumerate(items) if side_of[i] == side)
        for side, name in enumerate(NAMES)
    }


def check_fractions(fractions: tuple[float, float, float]) -> None:
    """ConfigError unless they are shares of one with some for training."""
    is_share = all(0 <= f <= 1 for f in fractions) and abs(sum(fractions) - 1) < 1e-6
    if not is_share or fractions[0] == 0:
        raise ConfigError(
            f"The split {fractions} is not possible.",
            hint="Give three shares that add up to 1, the first above 0, as 0.8 0.1 0.1.",
        )


def _assign(sizes: list[int], fractions: tuple[float, float, float], seed: int) -> list[int]:
    """The side of each group: large groups first, each where most is missing."""
    shuffled = np.random.default_rng(seed).permutation(len(sizes)).tolist()
    order = sorted(shuffled, key=lambda i: -sizes[i])
    missing = np.array(fractions) * sum(sizes)
    sides = [0] * len(sizes)
    for i in order:
        sides[i] = int(np.argmax(missing))
        missing[sides[i]] -= sizes[i]
    for side, least in ((0, 1), (1, 2), (2, 4)):
        is_wanted = fractions[side] > 0 and len(sizes) >= least
        if is_wanted and side not in sides:
            largest = max(range(3), key=sides.count)
            sides[next(i for i in reversed(order) if sides[i] == largest)] = side
    return sides
