"""What is found out of a picture, and remembered for the next try."""

import numpy as np
import pytest

from engine.export import survey
from engine.export.duplicates import SIDE
from engine.export.survey import names_of, suffix_of
from engine.values import FrameId


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/a/b/1.png", "/a/b/2.png"], ["1.png", "2.png"]),
        (["/a/b/1.png", "/a/c/1.png"], ["b/1.png", "c/1.png"]),
        (["/a/1.png", "/a/c/1.png"], ["1.png", "c/1.png"]),
        (["/1.png", "/b/1.png"], ["1.png", "b/1.png"]),
        ([], []),
    ],
)
def test_each_picture_is_named_by_its_path_below_what_all_share(paths, names):
    assert names_of([FrameId(path) for path in paths]) == names


def test_frames_of_a_video_are_told_by_their_index():
    assert names_of([FrameId("/a/v.mp4", 3), FrameId("/a/v.mp4")]) == ["v.mp4, frame 3", "v.mp4"]


@pytest.mark.parametrize(
    ("name", "as_it_is", "anew"),
    [("a.JPG", ".JPG", ".JPG"), ("a.tif", ".tif", ".png"), ("a.mp4", ".mp4", ".png")],
)
def test_what_is_written_anew_is_png_or_jpeg(name, as_it_is, anew):
    assert suffix_of(FrameId(name), is_anew=False) == as_it_is
    assert suffix_of(FrameId(name), is_anew=True) == anew


def test_an_odd_line_of_a_journal_is_looked_at_again():
    print_ = np.arange(SIDE * SIDE, dtype=np.uint8).tobytes().hex()
    found = survey._remembered({"size": [3, 4], "print": print_}, wants_print=True)
    assert found is not None
    assert found[0] == (3, 4)
    assert found[1].shape == (SIDE, SIDE)
    assert survey._remembered({"size": [3, 4], "print": ""}, wants_print=False) == ((3, 4), None)
    for odd in ({"size": [3]}, {"size": [3, 4]}, {"size": [3, 4], "print": "zz"}, {"size": "ab"}):
        assert survey._remembered(odd, wants_print=True) is None
    assert survey._remembered({"size": [3, 4], "print": ""}, wants_print=True) is None
