"""In which numbers a CPU trains this network faster: measured, as no rule tells.

bfloat16 takes half the time for a U-Net and twice the time for depthwise convolutions, on the same
processor.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import torch

from engine.datasets.dataset import ListDataset
from engine.jobs import Cancelled, CancelToken, Progress
from engine.training.config import TrainConfig
from engine.training.kept_features import FeatureMemory, KeptFeatures
from engine.training.learner import TrainState
from engine.training.plan import prepare
from engine.training.precision import has_bfloat16
from engine.training.ranks import Ranks
from engine.training.run import RunFolder
from models.contract import Model

STEPS = 3
"""Timed in each kind of numbers, of which the fastest counts: the first also prepares."""
WORTH = 0.9
"""The share of float32's time below which bfloat16 is worth its lower precision."""
FEWEST_STEPS = 8 * STEPS
"""A Run of fewer is over before bfloat16 has won what measuring costs."""
CPU = torch.device("cpu")


def settled(
    config: TrainConfig,
    model: Model,
    dataset: ListDataset,
    ranks: Ranks,
    *,
    progress: Progress,
    cancel: CancelToken,
) -> TrainConfig:
    """The config with the precision that "auto" stands for on a CPU.

    A Run that is resumed computes as it did before, and so does every process.
    """
    steps = config.epochs * math.ceil(len(dataset) / config.batch_size)
    steps = min(steps, config.max_steps or steps)
    if config.precision != "auto" or next(model.parameters()).device.type != "cpu":
        return config
    chosen = RunFolder(config.run).precision if config.resume else "auto"
    if chosen == "auto" and steps < FEWEST_STEPS:
        chosen = "float32"
    if chosen == "auto":
        numbers = count()

        def tell() -> None:
            """Before each step; every process has to stop at the same one."""
            if ranks.any(cancel.is_cancelled, CPU):
                raise Cancelled
            done, total = (n * config.batch_size for n in (next(numbers), 2 * STEPS))
            progress(done, total, "Measuring what is faster, float32 or bfloat16")

        is_faster = has_bfloat16() and _is_faster(*measure(config, model, dataset, ranks, tell))
        chosen = "bfloat16" if ranks.any(is_faster and ranks.is_first, CPU) else "float32"
    return config.model_copy(update={"precision": chosen})


def measure(
    config: TrainConfig,
    model: Model,
    dataset: ListDataset,
    ranks: Ranks,
    tell: Callable[[], None],
) -> tuple[float, float]:
    """The seconds of one step on the first batch, in float32 and in bfloat16; `tell` is called
    before each.

    The steps are those of the Run, but on a copy of the model and at rate 0: model, gradients and
    random numbers stay as they are.
    """
    full, half = (
        config.model_copy(update={"precision": precision, "ema": 0.0})
        for precision in ("float32", "bfloat16")
    )
    with torch.random.fork_rng(devices=[]):
        return (
            _seconds(full, model, dataset, ranks, tell),
            _seconds(half, model, dataset, ranks, tell),
        )


def _is_faster(full: float, half: float) -> bool:
    return half < WORTH * full


def _seconds(
    config: TrainConfig,
    model: Model,
    dataset: ListDataset,
    ranks: Ranks,
    tell: Callable[[], None],
) -> float:
    learner = TrainState(config, copy.deepcopy(model), CPU, ranks)
    if config.keep_features:
        learner.kept = KeptFeatures(dataset, FeatureMemory())
    taken = prepare(dataset, config, ranks, done=0, pinned=False)
    with taken.loader:
        batch = next(taken.loader)
    step = replace(taken.steps[0], parts=taken.steps[0].parts[:1])
    found = []
    for _ in range(STEPS):
        tell()
        started = time.perf_counter()
        learner.step(step, [batch], number=0, rate=0.0)
        found.append(time.perf_counter() - started)
    return min(found)
