from engine.formats.report import sample_name
from engine.values import FrameId


def test_the_first_frame_of_a_video_is_called_one():
    assert sample_name(FrameId("/a/clip.MP4")) == "clip.MP4, frame 0"
    assert sample_name(FrameId("/a/clip.mp4", 61)) == "clip.mp4, frame 61"
    assert sample_name(FrameId("/a/cat.png")) == "cat.png"
