"""Which samples make each step of an epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.datasets.batch import Loader
from engine.datasets.dataset import ListDataset
from engine.training.config import TrainConfig
from engine.training.ranks import Ranks


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
    train: ListDataset, config: TrainConfig, ranks: Ranks, *, done: int, pinned: bool
) -> Pass:
    """The steps of the samples' `epoch` after the first `done`; samples are read from now on."""
    order = np.random.default_rng((config.seed, train.epoch)).permutation(len(train)).tolist()
    steps = plan(order, ranks, batch_size=config.batch_size, accumulate=config.accumulate)[done:]
    groups = [part.indices for step in steps for part in step.parts]
    return Pass(steps, Loader(train, groups, workers=config.workers, pinned=pinned))


def plan(
    order: Sequence[int], ranks: Ranks, *, batch_size: int, accumulate: int
) -> list[OptimizerStep]:
    """The steps, each of up to `accumulate` batches; the last step and batch may be smaller.

    The shares of a step add up to 1 over its batches and all processes, so a step weighs every
    sample the same, however it is cut.
    """
    whole = batch_size * accumulate
    steps = []
    for start in range(0, len(order), whole):
        step = order[start : start + whole]
        batches = [step[i : i + batch_size] for i in range(0, len(step), batch_size)]
        parts = tuple(_part(batch, ranks, len(step)) for batch in batches)
        steps.append(OptimizerStep(parts, len(step)))
    return steps


def _part(batch: Sequence[int], ranks: Ranks, samples: int) -> RankShare:
    own = ranks.share(batch)
    # The processes run in step: one without a sample of its own takes one that counts nothing.
    return RankShare(own, len(own) / samples) if own else RankShare(batch[:1], 0.0)
