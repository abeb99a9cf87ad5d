import mmap
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine import mapped_pixels
from engine.errors import SourceError
from engine.mapped_pixels import let_go, letting_go, room_for


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mapped_pixels, "MAPPED_FROM", 1000)
    return tmp_path / "cache"


def lies_in_a_file(pixels: np.ndarray) -> bool:
    base = pixels
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, memoryview) and isinstance(base.obj, mmap.mmap)


def test_only_large_pictures_lie_in_a_file_and_that_has_no_name(cache: Path) -> None:
    assert not lies_in_a_file(room_for((20, 50)))
    large = room_for((40, 50))
    assert large.shape == (40, 50, 3)
    assert lies_in_a_file(large)
    assert list(cache.iterdir()) == []


def test_what_was_let_go_is_there_when_it_is_looked_at_again() -> None:
    large = room_for((400, 500))
    with letting_go(large):
        large[:] = 7
    let_go(large[10:20].transpose(1, 0, 2))
    assert (large == 7).all()
    let_go(np.zeros(3))  # Not in a file: stays as it is.


def test_a_full_disk_is_told_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 0))
    with pytest.raises(SourceError, match="disk is full") as caught:
        room_for((40, 50))
    assert "MASKLOOP_CACHE" in caught.value.hint
