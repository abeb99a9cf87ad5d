import pytest

from engine.jobs import CancelToken, no_progress
from engine.sources import picture
from engine.values import FrameId
from gui.controllers.frames import FramesController, make_preview
from tests.make import make_frame, write_picture


@pytest.fixture
def ids(tmp_path):
    return tuple(FrameId(str(write_picture(tmp_path / f"{n}.png", seed=n))) for n in range(6))


@pytest.fixture
def frames(jobs, qtbot):
    frames = FramesController(jobs)
    yield frames
    qtbot.waitUntil(lambda: not jobs.running)


def test_the_first_picture_shows_when_the_list_comes(qtbot, frames, ids):
    with qtbot.waitSignal(frames.frame_shown) as shown:
        frames.set_ids(ids)
    assert shown.args[0].id == ids[0]
    assert frames.index == 0


def test_neighbours_are_read_ahead_and_then_show_at_once(qtbot, frames, ids):
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
    qtbot.waitUntil(lambda: not frames._loading)
    shown = []
    frames.frame_shown.connect(shown.append)
    frames.step(1)
    assert [frame.id for frame in shown] == [ids[1]], "it was in memory: no waiting"


def test_the_last_of_many_steps_is_the_one_shown(qtbot, frames, ids):
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
    frames.go(4)
    frames.go(2)
    with qtbot.waitSignal(frames.frame_shown, check_params_cb=lambda frame: frame.id == ids[5]):
        frames.go(5)
    assert frames.frame.id == ids[5]


def test_going_stops_at_both_ends(qtbot, frames, ids):
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
    frames.step(-3)
    assert frames.index == 0
    with qtbot.waitSignal(frames.frame_shown):
        frames.step(100)
    assert frames.index == 5


def test_an_unreadable_neighbour_says_nothing_until_it_is_shown(qtbot, frames, ids, tmp_path):
    (tmp_path / "1.png").write_bytes(b"no picture")
    failed = []
    frames.frame_failed.connect(failed.append)
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
    qtbot.waitUntil(lambda: not frames._loading)
    assert not failed
    with qtbot.waitSignal(frames.frame_failed):
        frames.step(1)
    assert "1.png" in failed[0].message
    with qtbot.waitSignal(frames.frame_shown):
        frames.step(1)


def test_a_longer_list_keeps_the_shown_picture(qtbot, frames, ids):
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids[:3], 2)
    shown = []
    frames.frame_shown.connect(shown.append)
    frames.set_ids(ids, 2)
    assert frames.index == 2
    assert not shown


def test_a_frame_somebody_else_has_read_shows_without_reading(qtbot, frames):
    frame = make_frame(path="frozen.png")
    frames.put(frame)
    frames.set_ids((frame.id,))
    assert frames.frame is frame


def test_find_goes_to_the_next_that_is_wanted(qtbot, frames, ids):
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
    with qtbot.waitSignal(frames.frame_shown, check_params_cb=lambda frame: frame.id == ids[3]):
        assert frames.find(lambda frame_id: frame_id == ids[3], 1)
    assert not frames.find(lambda frame_id: frame_id == ids[5], -1)


def test_a_huge_picture_is_decoded_small_beside_the_whole(
    qtbot, frames, jobs, tmp_path, monkeypatch
):
    monkeypatch.setattr(picture, "HUGE_PIXELS", 100 * 100)
    paths = [write_picture(tmp_path / f"{n}.jpg", (600, 1200), seed=n) for n in range(2)]
    started, before, shown = [], [], []
    jobs.started.connect(lambda job: started.append(job.about))
    frames.preview_shown.connect(lambda preview: before.append(tuple(shown)))
    frames.frame_shown.connect(shown.append)
    ids = tuple(FrameId(str(path)) for path in paths)
    with qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
    qtbot.waitUntil(lambda: not jobs.running)
    assert started[0] == ids[0]
    assert len(started) <= 3, "what is read ahead needs no preview"
    assert before in ([], [()]), "a preview that comes after the whole is not shown"
    assert shown[0].pixels.shape == (600, 1200, 3)


def test_a_preview_tells_the_true_size(tmp_path):
    frame_id = FrameId(str(write_picture(tmp_path / "a.jpg", (600, 1200))))
    preview = make_preview(frame_id, no_progress, CancelToken())
    assert (preview.frame_id, preview.size_hw) == (frame_id, (600, 1200))
    assert max(preview.pixels.shape) == 1024


def test_a_picture_of_common_size_has_no_preview(qtbot, frames, ids):
    with qtbot.assertNotEmitted(frames.preview_shown), qtbot.waitSignal(frames.frame_shown):
        frames.set_ids(ids)
