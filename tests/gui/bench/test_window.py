"""The window's scenes, small: what they measure, and that a process of their own can."""

import pytest

from engine.errors import ProjectError
from gui.bench import window
from gui.bench.alone import measure_alone
from gui.bench.register import PROMISES
from gui.bench.scenes import make_files, make_large


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    make_files(folder, pictures=12, huge=320)
    return folder


@pytest.mark.slow
def test_a_folder_and_a_large_picture_are_measured(qapp, files, monkeypatch):
    monkeypatch.setattr(window, "STEPS", 3)
    found = window.open_folder(files / "pictures") | window.open_huge(files / "huge.jpg")
    assert found.keys() <= PROMISES.keys()
    assert len(found) == 6
    assert all(value > 0 for value in found.values())


@pytest.mark.slow
def test_a_large_project_is_measured(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(window, "STEPS", 3)
    make_large(tmp_path, pictures=12)
    found = window.open_large(tmp_path / "large")
    assert {row_id.removesuffix("_at") for row_id in found} <= PROMISES.keys()
    assert found["large.first_picture_at"] <= found["large.opened_at"]
    assert found["large.next_picture"] > 0


@pytest.mark.slow
def test_a_scene_in_a_process_of_its_own_tells_its_memory_too(files):
    found = measure_alone("start", files)
    assert found.keys() == {"window.start", "memory.start"}
    assert 0 < found["window.start"] < 60
    assert found["memory.start"] > 50


def test_a_scene_that_fails_says_why(tmp_path):
    with pytest.raises(ProjectError, match="KeyError"):
        measure_alone("none", tmp_path)
