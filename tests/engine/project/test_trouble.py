"""What can go wrong with a project: locks, damage, read-only places, kill -9, a full disk."""

import os
import signal
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Mask
from tests.make_project import add_box, frame, texts, undo


def test_a_window_that_blocks_the_other_is_a_clear_error(project, monkeypatch):
    monkeypatch.setattr("engine.project.schema.BUSY_SECONDS", 0.05)
    with (
        Project.open(project.root) as other,
        project._store.writing(),
        pytest.raises(ProjectError, match="Another window"),
    ):
        other.apply(frame(other), add_box())
    assert project.sample(frame(project)).annotations == ()


def test_a_read_only_project_refuses_edits(project):
    with (
        Project.open(project.root, read_only=True) as other,
        pytest.raises(ProjectError, match="read-only"),
    ):
        other.apply(frame(other), add_box())


@pytest.mark.parametrize("damage", [b"not a database at all" * 99, None])
def test_a_damaged_database_is_refused_and_left_untouched(tmp_path, damage):
    with Project.create(tmp_path) as project:
        project.add_frames(tmp_path / f"{i}.jpg" for i in range(500))
        path = project.place.database
    data = damage or b"".join([path.read_bytes()[:100], b"\x07" * 8000])
    path.write_bytes(data)
    with pytest.raises(ProjectError, match="damaged") as error:
        Project.open(tmp_path)
    assert "backup" in error.value.hint
    assert path.read_bytes() == data


def test_other_databases_are_refused(tmp_path):
    with Project.create(tmp_path) as project:
        path = project.place.database
    with pytest.raises(ProjectError, match="already"):
        Project.create(tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(ProjectError, match="not a Maskloop"):
        Project.open(tmp_path)


def test_a_folder_without_a_project_is_a_clear_error(tmp_path):
    with pytest.raises(ProjectError, match="no project"):
        Project.open(tmp_path)
    with pytest.raises(ProjectError, match="no folder"):
        Project.open(tmp_path / "none")
    with Project.look(tmp_path) as project:
        assert project.place.folder == tmp_path / ".maskloop"
    Project.look(tmp_path).close()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_a_read_only_place_puts_the_project_into_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with Project.look("/proc/self/fd") as project:
        project.add_frames(["/proc/self/fd/a.jpg"])
        assert tmp_path in project.place.database.parents
        assert project.frame_ids() == (FrameId("/proc/self/fd/a.jpg"),)
        assert Project.exists("/proc/self/fd")


def test_a_project_in_a_read_only_place_goes_on_in_a_copy(tmp_path, monkeypatch, project):
    project.apply(frame(project), add_box())
    project.close()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    allowed = os.access

    def access(path, mode):
        return "home" in str(path) and allowed(path, mode)

    monkeypatch.setattr(os, "access", access)
    with Project.open(tmp_path, read_only=True) as there:
        assert len(there.sample(frame(there)).annotations) == 1
    with Project.open(tmp_path) as copy:
        assert tmp_path / "home" in copy.place.database.parents
        drawn = copy.apply(frame(copy), add_box(20))
    with Project.open(tmp_path, read_only=True) as again:
        assert again.sample(frame(again)) == drawn
        assert len(drawn.annotations) == 2


WORK = """
import sys
from functools import partial
from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.project import Project
from engine.values import Annotation, Mask
import numpy as np
project = Project.open(sys.argv[1])
frame = project.frame_ids()[0]
while True:
    mask = Annotation(Mask(1, 1, np.ones((300, 300), bool)), 1)
    done = project.apply(frame, Edit("Paint", partial(edits.add, annotations=mask)))
    print(len(done.annotations), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kill_9_loses_no_finished_edit(project):
    child = subprocess.Popen(
        [sys.executable, "-c", WORK, str(project.root)], stdout=subprocess.PIPE, text=True
    )
    try:
        said = [int(child.stdout.readline()) for _ in range(25)]
    finally:
        os.kill(child.pid, signal.SIGKILL)
        # Not communicate(): it would miss what readline() has already taken from the pipe.
        rest = child.stdout.read()
        child.stdout.close()
        child.wait(timeout=30)
    said += [int(line) for line in rest.split() if line.isdigit()]
    with Project.open(project.root) as again:
        saved = len(again.sample(frame(again)).annotations)
        assert saved in (said[-1], said[-1] + 1)
        assert again._store.query("PRAGMA integrity_check") == [("ok",)]
        assert undo(again, frame(again)) == "Paint"
        assert len(again.sample(frame(again)).annotations) == saved - 1


def test_a_full_disk_loses_only_the_edit_that_did_not_fit(project):
    before = project.apply(frame(project), add_box())
    connection = project._store.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    noise = np.random.default_rng(0).random((900, 900)) > 0.5
    paint = Edit("Paint", partial(edits.add, annotations=Annotation(Mask(0, 0, noise), 1)))
    with pytest.raises(ProjectError, match="disk is full") as error:
        project.apply(frame(project), paint)
    assert "Free some space" in error.value.hint
    connection.execute("PRAGMA max_page_count = 1000000")
    assert project.sample(frame(project)) == before
    assert len(project.apply(frame(project), paint).annotations) == 2


def test_undo_and_label_edits_on_a_full_disk_lose_nothing(project):
    at, connection = frame(project), project._store.connection
    boxes = [Annotation(Box(i, 1, i + 5, 9), 1) for i in range(400)]
    drawn = project.apply(at, Edit("Draw", partial(edits.add, annotations=boxes)))
    everything = {a.id for a in boxes}
    empty = project.apply(at, Edit("Delete", partial(edits.delete, ids=everything)))
    for act, before, after in (
        (lambda: undo(project, at), empty, drawn),
        (lambda: project.merge_labels([1], 2), drawn, None),
    ):
        connection.execute("VACUUM")
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ProjectError, match="disk is full"):
            act()
        assert project.sample(at) == before
        connection.execute("PRAGMA max_page_count = 1000000")
        act()
        assert after is None or project.sample(at) == after
    assert all(a.label_id == 2 for a in project.sample(at).annotations)
    assert texts(project, at) == ("Merge label cell into nucleus (400 objects)", None)
