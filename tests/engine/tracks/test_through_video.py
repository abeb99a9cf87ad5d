"""An object is followed through a video file in both directions, and can be given up."""

import pytest

from engine.jobs import Cancelled, CancelToken, no_progress
from engine.regions import boxes
from engine.tracks.follow import Ending
from engine.tracks.through_video import FollowRequest, follow_in_video
from engine.values import FrameId
from tests.make_track import box_at, write_scene

COUNT = 40


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return write_scene(tmp_path_factory.mktemp("track") / "one.mp4", COUNT)


def followed(video, start, frames, **more):
    request = FollowRequest(FrameId(str(video), start), box_at(start), frames, **more)
    return follow_in_video(request, no_progress, CancelToken())


def overlap(found):
    return float(boxes.iou([found.region.xyxy], [box_at(found.index).xyxy])[0, 0])


def test_forward_and_backward_give_the_frames_that_were_asked_for(video):
    for start, frames, indexes in ((5, 10, range(6, 16)), (30, -20, range(29, 9, -1))):
        result = followed(video, start, frames)
        assert [f.index for f in result.found] == list(indexes)
        assert result.ending is Ending.DONE
        assert min(map(overlap, result.found)) > 0.8


def test_the_ends_of_the_video_are_told(video):
    last = followed(video, COUNT - 3, 10)
    assert [f.index for f in last.found] == [COUNT - 2, COUNT - 1]
    assert last.ending is Ending.VIDEO_END
    first = followed(video, 2, -9)
    assert [f.index for f in first.found] == [1, 0]
    assert first.ending is Ending.VIDEO_END


def test_known_frames_end_it(video):
    assert followed(video, 5, 20, stops=frozenset({9})).ending is Ending.KNOWN


def test_progress_is_told_and_it_can_be_cancelled(video):
    cancel, told = CancelToken(), []

    def progress(done, total, text):
        told.append((done, total))
        if done == 2:
            cancel.cancel()

    request = FollowRequest(FrameId(str(video), 0), box_at(0), 30)
    with pytest.raises(Cancelled):
        follow_in_video(request, progress, cancel)
    assert told == [(0, 30), (1, 30), (2, 30)]
