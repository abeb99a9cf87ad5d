"""The learning rate's factor at each step."""

import math
from collections.abc import Callable

from engine.training.config import ScheduleConfig

FIRST = 0.04  # of the peak, where one_cycle begins
LAST = 0.01  # of the peak, where it ends


def factor_at(
    schedule: ScheduleConfig, *, steps: int, steps_per_epoch: int
) -> Callable[[int], float]:
    """A function from step (0 to steps - 1) to what the learning rate is multiplied by."""
    if schedule.kind == "constant":
        return lambda step: 1.0
    if schedule.kind == "step":
        return lambda step: schedule.gamma ** (step // steps_per_epoch // schedule.step_size)
    rise = max(1, round(schedule.warmup * steps))

    def one_cycle(step: int) -> float:
        # Linear up, cosine down (Smith & Topin, Super-Convergence, 2018).
        if step < rise:
            return FIRST + (1 - FIRST) * step / rise
        done = min(1.0, (step - rise) / max(1, steps - rise))
        return LAST + (1 - LAST) * (1 + math.cos(math.pi * done)) / 2

    return one_cycle
