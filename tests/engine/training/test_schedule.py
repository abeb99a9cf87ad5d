import pytest

from engine.training.config import ScheduleConfig
from engine.training.schedule import factor_at


def test_step_multiplies_by_gamma_every_so_many_epochs():
    factor = factor_at(
        ScheduleConfig(kind="step", step_size=2, gamma=0.1), steps=60, steps_per_epoch=10
    )
    assert [factor(s) for s in (0, 19, 20, 39, 40)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])


def test_one_cycle_rises_then_falls():
    factor = factor_at(ScheduleConfig(kind="one_cycle", warmup=0.25), steps=100, steps_per_epoch=10)
    values = [factor(s) for s in range(100)]
    assert max(values) == values[25] == 1
    assert values[:26] == sorted(values[:26])
    assert values[25:] == sorted(values[25:], reverse=True)
    assert values[-1] < 0.02


def test_constant_stays():
    factor = factor_at(ScheduleConfig(kind="constant"), steps=5, steps_per_epoch=1)
    assert {factor(s) for s in range(5)} == {1.0}
