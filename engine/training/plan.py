"""Which samples make each step of an epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.datasets.batch import Loader
from engine.datasets.dataset import ListDataset
from engine.training.config import TrainConfig
from engine.training.ranks import Ranks
from engine.training.repeats import Repeats


@dataclass(frozen=True)
class RankShare:
    """What one process takes of one batch: sample indices, and their share of the whole step."""

    indices: Sequence[int]
    share: float


@dataclass(frozen=True)
class OptimizerStep:
    """The batches of one step of the optimizer, and how many samples all processes take of them."""

    parts: tuple[RankShare, ...]
    samples: int


@dataclass(frozen=True)
class Pass:
    """Steps of an epoch, and what loads their batches."""

    steps: list[OptimizerStep]
    loader: Loader


def prepare(
    train: ListDataset,
    config: TrainConfig,
    ranks: Ranks,
    *,
    repeats: Repeats | None = None,
    done: int,
    pinned: bool,
) -> Pass:
    """The steps of the samples' `epoch` after the first `done`; samples are read from now on.

    With `repeats` samples of rare labels come more than once (`engine.training.repeats`).
    """
    generator = np.random.default_rng((config.seed, train.epoch))
    if repeats is None:
        order = generator.permutation(len(train)).tolist()
    else:
        order = generator.permutation(repeats.draw(generator)).tolist()
    steps = plan(order, ranks, batch_size=config.batch_size, accumulate=config.accumulate)[done:]
    groups = [part.indices for step in steps for part in step.parts]
    return Pass(steps, Loader(train, groups, workers=config.workers, pinned=pinned))


def plan(
    order: Sequence[int], ranks: Ranks, *, batch_size: int, accumulate: int
) -> list[OptimizerStep]:
    """The steps, each of up to `accumulate` batches, as few and as equal as may be.

    A last one of a single sample would move the weights and batch norm as far as a full one does.
    The shares of a step add up to 1 over its batches and all processes, so a step weighs every
    sample the same, however it is cut.
    """
    steps = []
    for step in evenly(order, batch_size * accumulate):
        parts = tuple(_part(batch, ranks, len(step)) for batch in evenly(step, batch_size))
        steps.append(OptimizerStep(parts, len(step)))
    return steps


def evenly(order: Sequence[int], most: int) -> list[Sequence[int]]:
    """The indices in as few groups of up to `most` as will do, of sizes that differ by 1 or 0."""
    count = -(-len(order) // most)
    ends = [len(order) * i // count for i in range(count + 1)]
    return [order[start:end] for start, end in pairwise(ends)]


def _part(batch: Sequence[int], ranks: Ranks, samples: int) -> RankShare:
    own = ranks.share(batch)
    # The processes run in step: one without a sample of its own takes one that counts nothing.
    return RankShare(own, len(own) / samples) if own else RankShare(batch[:1], 0.0)
