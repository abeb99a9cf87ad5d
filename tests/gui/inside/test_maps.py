"""Looking inside: only while open, the newest frame and wish, nothing left behind."""

import pytest
from PySide6.QtCore import QObject

from gui.controllers.weights_jobs import load_weights
from gui.inside.maps import MapsController, MapsWish
from gui.session.mode import CanvasMode
from gui.session.shown import ShownController
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_frame


@pytest.fixture
def loaded(tiny_weights):
    from engine.jobs import CancelToken, no_progress

    return load_weights(str(tiny_weights), "cpu", "torch", no_progress, CancelToken())


@pytest.fixture
def shown(qtbot):
    return ShownController()


@pytest.fixture
def inside(qtbot, jobs, shown):
    parent = QObject()
    inside = MapsController(jobs, shown, parent)
    yield inside
    inside.set_open(False)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def wait_for(qtbot, inside, act, check=lambda seen: seen is not None):
    with qtbot.waitSignal(inside.seen, timeout=PATIENCE_MS, check_params_cb=check) as signal:
        act()
    return signal.args[0]


def test_closed_it_costs_nothing(inside, loaded, jobs, shown):
    inside.set_loaded(loaded, "cpu")
    shown.show(make_frame(), is_asked=False)
    inside.set_wish(MapsWish(2))
    assert not jobs.running


def test_opened_it_tells_the_places_and_shows_the_frame(qtbot, inside, loaded, shown):
    inside.set_loaded(loaded, "cpu")
    shown.show(make_frame((48, 64)), is_asked=False)
    seen = wait_for(qtbot, inside, lambda: inside.set_open(True))
    assert inside.stages[0].path == "enter"
    assert seen.picture.pixels.shape == (48, 64, 4)
    assert seen.glimpse.stage.path == "enter"
    assert seen.grid is None


def test_another_wish_paints_the_same_glimpse_again(qtbot, inside, loaded, shown):
    inside.set_loaded(loaded, "cpu")
    shown.show(make_frame(), is_asked=False)
    first = wait_for(qtbot, inside, lambda: inside.set_open(True))
    wish = MapsWish(mode="channel", channel=5, has_grid=True)
    second = wait_for(
        qtbot, inside, lambda: inside.set_wish(wish), lambda seen: seen and seen.wish == wish
    )
    assert second.glimpse is first.glimpse, "the network need not run again"
    assert len(second.channels) == 32
    assert second.grid is not None


def test_another_place_begins_with_its_first_channel(qtbot, inside, loaded, shown):
    inside.set_loaded(loaded, "cpu")
    shown.show(make_frame(), is_asked=False)
    wait_for(qtbot, inside, lambda: inside.set_open(True))
    seen = wait_for(qtbot, inside, lambda: inside.set_wish(MapsWish(1, "channel", channel=31)))
    assert seen.glimpse.stage.path == "down4"
    assert seen.wish.channel == 0


def test_the_newest_of_many_live_frames_wins(qtbot, inside, loaded, shown):
    inside.set_loaded(loaded, "cpu")
    inside.set_open(True)
    frames = [make_frame((48, 64), f"{number}.png") for number in range(5)]

    def feed():
        for frame in frames:
            shown.play(frame, None, is_playing=True)

    seen = wait_for(qtbot, inside, feed, lambda seen: seen and seen.frame is frames[-1])
    assert seen.frame is frames[-1]


def test_another_still_picture_takes_the_old_one_away_at_once(qtbot, inside, loaded, shown):
    inside.set_loaded(loaded, "cpu")
    shown.show(make_frame(), is_asked=False)
    wait_for(qtbot, inside, lambda: inside.set_open(True))
    told = []
    inside.seen.connect(told.append)
    shown.show(make_frame(path="b.png"), is_asked=False)
    assert told == [None]


def test_closing_while_it_runs_shows_nothing_more(qtbot, inside, loaded, jobs, shown):
    inside.set_loaded(loaded, "cpu")
    shown.show(make_frame(), is_asked=False)
    inside.set_open(True)
    inside.set_open(False)
    told = []
    inside.seen.connect(told.append)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    assert not told
    assert not inside.stages


def test_a_device_that_is_not_there_is_said_once(qtbot, inside, loaded, jobs, shown):
    inside.set_loaded(loaded, "cuda:7")
    with qtbot.waitSignal(inside.failed, timeout=PATIENCE_MS) as failed:
        inside.set_open(True)
    assert "cuda:7" in failed.args[0].message
    shown.show(make_frame(), is_asked=False)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    assert not inside.is_looking_for_stages


def test_the_same_picture_again_is_shown_again(qtbot, inside, loaded, shown):
    inside.set_loaded(loaded, "cpu")
    frame = make_frame()
    shown.show(frame, is_asked=False)
    wait_for(qtbot, inside, lambda: inside.set_open(True))
    shown.clear(CanvasMode.PICTURES)  # on the way to one that cannot be read
    assert wait_for(qtbot, inside, lambda: shown.show(frame, is_asked=False)) is not None
