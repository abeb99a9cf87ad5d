"""A project whose folder vanishes, comes back, fills up or fails while it is open."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

from engine.errors import ProjectError
from engine.project import database
from engine.project.place import data_folder
from engine.project.project import Project
from engine.project.tally import tally_file
from tests.make_project import A, B, add_box, frame, redo, undo


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


@pytest.fixture
def project(root, monkeypatch):
    monkeypatch.setattr(database, "_RETRY_SECONDS", -1.0)
    with Project.create(root, (A, B)) as project:
        project.apply(frame(project), add_box())
        yield project


def count(project):
    return len(project.sample(frame(project)).annotations)


def test_a_deleted_folder_is_noticed_and_nothing_is_lost(project, root):
    shutil.rmtree(root / ".maskloop")
    heard = []
    project.listen(lambda: heard.append(project.trouble))
    assert len(project.apply(frame(project), add_box(20)).annotations) == 2
    assert "not there any more" in project.trouble.message
    assert heard[-1] is project.trouble
    assert not (root / ".maskloop").exists()
    project.apply(frame(project), add_box(30))
    assert undo(project) == "Draw box"
    redo(project)
    project.try_again()
    assert project.trouble is None
    assert project.place.database == root / ".maskloop" / "project.db"
    project.close()
    with Project.open(root) as again:
        assert count(again) == 3
        assert again.lost_edits == 0
    assert not list((data_folder() / "rescued").iterdir())


def test_a_folder_deleted_by_an_edit_s_own_time_is_noticed_before_it_is_acknowledged(project, root):
    def vanish():
        shutil.rmtree(root / ".maskloop", ignore_errors=True)

    project._database.before_edit = vanish
    project.apply(frame(project), add_box(20))
    assert project.trouble is not None
    assert count(project) == 2


def test_a_folder_that_comes_back_gets_everything(project, root):
    away = root.with_name("elsewhere")
    root.rename(away)
    project.apply(frame(project), add_box(20))
    assert project.trouble is not None
    away.rename(root)
    project.apply(frame(project), add_box(30))
    assert project.trouble is None
    with Project.open(root) as again:
        assert count(again) == 3


def test_a_folder_that_was_away_for_a_while_is_nothing_to_speak_of(project, root):
    other = root.with_name("copy")
    shutil.copytree(root, other)
    shutil.rmtree(root)
    other.rename(root)
    project.apply(frame(project), add_box(20))
    assert project.trouble is None
    with Project.open(root) as again:
        assert count(again) == 2


def test_what_is_apart_when_the_window_closes_is_found_again(project, root):
    away = root.with_name("elsewhere")
    root.rename(away)
    project.apply(frame(project), add_box(20))
    project.close()
    away.rename(root)
    with Project.look(root) as again:
        assert again.trouble is None
        assert again.place.scratch is None
        assert count(again) == 2


def test_what_is_apart_is_found_again_without_its_folder(project, root):
    shutil.rmtree(root / ".maskloop")
    project.apply(frame(project), add_box(20))
    project.close()
    with Project.look(root) as again:
        assert again.trouble is not None
        assert count(again) == 2
        again.try_again()
        assert again.trouble is None
    with Project.open(root) as again:
        assert count(again) == 2


def test_a_project_edited_by_another_meanwhile_is_never_overwritten(project, root, tmp_path):
    away = root.with_name("elsewhere")
    root.rename(away)
    project.apply(frame(project), add_box(20))
    away.rename(root)
    with Project(project.place.__class__(root / ".maskloop", root)) as other:
        other.apply(frame(other), add_box(40))
        project.apply(frame(project), add_box(30))
        assert "changed meanwhile" in project.trouble.message
        assert count(other) == 2
        project.move_to(tmp_path / "mine")
        assert project.trouble is None
        assert count(project) == 3
        assert project.place.folder.parent == tmp_path / "mine"
        assert count(other) == 2
        with pytest.raises(ProjectError, match="There is a project"):
            project.move_to(tmp_path / "mine")


def test_another_database_in_the_place_is_not_taken_for_ours(project, root, tmp_path):
    (tmp_path / "other").mkdir()
    with Project.create(tmp_path / "other") as other:
        other.add_label("x")
        other.add_label("y")
        path = other.place.database
    os.replace(path, project.place.database)
    project.apply(frame(project), add_box(20))
    assert project.trouble is not None
    assert count(project) == 2
    with Project(project.place.__class__(root / ".maskloop", root)) as other:
        assert len(other.labels) == 3


def test_a_job_goes_on_where_the_window_has_gone(project, root):
    with Project.open(project.place) as job:
        shutil.rmtree(root / ".maskloop")
        project.apply(frame(project), add_box(20))
        job.apply(frame(job), add_box(30))
        assert count(project) == 3
        project.try_again()
        assert job.trouble is None or job.sample(frame(job))
        job.apply(frame(job), add_box(40))
        assert count(project) == 4
        assert job.place == project.place
    with Project.open(root) as again:
        assert count(again) == 4


@contextmanager
def no_file_grows_beyond(size):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_an_io_error_is_no_damage(project):
    with no_file_grows_beyond(100), pytest.raises(ProjectError) as error:
        project.apply(frame(project), add_box(20))
    assert "cannot be read or written" in error.value.message
    assert count(project) == 1
    project.apply(frame(project), add_box(20))
    assert count(project) == 2


def test_a_first_edit_that_fits_nowhere_is_kept_apart(root, monkeypatch):
    monkeypatch.setattr(database, "_RETRY_SECONDS", -1.0)

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    with Project.look(root) as project:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            project.apply(frame(project), add_box())
            assert "disk is full" in project.trouble.message
            assert not (root / ".maskloop").exists()
            project.apply(frame(project), add_box(20))
            assert project.trouble is not None
        project.apply(frame(project), add_box(30))
        assert project.trouble is None
        assert count(project) == 3
    with Project.open(root) as again:
        assert count(again) == 3


def test_a_lost_wal_is_counted(project, root):
    connection = sqlite3.connect(project.place.database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    for x in (20, 30, 40):
        project.apply(frame(project), add_box(x))
    copied = root.with_name("copied")
    (copied / ".maskloop").mkdir(parents=True)
    for path in (project.place.database, tally_file(project.place.database)):
        shutil.copy(path, copied / ".maskloop")
    with Project.open(copied) as again:
        assert again.lost_edits == 3
        again.apply(frame(again), add_box(50))
    with Project.open(copied) as again:
        assert again.lost_edits == 0
        assert count(again) == 2


def test_an_empty_database_is_no_new_project(root):
    with Project.create(root, (A, B)) as project:
        path = project.place.database
    path.write_bytes(b"")
    for way in (Project.open, Project.look):
        with pytest.raises(ProjectError, match="empty"):
            way(root)
    assert path.read_bytes() == b""


def test_a_kill_right_after_all_was_brought_back_is_no_conflict(project, root):
    away = root.with_name("elsewhere")
    root.rename(away)
    project.apply(frame(project), add_box(20))
    rescue = shutil.copytree(project.place.scratch, root.with_name("kept"))
    folder = project.place.scratch
    away.rename(root)
    project._database.go_home(is_asked=False)
    with closing(sqlite3.connect(rescue / "project.db")) as connection:
        note = connection.execute("SELECT key, value FROM notes WHERE key = 'left'").fetchone()
    project.close()
    shutil.copytree(rescue, folder)  # as if it had not been deleted, nor the note at home
    with closing(sqlite3.connect(root / ".maskloop" / "project.db")) as connection, connection:
        connection.execute("INSERT INTO notes VALUES (?, ?)", note)
    with Project.look(root) as again:
        assert again.trouble is None
        assert count(again) == 2


def test_two_windows_that_lose_their_folder_keep_what_each_has(project, root):
    away = root.with_name("elsewhere")
    child = ProcessProject(root)
    try:
        root.rename(away)
        project.apply(frame(project), add_box(20))
        child.edit()
        assert len(list((data_folder() / "rescued").iterdir())) == 2
    finally:
        child.close()


class ProcessProject:
    """Another window on the project, in a process of its own."""

    def __init__(self, root):
        code = (
            "import sys\n"
            "from engine.project.project import Project\n"
            "from tests.make_project import add_box, frame\n"
            "project = Project.open(sys.argv[1])\n"
            "print('open', flush=True)\n"
            "sys.stdin.readline()\n"
            "project.apply(frame(project), add_box(70))\n"
            "print('done', flush=True)\n"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "open\n"

    def edit(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def close(self):
        self._process.kill()
        self._process.communicate()
