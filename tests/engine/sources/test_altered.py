"""A picture is read again when its file is another one, and only then."""

import os

import numpy as np
import pytest
from PIL import Image

from engine.jobs import CancelToken
from engine.sources.altered import look_again, mark_of
from engine.sources.frame_reader import FrameReader
from engine.values import FrameId
from tests.make import write_picture


@pytest.fixture
def frame(tmp_path):
    path = write_picture(tmp_path / "a.png")
    return FrameReader().read(FrameId(str(path)))


def look(frame, mark):
    return look_again(frame, mark, CancelToken())


def test_a_file_that_is_as_it_was_is_not_read(frame):
    mark = mark_of(frame.id.path)
    assert (look(frame, mark).frame, look(frame, mark).mark) == (None, mark)


def test_other_pixels_are_given_with_the_mark_of_their_file(frame, tmp_path):
    mark = mark_of(frame.id.path)
    write_picture(tmp_path / "a.png", (60, 80), seed=1)
    found = look(frame, mark)
    assert found.frame.size_hw == (60, 80)
    assert found.mark == mark_of(frame.id.path) != mark


def test_the_same_pixels_in_a_file_that_was_touched_are_no_news(frame):
    mark = mark_of(frame.id.path)
    os.utime(frame.id.path, (1, 1))
    found = look(frame, mark)
    assert found.frame is None
    assert found.mark == mark_of(frame.id.path) != mark


def test_what_is_gone_or_was_never_known_is_no_news(frame, tmp_path):
    mark = mark_of(frame.id.path)
    write_picture(tmp_path / "a.png", seed=1)
    assert look(frame, None).frame is None
    (tmp_path / "a.png").unlink()
    assert (look(frame, mark).frame, look(frame, mark).mark) == (None, None)


def test_a_picture_of_many_rows_is_compared_to_its_end(tmp_path):
    path = write_picture(tmp_path / "tall.png", (1300, 8))
    frame = FrameReader().read(FrameId(str(path)))
    mark, pixels = mark_of(frame.id.path), frame.pixels.copy()
    pixels[-1, -1] = 255 - pixels[-1, -1]
    Image.fromarray(pixels).save(path)
    os.utime(path, (1, 1))
    assert np.array_equal(look(frame, mark).frame.pixels, pixels)
