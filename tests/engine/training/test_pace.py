import pytest

from engine.training.events import Started, Stepped
from engine.training.pace import STEPS, Pace
from tests.make_run import of, run


def make(last=10, steps_per_epoch=5, *, every=1, val=0):
    return Pace(last, steps_per_epoch, validate_every=every, val_samples=val)


def test_only_the_last_steps_count_and_the_first_one_not_at_all():
    pace = make()
    pace.stepped(100.0, 8)
    assert pace.seconds_left(1) == 900
    pace.stepped(1.0, 8)
    assert (pace.samples_per_second, pace.seconds_left(2)) == (8.0, 8.0)
    for _ in range(STEPS):
        pace.stepped(2.0, 8)
    assert (pace.samples_per_second, pace.seconds_left(9)) == (4.0, 2.0)
    assert pace.seconds_left(10) == 0


def test_validations_to_come_are_part_of_it():
    pace = make(val=12)
    pace.stepped(1.0, 4)
    assert pace.seconds_left(5) == pytest.approx(5 + 2 * 1)  # A third of what learning takes.
    pace.validated(7.0)
    assert pace.seconds_left(5) == 5 + 2 * 7
    assert pace.seconds_left(6) == 4 + 7
    assert pace.seconds_left(10) == 7


@pytest.mark.parametrize(
    ("step", "validations"), [(1, 3), (5, 3), (10, 3), (11, 2), (20, 2), (21, 1), (25, 1)]
)
def test_not_every_epoch_is_validated_but_the_last_one_is(step, validations):
    pace = make(25, 5, every=2, val=1)
    pace.stepped(0.0, 1)
    pace.validated(1.0)
    assert pace.seconds_left(step) == validations


def test_a_run_says_where_it_goes_on_and_how_fast_it_is(plain):
    first = run(plain, "epochs=3", stop_after=3)
    (start,) = of(first, Started)
    assert (start.epochs_done, start.steps_done, start.steps) == (0, 0, 6)
    assert all(step.samples_per_second > 0 for step in of(first, Stepped))
    rest = run(plain, "epochs=3", "resume=true")
    (start,) = of(rest, Started)
    assert (start.epochs_done, start.steps_done, start.steps) == (1, 3, 6)
    steps = of(rest, Stepped)
    assert [step.step for step in steps] == [4, 5, 6]
    assert all(step.seconds_left > 0 for step in steps), "a validation is still to come"
