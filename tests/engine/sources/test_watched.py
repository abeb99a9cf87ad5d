"""Pictures that arrive in a folder: whole, half written, overwritten, many at once."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.jobs import Cancelled, CancelToken
from engine.open import open_source
from engine.sources.watched import Arrivals, WatchedFolder, WatchSource
from engine.values import Frame


def write(path: Path, grey: int, size: int = 16) -> Path:
    pixels = np.full((size, size, 3), grey, np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "들어옴").mkdir()
    return tmp_path / "들어옴"


@pytest.fixture
def cancel() -> Iterator[CancelToken]:
    """Ends by itself, should a test wait for what never comes."""
    cancel = CancelToken()
    timer = threading.Timer(60, cancel.cancel)
    timer.start()
    yield cancel
    timer.cancel()


def began(source: WatchSource, cancel: CancelToken) -> Iterator[Frame]:
    """Its frames after the first one: what is there from now on is new."""
    write(source._folder / "0 first.png", 1)
    frames = source.frames(cancel)
    assert grey_of(next(frames)) == 1
    return frames


def grey_of(frame: Frame) -> int:
    return int(frame.pixels[0, 0, 0])


def test_files_count_once_they_do_not_change_any_more() -> None:
    arrivals = Arrivals({"old": (1, 5)})
    assert arrivals.look({"old": (1, 5), "new": (2, 3)}) == []
    assert arrivals.look({"old": (1, 5), "new": (3, 7)}) == [], "it still grows"
    assert arrivals.look({"old": (1, 5), "new": (3, 7)}) == ["new"]
    assert arrivals.look({"old": (1, 5), "new": (3, 7)}) == []
    arrivals.look({"old": (9, 5), "new": (3, 7)})
    assert arrivals.look({"old": (9, 5), "new": (3, 7)}) == ["old"], "written anew"
    arrivals.look({"b": (20, 1), "a": (30, 1)})
    assert arrivals.look({"b": (20, 1), "a": (30, 1)}) == ["b", "a"], "the oldest first"


def test_the_newest_is_shown_and_then_what_arrives(folder: Path, cancel: CancelToken) -> None:
    write(folder / "a.png", 10)
    source = open_source(WatchedFolder(folder))
    assert (source.is_live, source.count, source.fps) == (True, None, None)
    frames = source.frames(cancel)
    assert grey_of(next(frames)) == 10
    write(folder / "b.png", 20)
    (folder / "below").mkdir()
    frame = next(frames)
    assert grey_of(frame) == 20
    assert frame.id.path == str(folder / "b.png")
    assert frame.id.index == 0, "it is a picture"
    write(folder / "below" / "c.png", 30)
    assert grey_of(next(frames)) == 30
    write(folder / "a.png", 40, size=20)
    assert grey_of(next(frames)) == 40, "overwritten"
    source.close()


def test_a_half_written_picture_waits_until_it_is_whole(folder: Path, cancel: CancelToken) -> None:
    frames = began(WatchSource(folder), cancel)
    whole = write(folder.parent / "whole.png", 50).read_bytes()
    (folder / "a.png").write_bytes(whole[: len(whole) // 2])
    write(folder / "b.png", 60)
    greys = {grey_of(next(frames))}
    assert greys == {60}, "half a picture is not shown"
    (folder / "a.png").write_bytes(whole)
    assert grey_of(next(frames)) == 50


def test_label_maps_and_other_files_are_no_pictures(folder: Path, cancel: CancelToken) -> None:
    frames = began(WatchSource(folder), cancel)
    write(folder / "a.png", 10)
    write(folder / "a_mask.png", 99)
    (folder / "notes.txt").write_text("x")
    assert grey_of(next(frames)) == 10
    write(folder / "b.png", 20)
    assert grey_of(next(frames)) == 20


def test_of_a_flood_the_newest_are_shown(folder: Path, cancel: CancelToken) -> None:
    source = WatchSource(folder)
    frames = began(source, cancel)
    for number in range(50):
        write(folder / f"{number}.png", number)
    shown = [grey_of(next(frames))]
    while shown[-1] != 49:
        shown.append(grey_of(next(frames)))
    assert shown == sorted(shown)
    assert len(shown) <= 50
    assert grey_of(source.read(0)) == 49


def test_a_folder_that_is_gone_is_said_and_found_again(folder: Path, cancel: CancelToken) -> None:
    write(folder / "a.png", 10)
    frames = WatchSource(folder).frames(cancel)
    next(frames)
    shutil.rmtree(folder)
    with pytest.raises(SourceError, match="not there"):
        next(frames)
    with pytest.raises(SourceError, match="not there"):
        open_source(WatchedFolder(folder))
    folder.mkdir()
    write(folder / "b.png", 20)
    assert grey_of(next(open_source(WatchedFolder(folder)).frames(cancel))) == 20


def test_waiting_can_be_cancelled(folder: Path) -> None:
    cancel = CancelToken()
    frames = WatchSource(folder).frames(cancel)
    threading.Timer(0.1, cancel.cancel).start()
    with pytest.raises(Cancelled):
        next(frames)
