"""Disks that fill up, turn read-only or vanish at random moments: no acknowledged Edit is lost."""

import random
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager, suppress

import pytest

from engine.errors import AppError
from engine.project import database
from engine.project.project import Project
from tests.make_project import A, B, add_box, frame

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody delete these")


class Work:
    """Random Edits on one project, and which objects must be there after those acknowledged."""

    def __init__(self, root, rng):
        self.root, self.rng = root, rng
        self.edits = self.refused = 0
        self.drawn = []
        self.project = Project.create(root, (A, B))

    def edit(self):
        """One Edit or undo; trouble that is told is none."""
        project, frame_id = self.project, frame(self.project)
        try:
            step = project.history(frame_id).undo if self.rng.random() < 0.2 else None
            if step is None:
                name = f"{self.edits}-{self.refused}"
                project.apply(frame_id, add_box(1 + self.edits % 90, annotation_id=name))
                self.drawn.append(name)
            else:
                project.undo(step.id)
                self.drawn.pop()
            self.edits += 1
        except AppError:
            self.refused += 1

    def check(self):
        """What was acknowledged, and nothing else, is there."""
        found = [a.id for a in self.project.sample(frame(self.project)).annotations]
        assert found == self.drawn

    def settle(self):
        """The cause is gone: all is at its place, also for who opens it anew."""
        self.edit()
        if self.project.trouble is not None:
            self.project.try_again()
        assert self.project.trouble is None
        self.check()
        self.project.close()
        self.project = Project.look(self.root)
        assert self.project.place.scratch is None
        assert self.project.lost_edits == 0
        assert self.project._store.query("PRAGMA integrity_check") == [("ok",)]
        self.check()


def deleted(work):
    shutil.rmtree(work.root / ".maskloop")
    work.edit()


def vanished(work):
    away = work.root.with_name("away")
    work.root.rename(away)
    for _ in range(work.rng.randint(1, 3)):
        work.edit()
    work.check()
    away.rename(work.root)


def closed_while_vanished(work):
    away = work.root.with_name("away")
    work.root.rename(away)
    work.edit()
    work.project.close()
    away.rename(work.root)
    work.project = Project.look(work.root)
    work.check()


def no_room(work):
    with no_file_beyond(work.rng.randint(0, 120_000)):
        for _ in range(3):
            work.edit()
    work.check()


@contextmanager
def no_file_beyond(size):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def try_faults(root, count, faults, seed):
    root.mkdir()
    work, tried = Work(root, random.Random(seed)), Counter()
    for _ in range(count):
        for _ in range(work.rng.randint(1, 4)):
            work.edit()
        fault = work.rng.choice(faults)
        tried[fault.__name__] += 1
        fault(work)
        work.settle()
    work.project.close()
    return work, tried


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(database, "_RETRY_SECONDS", -1.0)


FAULTS = (deleted, vanished, closed_while_vanished, no_room)


def test_no_fault_of_the_disk_loses_an_edit(tmp_path):
    work, tried = try_faults(tmp_path / "pictures", 12, FAULTS, seed=3)
    assert len(tried) == len(FAULTS)
    assert work.edits > 20


@pytest.mark.long
def test_faults_of_the_disk_lose_no_edit(tmp_path, inputs, record_property):
    work, tried = try_faults(tmp_path / "pictures", inputs, FAULTS, seed=4)
    record_property("faults", dict(tried))
    record_property("edits acknowledged, refused", (work.edits, work.refused))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of three megabytes, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    with suppress(OSError):
        if not subprocess.run(mount, capture_output=True, check=False).returncode:
            yield folder
            subprocess.run(["umount", "-l", str(folder)], check=True)
            return
    pytest.skip("no file system can be mounted here")


def filled(work):
    """The disk is full to the last byte, or nearly so."""
    filler = work.root.parent / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - work.rng.choice((0, 8, 40)) * 1024))
    for _ in range(4):
        work.edit()
    work.check()
    filler.unlink()


def read_only(work):
    disk = str(work.root.parent)
    # A writer keeps it from turning read-only, so the project is closed and opened meanwhile.
    work.project.close()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True, capture_output=True)
    try:
        work.project = Project.look(work.root)
        work.check()
        if work.rng.random() < 0.02:  # From then on the project is in the user's data folder.
            work.edit()
    finally:
        work.project.close()
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True, capture_output=True)
    work.project = Project.look(work.root)


@pytest.mark.long
def test_full_and_read_only_disks_lose_no_edit(small_disk, inputs, record_property):
    work, tried = try_faults(small_disk / "pictures", inputs, (filled, read_only), seed=5)
    record_property("disks", dict(tried))
    record_property("edits acknowledged, refused", (work.edits, work.refused))
