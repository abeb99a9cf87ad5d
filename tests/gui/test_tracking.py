"""Tracks with the whole window: keyframes, filling, following, and the rows of the timeline."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.annotations import edits
from engine.regions import boxes
from engine.tracks.keyframes import FOLLOWED, INTERPOLATED, is_keyframe, on_track
from engine.values import Annotation, Box, FrameId, Mask, Polyline, SampleState
from gui.dialogs import ask
from gui.links.canvas_menu import CanvasMenu
from gui.session.mode import CanvasMode
from tests.gui.conftest import PATIENCE_MS, open_video
from tests.make import LABELS
from tests.make_labels import set_labels
from tests.make_track import box_at, mask_at, write_scene

COUNT = 40


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_scene(tmp_path_factory.mktemp("clip") / "one.mp4", COUNT)


@pytest.fixture
def playing(qtbot, app, clip, tmp_path):
    """The window with a copy of the video, paused, and with labels."""
    path = tmp_path / "video" / "one.mp4"
    path.parent.mkdir()
    path.write_bytes(clip.read_bytes())
    open_video(qtbot, app, path)
    app.session.live.pause()
    set_labels(app.session.project, LABELS)
    app.video_path = str(path)
    return app


def freeze(qtbot, app, index):
    """Go to a frame of the video and freeze it."""
    session = app.session
    if session.mode is not CanvasMode.LIVE or session.live.shot.frame.id.index != index:

        def is_right(shot):
            return shot.frame.id.index == index

        shown = session.live.shown
        with qtbot.waitSignal(shown, timeout=PATIENCE_MS, check_params_cb=is_right):
            session.seek(index)
    app.actions["freeze"].trigger()
    wait_for(qtbot, app, index)


def wait_for(qtbot, app, index):
    def is_shown():
        sample = app.session.annotations.sample
        return sample is not None and sample.frame_id.index == index

    qtbot.waitUntil(is_shown, timeout=PATIENCE_MS)


def draw(app, region):
    """Draw an object on the shown frame and select it."""
    new = Annotation(region, 1)
    app.session.annotations.edit("Draw", partial(edits.add, annotations=new))
    app.session.annotations.select((new.id,))
    return new


def sample_at(app, index):
    return app.session.project.project.sample(FrameId(app.video_path, index))


def left_at(app, index, track=1):
    found = on_track(sample_at(app, index), track)
    return None if found is None else found.region.x1


@pytest.fixture
def filled(qtbot, playing):
    """A track with keyframes on frames 4 and 14, filled between."""
    app = playing
    freeze(qtbot, app, 4)
    draw(app, Box(10, 10, 30, 30))
    app.actions["track_start"].trigger()
    freeze(qtbot, app, 14)
    app.actions["track_keyframe"].trigger()
    assert left_at(app, 14) == 10  # As last known, and selected to be moved.
    move_selected(app, 50)
    with qtbot.waitSignal(app.desk.tracking.tracks.filled, timeout=PATIENCE_MS):
        app.actions["track_fill"].trigger()
    return app


def move_selected(app, dx):
    annotations = app.session.annotations
    assert annotations.selection
    annotations.edit("Move", partial(edits.move, ids=annotations.selection, dx=dx, dy=0))


def test_between_two_keyframes_all_is_filled_and_told(filled):
    assert [left_at(filled, index) for index in (3, 4, 9, 14, 15)] == [None, 10, 35, 60, None]
    assert on_track(sample_at(filled, 9), 1).origin == INTERPOLATED
    assert "Filled 9 frames between the keyframes of track 1." in filled.window.notice.text
    indexes = [frame_id.index for frame_id in filled.session.frames.ids]
    assert indexes == list(range(4, 15))
    assert filled.session.annotations.sample.frame_id.index == 14


def test_filling_is_undone_as_one_step_after_asking(qtbot, filled, monkeypatch):
    asked = []
    monkeypatch.setattr(ask, "is_agreed", lambda *a: asked.append(a) or True)
    filled.actions["previous"].trigger()
    wait_for(qtbot, filled, 13)
    with qtbot.waitSignal(filled.session.annotations.history.taken, timeout=PATIENCE_MS):
        filled.actions["undo"].trigger()
    assert len(asked) == 1
    assert left_at(filled, 9) is None
    assert filled.desk.tracking.tracks.places.interpolated == ()


def test_what_is_filled_waits_until_the_track_is_accepted_as_a_whole(qtbot, filled):
    filled.session.go_to(FrameId(filled.video_path, 9))
    wait_for(qtbot, filled, 9)
    overlay = filled.window.canvas._painter.overlay
    assert [item.is_dashed for item in overlay.picture.items] == [True]
    with qtbot.waitSignal(filled.desk.tracking.tracks.accepted, timeout=PATIENCE_MS):
        filled.actions["track_accept"].trigger()
    assert filled.window.notice.isHidden()
    assert "Accepted track 1 in 9 frames." in filled.window.statusBar().currentMessage()
    assert sample_at(filled, 9).state is SampleState.CORRECTED
    (item,) = overlay.picture.items
    assert (item.is_dashed, item.is_accepted) == (False, True)
    filled.actions["track_accept"].trigger()
    assert "Nothing of the track in hand waits" in filled.window.statusBar().currentMessage()


def test_accepting_a_track_leaves_another_on_the_same_frames_waiting(qtbot, filled):
    for index in (4, 14):
        filled.session.go_to(FrameId(filled.video_path, index))
        wait_for(qtbot, filled, index)
        drawn = Annotation(Box(80 + index, 10, 99 + index, 30), 1, track=2)
        filled.session.annotations.edit("Draw", partial(edits.add, annotations=drawn))
    filled.session.annotations.select((drawn.id,))
    tracks, rows = filled.desk.tracking.tracks, filled.window.timeline.rows
    with qtbot.waitSignal(tracks.filled, timeout=PATIENCE_MS):
        filled.actions["track_fill"].trigger()
    with qtbot.waitSignal(tracks.accepted, timeout=PATIENCE_MS):
        filled.actions["track_accept"].trigger()
    assert rows._places.waiting == ()
    assert [a.track for a in sample_at(filled, 9).annotations] == [2]
    filled.session.annotations.select((on_track(filled.session.annotations.sample, 1).id,))
    assert rows._places.waiting == tuple(range(5, 14))


def test_a_moved_keyframe_takes_what_is_between_along(filled):
    move_selected(filled, 10)
    assert [left_at(filled, index) for index in (4, 9, 14)] == [10, 40, 70]


def test_a_keyframe_is_set_where_the_object_is_interpolated(qtbot, filled):
    filled.session.go_to(FrameId(filled.video_path, 9))
    wait_for(qtbot, filled, 9)
    filled.actions["track_keyframe"].trigger()
    placed = on_track(filled.session.annotations.sample, 1)
    assert is_keyframe(placed)
    assert filled.session.annotations.selection == (placed.id,)
    assert left_at(filled, 9) == 35
    assert filled.desk.tracking.tracks.places.keys == (4, 9, 14)


def test_keys_go_from_keyframe_to_keyframe(qtbot, filled):
    filled.actions["previous_keyframe"].trigger()
    wait_for(qtbot, filled, 4)
    filled.actions["previous_keyframe"].trigger()
    assert "No further keyframe" in filled.window.statusBar().currentMessage()
    filled.actions["next_keyframe"].trigger()
    wait_for(qtbot, filled, 14)


def test_the_timeline_shows_states_and_the_track_and_a_click_goes_there(qtbot, filled):
    rows = filled.window.timeline.rows
    assert set(rows._states) == set(range(4, 15))
    assert rows._states[9] is SampleState.PREDICTED
    assert rows._places.keys == (4, 14)
    for index in (4, 14):
        x = round(rows._x(index))
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(x, rows.height() // 2))
        wait_for(qtbot, filled, index)
        assert filled.window.timeline._slider.value() == index


def test_a_click_beside_the_marks_goes_on_in_the_video(qtbot, filled):
    rows, session = filled.window.timeline.rows, filled.session
    x = round(rows._x(30))
    with qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS):
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(x, rows.height() // 2))
    assert session.mode is CanvasMode.LIVE


def test_the_groove_shows_what_is_on_a_frame_and_its_buttons_go_on_from_there(qtbot, filled):
    timeline, session = filled.window.timeline, filled.session
    timeline._slider.setValue(9)
    wait_for(qtbot, filled, 9)
    assert session.annotations.sample.proposals
    timeline._on.click()
    wait_for(qtbot, filled, 10)
    for index in (14, 15, 20):
        timeline._slider.setValue(index)
    with qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS):
        timeline._slider.setValue(30)
    assert session.mode is CanvasMode.LIVE
    timeline._slider.setValue(9)
    wait_for(qtbot, filled, 9)


def test_what_plays_goes_on_playing_where_the_groove_is_clicked(qtbot, filled):
    session = filled.session
    session.toggle_play()
    with qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS):
        filled.window.timeline._slider.setValue(9)
    assert session.mode is CanvasMode.LIVE


def test_the_tip_says_what_is_in_a_frame(filled):
    told = filled.window.timeline.rows._told(9)
    said = ["predicted: waits for a look", "track 1, interpolated", "track 1: waits to be accepted"]
    assert told.splitlines() == ["Frame 9", *said]
    assert "keyframe of track 1" in filled.window.timeline.rows._told(4)


def test_a_track_is_still_there_when_the_video_is_opened_again(qtbot, filled):
    session, path = filled.session, filled.video_path
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        session.project.open_for_video(session.project.root)
    session.go_to(FrameId(path, 14))
    wait_for(qtbot, filled, 14)
    session.annotations.select((on_track(session.annotations.sample, 1).id,))
    assert filled.desk.tracking.tracks.places.keys == (4, 14)
    assert set(filled.window.timeline.rows._states) == set(range(4, 15))


def follow(qtbot, app, action, frames, monkeypatch):
    monkeypatch.setattr(ask, "frames", lambda *_: frames)
    with qtbot.waitSignal(app.desk.tracking.tracks.followed, timeout=PATIENCE_MS):
        app.actions[action].trigger()


def test_a_box_is_followed_as_proposals_that_are_accepted_together(qtbot, playing, monkeypatch):
    app = playing
    freeze(qtbot, app, 5)
    draw(app, box_at(5))
    follow(qtbot, app, "track_forward", 8, monkeypatch)
    assert "Followed through 8 of 8 frames" in app.window.notice.text
    (proposal,) = sample_at(app, 13).proposals
    assert proposal.origin == FOLLOWED
    assert 0.5 < proposal.score <= 1
    assert proposal.track == sample_at(app, 5).annotations[0].track == 1
    assert boxes.iou([proposal.region.xyxy], [box_at(13).xyxy])[0, 0] > 0.8
    assert sample_at(app, 13).state is SampleState.PREDICTED
    assert app.window.timeline.rows._places.proposed == tuple(range(6, 14))
    with qtbot.waitSignal(app.desk.tracking.tracks.accepted, timeout=PATIENCE_MS):
        app.window.notice._buttons[0].click()
    assert sample_at(app, 13).annotations[0].id == proposal.id
    assert app.window.timeline.rows._places.proposed == ()


def test_a_mask_is_followed_backward_to_the_start_of_the_video(qtbot, playing, monkeypatch):
    app = playing
    freeze(qtbot, app, 4)
    draw(app, mask_at(4))
    follow(qtbot, app, "track_backward", 30, monkeypatch)
    assert "Followed through 4 of 30 frames" in app.window.notice.text
    assert "There the video ends." in app.window.notice.text
    assert isinstance(sample_at(app, 0).proposals[0].region, Mask)


def test_following_ends_where_the_track_is_known(qtbot, filled, monkeypatch):
    filled.session.go_to(FrameId(filled.video_path, 4))
    wait_for(qtbot, filled, 4)
    track = on_track(filled.session.annotations.sample, 1)
    filled.session.annotations.select((track.id,))
    follow(qtbot, filled, "track_forward", 8, monkeypatch)
    assert "could not be followed" in filled.window.notice.text
    assert "There the track goes on already." in filled.window.notice.text
    assert [a.origin for a in sample_at(filled, 5).proposals] == [INTERPOLATED]


def test_what_is_missing_is_said(qtbot, playing, monkeypatch):
    app, said = playing, playing.window.statusBar().currentMessage
    app.actions["track_keyframe"].trigger()
    assert "Freeze this frame first" in said()
    freeze(qtbot, app, 3)
    app.actions["track_start"].trigger()
    assert "Select one object first." in said()
    app.actions["track_keyframe"].trigger()
    assert "Select an object that is on a track first." in said()
    app.actions["track_accept"].trigger()
    assert "Nothing of the track in hand waits" in said()
    draw(app, mask_at(3))
    app.actions["track_start"].trigger()
    app.actions["track_fill"].trigger()
    assert "nothing between two keyframes" in app.window.notice.text
    monkeypatch.setattr(ask, "frames", lambda *_: None)
    app.actions["track_forward"].trigger()
    assert not app.desk.tracking.tracks.is_following
    freeze(qtbot, app, 9)
    app.actions["track_keyframe"].trigger()
    (key,) = app.session.annotations.sample.annotations
    boxed = partial(edits.set_region, annotation_id=key.id, region=Box(10, 10, 30, 30))
    app.session.annotations.edit("Box", boxed)
    app.actions["track_fill"].trigger()
    assert "cannot go from one of these keyframes to the other" in app.window.notice.text


def test_masks_are_filled_between_keyframes(qtbot, playing):
    app = playing
    freeze(qtbot, app, 4)
    draw(app, mask_at(4))
    app.actions["track_start"].trigger()
    freeze(qtbot, app, 8)
    app.actions["track_keyframe"].trigger()
    move_selected(app, 20)
    with qtbot.waitSignal(app.desk.tracking.tracks.filled, timeout=PATIENCE_MS):
        app.actions["track_fill"].trigger()
    first = on_track(sample_at(app, 4), 1).region
    assert on_track(sample_at(app, 6), 1).region == Mask(first.left + 10, first.top, first.pixels)


def test_following_is_given_up_in_the_status_bar_and_nothing_is_stored(qtbot, playing, monkeypatch):
    app, tracks = playing, playing.desk.tracking.tracks
    freeze(qtbot, app, 5)
    drawn = draw(app, box_at(5))
    monkeypatch.setattr(ask, "frames", lambda *_: 30)
    app.actions["track_forward"].trigger()
    (job,) = (job for job in app.session.jobs.running if job.text == "Following an object")
    with qtbot.waitSignal(job.ended, timeout=PATIENCE_MS):
        job.cancel()
    qtbot.waitUntil(lambda: not tracks.is_following, timeout=PATIENCE_MS)
    assert sample_at(app, 5).annotations == (drawn,)
    assert not sample_at(app, 6).proposals


def test_what_a_model_says_does_not_take_the_place_of_what_was_followed(
    qtbot, playing, monkeypatch
):
    app = playing
    freeze(qtbot, app, 5)
    draw(app, box_at(5))
    follow(qtbot, app, "track_forward", 2, monkeypatch)
    app.session.go_to(FrameId(app.video_path, 6))
    wait_for(qtbot, app, 6)
    annotations = app.session.annotations
    said = Annotation(Box(100, 5, 120, 20), 1, origin="model", score=0.5)
    annotations.set_draft(annotations.sample.frame_id, (said,))
    assert [a.origin for a in annotations.sample.proposals] == [FOLLOWED, "model"]
    annotations.store_draft("Run model")
    assert [a.origin for a in sample_at(app, 6).proposals] == [FOLLOWED, "model"]


def test_the_menu_of_the_canvas_offers_tracks_on_frames_of_a_video(qtbot, playing):
    freeze(qtbot, playing, 5)
    draw(playing, box_at(5))
    (menu,) = (link for link in playing._links if isinstance(link, CanvasMenu))
    built = menu.build()
    (tracks,) = (a.menu() for a in built.actions() if a.menu() and a.text() == "Track")
    assert playing.actions["track_fill"] in tracks.actions()
    built.deleteLater()


def test_pictures_have_no_tracks(opened):
    draw(opened, Box(1, 1, 20, 20))
    opened.actions["track_start"].trigger()
    assert "Only frames of a video have tracks." in opened.window.statusBar().currentMessage()


def test_a_point_is_not_followed_but_filled_between_its_keyframes(qtbot, playing):
    app = playing
    freeze(qtbot, app, 4)
    draw(app, Polyline([[10, 20]]))
    app.actions["track_forward"].trigger()
    assert "cannot be followed" in app.window.statusBar().currentMessage()
    app.actions["track_start"].trigger()
    freeze(qtbot, app, 8)
    app.actions["track_keyframe"].trigger()
    move_selected(app, 20)
    with qtbot.waitSignal(app.desk.tracking.tracks.filled, timeout=PATIENCE_MS):
        app.actions["track_fill"].trigger()
    assert on_track(sample_at(app, 6), 1).region == Polyline([[20, 20]])
