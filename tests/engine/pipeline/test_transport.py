import threading

from engine.pipeline.transport import Transport


def test_the_last_seek_counts_once() -> None:
    transport = Transport()
    transport.seek(3)
    transport.seek(8)
    assert transport.take_seek() == 8
    assert transport.take_seek() is None


def test_pause_and_play() -> None:
    transport = Transport()
    transport.pause()
    assert not transport.is_playing
    transport.play()
    assert transport.is_playing


def test_a_seek_wakes_the_waiting_loop() -> None:
    transport = Transport(playing=False)
    woken = threading.Event()

    def wait() -> None:
        transport.wait(60)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    transport.seek(1)
    assert woken.wait(10)
    thread.join()


def test_marks_bound_what_is_played() -> None:
    transport = Transport()
    assert transport.bounds(10) == (0, 9)
    transport.set_marks(3, 6)
    assert transport.bounds(10) == (3, 6)
    assert transport.bounds(5) == (3, 4), "a shorter video"
    transport.set_marks(None, 2)
    assert transport.bounds(10) == (0, 2)
