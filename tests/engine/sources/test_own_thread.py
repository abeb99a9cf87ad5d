import threading

import pytest

from engine.jobs import Cancelled, CancelToken
from engine.sources.own_thread import OwnThread


def fail() -> None:
    raise KeyError("inside")


def test_what_it_gives_or_raises_comes_to_who_asked() -> None:
    own = OwnThread("own")
    assert own.ask(lambda: threading.current_thread().name, 60) == "own"
    with pytest.raises(KeyError, match="inside"):
        own.ask(fail, 60)
    assert own.ask(lambda: 3, 60) == 3
    ended = threading.Event()
    own.end(ended.set)
    assert ended.wait(60)


def test_what_hangs_is_given_up_and_ended_once_it_comes_back() -> None:
    own, answers, ended = OwnThread("own"), threading.Event(), threading.Event()
    with pytest.raises(TimeoutError):
        own.ask(answers.wait, 0.01)
    own.end(ended.set)
    assert not ended.is_set()
    answers.set()
    assert ended.wait(60)


def test_waiting_is_cancelled() -> None:
    own, answers, cancel = OwnThread("own"), threading.Event(), CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        own.ask(answers.wait, 60, cancel)
    answers.set()
    own.end(answers.set)
