import threading

import pytest

from engine.jobs import Cancelled, CancelToken, Latest


def test_the_newest_value_wins_and_the_others_are_counted() -> None:
    box: Latest[int] = Latest()
    for value in (1, 2, 3):
        box.put(value)
    assert box.take(0) == 3
    assert box.take(0) is None
    assert box.dropped == 2


def test_a_closed_box_gives_its_last_value_first() -> None:
    box: Latest[int] = Latest()
    box.put(7)
    box.close()
    assert box.is_closed
    assert box.take(10) == 7
    assert box.take(10) is None


def test_wait_taken_tells_an_empty_box() -> None:
    box: Latest[int] = Latest()
    assert box.wait_taken(0)
    box.put(1)
    assert not box.wait_taken(0)
    box.take(0)
    assert box.wait_taken(0)


def test_taking_wakes_who_waits_for_it() -> None:
    box: Latest[int] = Latest()
    box.put(1)
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(box.wait_taken(60)))
    thread.start()
    assert box.take(10) == 1
    thread.join()
    assert seen == [True]


def test_cancelling_raises_at_the_next_check_and_ends_a_wait() -> None:
    token = CancelToken()
    token.check()
    assert not token.wait(0)
    token.cancel()
    assert token.is_cancelled
    assert token.wait(60)
    with pytest.raises(Cancelled):
        token.check()


def test_what_is_no_news_replaces_nothing() -> None:
    box: Latest[int] = Latest()
    box.put_if_empty(1)
    box.put_if_empty(2)
    assert box.take(0) == 1
    assert box.dropped == 0
