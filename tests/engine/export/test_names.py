from engine.export.names import FileNames, own_stem
from engine.values import FrameId


def test_each_picture_keeps_its_name_where_nobody_has_it():
    names = FileNames()
    paths = ("/a/1.png", "/b/1.jpg", "/c/1.png", "/b/2.png", "/x/b/1.png", "/d/B_1.png")
    stems = [names.stem(FrameId(path)) for path in paths]
    assert stems == ["1", "b_1", "c_1", "2", "b_1_2", "d_B_1"]


def test_frames_of_a_video_end_in_their_index():
    assert own_stem(FrameId("/a/clip.MP4", 12)) == "clip_000012"
    assert own_stem(FrameId("/a/clip.png")) == "clip"


def test_frames_of_two_videos_of_one_name_do_not_mix():
    names = FileNames()
    frames = (FrameId("/a/clip.mp4", 0), FrameId("/b/clip.mp4", 7), FrameId("/a/clip.mp4", 9))
    assert [names.stem(f) for f in frames] == ["clip_000000", "b_clip_000007", "clip_000009"]
