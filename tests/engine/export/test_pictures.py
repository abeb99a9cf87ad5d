"""Pictures are brought to their places, and links fall back to copies."""

import os

import pytest

from engine.errors import SourceError
from engine.export.options import Pictures
from engine.export.pictures import bring, stamp
from engine.values import FrameId


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    return path


@pytest.mark.parametrize("how", [Pictures.COPY, Pictures.HARD_LINK, Pictures.SYMLINK])
def test_what_was_in_the_place_is_replaced_and_never_written_through(tmp_path, source, how):
    other, target = tmp_path / "other.png", tmp_path / "out" / "a.png"
    other.write_bytes(b"mine")
    target.parent.mkdir()
    os.link(other, target)
    assert bring(source, target, how)
    assert target.read_bytes() == b"picture"
    assert other.read_bytes() == b"mine"
    assert target.samefile(source) == (how is not Pictures.COPY)


def test_where_links_do_not_reach_it_is_copied_and_said(tmp_path, source, monkeypatch):
    def refuse(*_):
        raise OSError("another disk")

    monkeypatch.setattr(os, "symlink", refuse)
    assert not bring(source, tmp_path / "b.png", Pictures.SYMLINK)
    assert not (tmp_path / "b.png").is_symlink()
    assert (tmp_path / "b.png").read_bytes() == b"picture"


def test_a_stamp_changes_with_the_file_and_the_frame(source):
    first = stamp(FrameId(str(source)))
    assert stamp(FrameId(str(source), 1)) != first
    source.write_bytes(b"another picture")
    assert stamp(FrameId(str(source))) != first
    source.unlink()
    with pytest.raises(SourceError, match=r"a\.png"):
        stamp(FrameId(str(source)))
