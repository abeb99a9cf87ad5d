"""Temporary databases of killed processes are swept; nobody's Edits and no living one's are."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from engine.files import locked
from engine.jobs import CancelToken
from engine.project import scratch
from engine.project.moving import LEFT
from engine.project.place import DATABASE, place_of
from engine.project.schema import connect
from engine.project.scratch import new_scratch, sweep


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An empty temporary folder."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    scratch.process_folder.cache_clear()
    yield folder
    scratch.process_folder.cache_clear()


def left_by(process: Path, name: str) -> Path:
    """A scratch in the folder of a process."""
    folder = process / name
    folder.mkdir(parents=True)
    (process / ".held").touch()
    made = new_scratch(place_of(process.parent))
    (made.scratch / DATABASE).rename(folder / DATABASE)
    return folder


def test_what_a_killed_process_has_left_is_deleted(temporary):
    dead = left_by(temporary / "maskloop-dead", "tmp1").parent
    (dead / "tmp2").mkdir()
    other = temporary / "maskloop-other"
    other.mkdir()
    assert sweep(CancelToken()) == 1
    assert not dead.exists()
    assert other.exists()
    assert scratch.process_folder().exists()


def test_edits_and_what_is_damaged_stay(temporary):
    edited = left_by(temporary / "maskloop-dead", "edited")
    damaged, plain = (left_by(temporary / "maskloop-dead", name) for name in ("damaged", "plain"))
    connection = connect(edited / DATABASE)
    connection.execute("INSERT INTO notes VALUES (?, '0')", (LEFT,))
    connection.close()
    (damaged / DATABASE).write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert sweep(CancelToken()) == 0
    assert (edited / DATABASE).exists()
    assert (damaged / DATABASE).exists()
    assert not plain.exists()


def test_the_folder_of_a_living_process_is_left_alone(temporary):
    living = left_by(temporary / "maskloop-living", "tmp1")
    with locked(living.parent / ".held"):
        assert sweep(CancelToken()) == 0
    assert living.exists()
    link = temporary / "maskloop-link"
    link.symlink_to(living.parent, target_is_directory=True)
    assert sweep(CancelToken()) == 1
    assert not living.exists()


CODE = """
import os, signal, sys
from engine.project.project import Project
project = Project.look(sys.argv[1])
print(project.place.database, flush=True)
os.kill(os.getpid(), signal.SIGKILL) if sys.argv[2] == "kill" else project.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed so there")
def test_a_process_that_ends_clears_up_and_one_that_is_killed_is_swept(temporary):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CODE, str(temporary), ending], stdout=subprocess.PIPE, text=True
        )
        for ending in ("kill", "end")
    ]
    killed, ended = (Path(process.communicate()[0].strip()) for process in started)
    assert killed.exists()
    assert not ended.parent.parent.exists()
    assert sweep(CancelToken()) == 1
    assert not killed.parent.parent.exists()
