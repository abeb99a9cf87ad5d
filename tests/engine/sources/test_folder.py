import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.jobs import Cancelled, CancelToken
from engine.sources.folder import PictureFolder, list_pictures, natural_key
from engine.values import FrameId


def write(path: Path, value: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 6, 3), value, np.uint8)).save(path)
    return path


def test_pictures_come_in_natural_order(tmp_path: Path) -> None:
    for value, name in enumerate(("f1.png", "F2.PNG", "f10.png")):
        write(tmp_path / name, value)
    write(tmp_path / ".hidden.png", 9)
    (tmp_path / "notes.md").write_text("no picture")
    folder = PictureFolder(tmp_path)
    assert folder.count == 3
    assert [frame.pixels[0, 0, 0] for frame in folder.frames(CancelToken())] == [0, 1, 2]
    assert folder.frame_id(2) == FrameId(str(tmp_path / "f10.png"))
    assert folder.read(1).pixels[0, 0, 0] == 1
    assert not folder.is_live
    assert folder.fps is None


def test_subfolders_only_when_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 0)
    write(tmp_path / "봄" / "b.png", 1)
    assert len(list_pictures(tmp_path)) == 1
    assert len(list_pictures(tmp_path, recursive=True)) == 2


def test_a_folder_is_searched_below_unless_told_not_to(tmp_path: Path) -> None:
    write(tmp_path / "new" / "2.png", 0)
    write(tmp_path / "new" / "10.png", 1)
    write(tmp_path / "new 2" / "a" / "1.png", 2)
    names = [Path(PictureFolder(tmp_path).frame_id(i).path).name for i in range(3)]
    assert names == ["1.png", "2.png", "10.png"]
    with pytest.raises(SourceError, match="may be some in its folders"):
        PictureFolder(tmp_path, recursive=False)


def test_hidden_folders_and_our_own_are_not_searched(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 0)
    write(tmp_path / ".maskloop" / "frames" / "b.png", 1)
    write(tmp_path / "new" / ".thumbs" / "c.png", 1)
    assert list_pictures(tmp_path, recursive=True) == [str(tmp_path / "a.png")]


def test_links_are_followed_once_and_never_in_circles(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "own" / "a.png", 0)
    write(tmp_path / "elsewhere" / "b.png", 1)
    for name, target in {
        "circle": root,
        "own/circle": root / "own",
        "above": tmp_path,
        "all": Path("/"),
        "again": root / "own",
        "link": tmp_path / "elsewhere",
        "same": tmp_path / "elsewhere",
        "broken": tmp_path / "missing",
    }.items():
        (root / name).symlink_to(target, target_is_directory=True)
    (tmp_path / "elsewhere" / "back").symlink_to(root, target_is_directory=True)
    found = [Path(p).relative_to(root).as_posix() for p in list_pictures(root, recursive=True)]
    assert found == ["link/b.png", "own/a.png"]


def test_natural_key_ties_are_broken_by_the_name() -> None:
    names = ["a007", "a7", "A7", "a 10 b 2", "a 10 b 10"]
    assert sorted(names, key=natural_key) == ["a 10 b 2", "a 10 b 10", "A7", "a007", "a7"]


def test_opening_reads_no_picture(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"")
    folder = PictureFolder(tmp_path)
    with pytest.raises(SourceError, match=r"broken\.jpg"):
        folder.read(0)


def test_a_broken_picture_is_left_out_and_said_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "a.png", 5)
    (tmp_path / "b.png").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        frames = list(PictureFolder(tmp_path).frames(CancelToken()))
    assert len(frames) == 1
    assert "b.png" in caplog.text
    caplog.clear()


def test_folder_without_pictures_and_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        PictureFolder(tmp_path)
    with pytest.raises(SourceError, match="Cannot list"):
        PictureFolder(tmp_path / "missing")


def test_index_outside_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.png", 0)
    for index in (-1, 1):
        with pytest.raises(SourceError, match="no frame"):
            PictureFolder(tmp_path).read(index)


def test_cancel_stops_between_frames(tmp_path: Path) -> None:
    for i in range(3):
        write(tmp_path / f"{i}.png", i)
    cancel = CancelToken()
    frames = PictureFolder(tmp_path).frames(cancel)
    next(frames)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(frames)
