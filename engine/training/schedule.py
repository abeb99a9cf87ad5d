"""The learning rate's factor at each step."""

import math
from collections.abc import Callable

from engine.training.config import ScheduleConfig

FIRST = 0.04  # of the peak, where a warm-up begins
LAST = 0.01  # of the peak, where one_cycle ends
ONE_CYCLE_WARMUP = 0.1  # of all steps

Factor = Callable[[int], float]


def factor_at(schedule: ScheduleConfig, *, steps: int, steps_per_epoch: int) -> Factor:
    """A function from step (0 to steps - 1) to what the learning rate is multiplied by.

    After a warm-up, the curves over all steps (cosine, one_cycle, poly) fall from its end to the
    last step; those that count epochs go on as if it had not been.
    """
    share = schedule.warmup
    if share is None:
        share = ONE_CYCLE_WARMUP if schedule.kind == "one_cycle" else 0.0
    rise = round(share * steps)
    if schedule.kind == "one_cycle":
        rise = max(1, rise)
    fall = _fall(schedule, rise=rise, steps=steps, steps_per_epoch=steps_per_epoch)

    def factor(step: int) -> float:
        return FIRST + (1 - FIRST) * step / rise if step < rise else fall(step)

    return factor


def _fall(schedule: ScheduleConfig, *, rise: int, steps: int, steps_per_epoch: int) -> Factor:
    """The factor after the warm-up."""

    def done(step: int) -> float:
        return min(1.0, (step - rise) / max(1, steps - rise))

    def multi_step(step: int) -> float:
        epoch = step // steps_per_epoch
        return schedule.gamma ** sum(milestone <= epoch for milestone in schedule.milestones)

    curves: dict[str, Factor] = {
        "constant": lambda step: 1.0,
        "step": lambda step: schedule.gamma ** (step // steps_per_epoch // schedule.step_size),
        "multi_step": multi_step,
        # Loshchilov & Hutter, SGDR, 2017, without restarts.
        "cosine": lambda step: _half_wave(done(step)),
        # Linear up, cosine down (Smith & Topin, Super-Convergence, 2018).
        "one_cycle": lambda step: LAST + (1 - LAST) * _half_wave(done(step)),
        # As DeepLab trains (Chen et al., 2017).
        "poly": lambda step: (1 - done(step)) ** schedule.power,
    }
    return curves[schedule.kind]


def _half_wave(done: float) -> float:
    return (1 + math.cos(math.pi * done)) / 2
