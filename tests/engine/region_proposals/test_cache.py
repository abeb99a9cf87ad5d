"""Proposals on disk: found once, and never wrong because of a file."""

import os

import numpy as np
import pytest

from engine.region_proposals import cache


class Counting:
    """Stands in for a search, and counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return np.full((3, 4), self.calls, np.float32), np.eye(3, dtype=np.bool_)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path))
    return tmp_path / "proposals"


def picture(level: int = 7) -> np.ndarray:
    return np.full((4, 5, 3), level, np.uint8)


def test_the_same_pixels_are_searched_once(folder):
    find = Counting()
    first, again = (cache.remembered(picture(), "fast", find) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one, other)
        assert one.dtype == other.dtype
    assert find.calls == 1
    assert len(list(folder.iterdir())) == 1


def test_other_pixels_modes_and_versions_are_searched_anew(folder, monkeypatch):
    find = Counting()
    for pixels, mode in ((picture(), "fast"), (picture(), "quality"), (picture(8), "fast")):
        cache.remembered(pixels, mode, find)
    # The same bytes in another shape are another picture.
    cache.remembered(picture().reshape(5, 4, 3), "fast", find)
    monkeypatch.setattr(cache, "VERSION", cache.VERSION + 1)
    cache.remembered(picture(), "fast", find)
    assert find.calls == 5


def broken(data: bytes) -> list[bytes]:
    middle = len(data) // 4
    changed = data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
    return [b"", b"nonsense", data[:100], data[: len(data) // 2], changed]


@pytest.mark.parametrize("index", range(5))
def test_a_broken_file_is_made_anew(folder, index):
    find = Counting()
    cache.remembered(picture(), "fast", find)
    (path,) = folder.iterdir()
    path.write_bytes(broken(path.read_bytes())[index])
    assert cache.remembered(picture(), "fast", find)[0][0, 0] == 2
    assert find.calls == 2
    cache.remembered(picture(), "fast", find)
    assert find.calls == 2


def test_a_folder_that_cannot_be_written_only_costs_time(folder):
    folder.write_text("a file in its place", encoding="utf-8")
    find = Counting()
    for _ in range(2):
        assert len(cache.remembered(picture(), "fast", find)[0]) == 3
    assert find.calls == 2


def test_the_oldest_files_make_room(folder, monkeypatch):
    find = Counting()
    cache.remembered(picture(99), "fast", find)
    (path,) = folder.iterdir()
    monkeypatch.setattr(cache, "_KEPT_BYTES", 3 * path.stat().st_size + 5)
    monkeypatch.setattr(cache, "_LOOK_EVERY", 1)
    for level in range(6):
        cache.remembered(picture(level), "fast", find)
        for path in folder.iterdir():  # A second older each time: the clock may be coarse.
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 1))
    assert len(list(folder.iterdir())) == 3
    find.calls = 0
    cache.remembered(picture(5), "fast", find)
    assert find.calls == 0
