"""Looking at selective search without a window: one grouping serves all its levels."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from gui.inside.search import SearchController, SearchWish
from gui.session.mode import CanvasMode
from gui.session.shown import ShownController
from tests.gui.conftest import PATIENCE_MS
from tests.make import make_frame

WISH = SearchWish(regions=5)


@pytest.fixture
def shown(qtbot):
    return ShownController()


@pytest.fixture
def search(qtbot, jobs, shown):
    parent = QObject()
    search = SearchController(jobs, shown, parent)
    search.set_wish(WISH)
    yield search
    wait(qtbot, jobs)


@pytest.fixture
def seen(search):
    seen = []
    search.seen.connect(lambda each: seen.append(each) if each else None)
    return seen


def wait(qtbot, jobs):
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def test_closed_it_costs_nothing(search, jobs, shown):
    shown.show(make_frame(), is_asked=False)
    assert not jobs.running


def test_another_level_needs_no_other_grouping(qtbot, search, jobs, seen, shown):
    shown.show(make_frame(), is_asked=False)
    search.set_open(True)
    assert jobs.running[0].text, "grouping shows in the status bar"
    search.set_wish(replace(WISH, regions=3))
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=PATIENCE_MS)
    wait(qtbot, jobs)
    assert seen[1].searched is seen[0].searched
    search.set_wish(replace(WISH, regions=2))
    assert not jobs.running[0].text
    wait(qtbot, jobs)
    search.set_wish(replace(WISH, regions=2))
    assert not jobs.running, "the same is not asked twice"


def test_another_grouping_drops_the_one_that_runs(qtbot, search, jobs, seen, shown):
    shown.show(make_frame(), is_asked=False)
    search.set_open(True)
    other = replace(WISH, scale=50.0)
    search.set_wish(other)
    assert jobs.running[0].is_cancelled
    wait(qtbot, jobs)
    assert [each.wish for each in seen] == [other]


def test_closing_while_it_runs_shows_nothing_more(qtbot, search, jobs, seen, shown):
    shown.show(make_frame(), is_asked=False)
    search.set_open(True)
    search.set_open(False)
    wait(qtbot, jobs)
    assert seen == []


def test_a_playing_video_waits_until_it_is_paused(qtbot, search, jobs, seen, shown):
    search.set_open(True)
    frame = make_frame()
    shown.play(frame, None, is_playing=True)
    assert not jobs.running
    shown.change(is_playing=False)
    wait(qtbot, jobs)
    assert [each.frame for each in seen] == [frame]


def test_nothing_shown_takes_the_regions_away(qtbot, search, jobs, shown):
    shown.show(make_frame(), is_asked=False)
    search.set_open(True)
    wait(qtbot, jobs)
    told = []
    search.seen.connect(told.append)
    shown.clear(CanvasMode.EMPTY)
    assert told == [None]
