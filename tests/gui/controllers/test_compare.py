"""Two models on the same frame: which two, on pictures and live, until it ends."""

import shutil

import pytest
from PySide6.QtCore import QObject, QPointF

from engine.sources.video_writer import VideoWriter
from engine.thresholds import Thresholds
from gui.controllers.compare import LEFT, RIGHT, CompareController
from gui.controllers.compare_job import compared_live
from gui.controllers.weights import WeightsController
from tests.gui.conftest import PATIENCE_MS, open_video
from tests.make import make_frame, make_pixels


@pytest.fixture(scope="module")
def files(tiny_weights, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    return [str(shutil.copy(tiny_weights, folder / f"{name}.safetensors")) for name in "abc"]


@pytest.fixture
def weights(qtbot, jobs, files):
    """Weights "a" were loaded, then "b"."""
    parent = QObject()
    weights = WeightsController(jobs, parent)
    for path in files[:2]:
        with qtbot.waitSignal(weights.loaded_changed, timeout=PATIENCE_MS):
            weights.load(path, "cpu", "torch")
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    weights.kept = parent
    return weights


@pytest.fixture
def compare(qtbot, jobs, weights):
    compare = CompareController(jobs, weights, weights.kept)
    yield compare
    compare.set_on(False)
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def names(compare):
    return [side.name if side is not None else "" for side in compare.sides]


def test_the_weights_before_stand_left_of_those_loaded(qtbot, compare):
    assert names(compare) == ["a", "b"]
    compare.set_frame(make_frame(), Thresholds())
    with qtbot.waitSignal(compare.shown, timeout=PATIENCE_MS) as shown:
        compare.set_on(True)
    both = shown.args[0]
    assert both.left.origin.endswith("/a")
    assert both.right.origin.endswith("/b")
    assert sum(both.left_ms.values()) > 0
    assert compare.both is both
    compare.set_frame(None, Thresholds())
    assert compare.both is None, "said of another picture"


def test_any_two_can_be_chosen(qtbot, compare, files):
    compare.set_frame(make_frame(), Thresholds())
    compare.choose(LEFT, files[2], "cpu", "torch")
    assert names(compare) == ["", "b"]
    with qtbot.waitSignal(compare.shown, timeout=PATIENCE_MS) as shown:
        compare.set_on(True)  # Begins while they are on their way.
    assert shown.args[0].left.origin.endswith("/c")
    with qtbot.waitSignal(compare.shown, timeout=PATIENCE_MS) as shown:
        compare.choose(RIGHT, files[0], "cpu", "torch")
    assert shown.args[0].right.origin.endswith("/a")
    compare.choose(RIGHT, "", "cpu", "torch")
    assert names(compare) == ["c", "b"]


def test_weights_that_cannot_be_loaded_leave_the_side_as_it_was(qtbot, compare, tmp_path):
    with qtbot.waitSignal(compare.failed, timeout=PATIENCE_MS):
        compare.choose(LEFT, str(tmp_path / "gone.safetensors"), "cpu", "torch")
    assert compare.chosen == ("", "")
    assert names(compare) == ["a", "b"]


def test_without_a_picture_nothing_begins(qtbot, compare):
    with qtbot.waitSignal(compare.failed) as failed:
        compare.set_on(True)
    assert "no picture" in failed.args[0].message
    assert not compare.is_on


@pytest.fixture
def playing(qtbot, app, files, tmp_path):
    """The window with a video open and two weights loaded, one after the other."""
    path = tmp_path / "video" / "v.mp4"
    path.parent.mkdir()
    writer = VideoWriter(path, 25, (48, 64))
    for number in range(8):
        writer.write(make_pixels((48, 64), seed=number))
    writer.close()
    for weights in files[:2]:
        with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
            app.session.load_weights(weights)
    open_video(qtbot, app, path)
    return app


@pytest.mark.slow
def test_a_video_shows_both_on_the_same_frame(qtbot, playing):
    playing.actions["side_by_side"].trigger()
    qtbot.waitUntil(lambda: playing.window.canvas.is_comparing, timeout=PATIENCE_MS)
    shot = playing.session.live.shot
    both = compared_live(shot)
    assert both.left.frame_id == both.right.frame_id == shot.frame.id
    assert both.left.origin.endswith("/a")
    playing.actions["side_by_side"].trigger()
    assert not playing.window.canvas.is_comparing
    assert playing.session.live._following.beside is None


@pytest.mark.slow
def test_the_way_both_are_shown_changes_while_a_video_plays(qtbot, playing):
    actions, canvas = playing.actions, playing.window.canvas
    actions["over"].trigger()
    qtbot.waitUntil(lambda: canvas.is_comparing, timeout=PATIENCE_MS)
    assert actions["over"].isChecked()
    assert playing.session.live.following.is_over
    assert not canvas.is_on_split(QPointF(canvas.width() / 2, 10))
    actions["side_by_side"].trigger()
    assert actions["side_by_side"].isChecked()
    assert not actions["over"].isChecked()
    assert playing.session.compare.is_on
    assert not playing.session.live.following.is_over
    assert canvas.is_on_split(QPointF(canvas.width() / 2, 10))
    actions["side_by_side"].trigger()
    assert not canvas.is_comparing


@pytest.mark.slow
def test_leaving_the_video_leaves_no_second_model_running(qtbot, playing):
    playing.actions["side_by_side"].trigger()
    qtbot.waitUntil(lambda: playing.window.canvas.is_comparing, timeout=PATIENCE_MS)
    playing.session.close_live()
    qtbot.waitUntil(lambda: not playing.session.compare.is_on, timeout=PATIENCE_MS)
    assert not playing.actions["side_by_side"].isChecked()
