from engine.formats.label_names import Names
from engine.values import FrameId


def test_a_picture_keeps_its_own_stem_and_a_videos_frame_gets_its_index():
    names = Names()
    assert names.stem(FrameId("a/dog.jpg"), False) == "dog"
    assert names.stem(FrameId("a/clip.mp4", 12), True) == "clip_000012"


def test_two_pictures_of_one_stem_do_not_share_files_and_keep_their_names():
    names = Names()
    assert names.stem(FrameId("a/dog.jpg"), False) == "dog"
    assert names.stem(FrameId("b/DOG.jpg"), False) == "b/DOG"
    assert names.stem(FrameId("x/b/dog.png"), False) == "b_2/dog"
    assert names.stem(FrameId("a/dog.jpg"), False) == "dog"
