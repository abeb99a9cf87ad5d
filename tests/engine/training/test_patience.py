import pytest

from engine.jobs import Cancelled, CancelToken
from engine.training.patience import Patience


def test_a_stop_is_passed_on_when_its_time_is_over():
    stop = CancelToken()
    at_once, later = Patience(stop, 0.0), Patience(stop, 3600.0)
    at_once.check()
    stop.cancel()
    later.check()
    assert not later.is_cancelled
    with pytest.raises(Cancelled):
        at_once.check()
    assert at_once.is_cancelled
