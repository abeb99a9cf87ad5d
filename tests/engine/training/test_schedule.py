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


def test_multi_step_falls_at_its_milestones():
    schedule = ScheduleConfig(kind="multi_step", milestones=(1, 3), gamma=0.5)
    factor = factor_at(schedule, steps=40, steps_per_epoch=10)
    assert [factor(s) for s in (0, 9, 10, 29, 30, 39)] == [1, 1, 0.5, 0.5, 0.25, 0.25]


def test_cosine_and_poly_fall_to_almost_nothing():
    for kind in ("cosine", "poly"):
        factor = factor_at(ScheduleConfig(kind=kind), steps=100, steps_per_epoch=10)
        values = [factor(s) for s in range(100)]
        assert values[0] == 1
        assert values == sorted(values, reverse=True)
        assert values[-1] < 0.02
    assert factor(50) == pytest.approx(0.5**0.9)


@pytest.mark.parametrize("kind", ["step", "multi_step", "cosine", "poly", "constant"])
def test_each_schedule_may_begin_with_a_warm_up(kind):
    schedule = ScheduleConfig(kind=kind, warmup=0.1, milestones=(5,))
    factor = factor_at(schedule, steps=100, steps_per_epoch=10)
    rising = [factor(s) for s in range(11)]
    assert rising == sorted(set(rising))
    assert rising[0] < 0.1
    assert rising[10] == 1
