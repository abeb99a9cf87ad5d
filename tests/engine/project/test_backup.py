"""Backups rotate, are made only of what is sound, and can be put back."""

import os
import time

import pytest

from engine.errors import ProjectError
from engine.jobs import Cancelled, CancelToken
from engine.project.backup import SECONDS, back_up, backups, check, is_due, restore
from engine.project.project import Project
from engine.project.schema import DamagedProjectError
from tests.make_project import add_box, frame

GO = CancelToken()


@pytest.fixture
def database(project):
    project.apply(frame(project), add_box())
    return project.place.database


def damage(path):
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * 8192 + data[12288:])


def test_three_are_kept_the_newest_first(project, database):
    for x in (20, 30, 40, 50):
        back_up(database, GO)
        project.apply(frame(project), add_box(x))
    names = sorted(path.name for path in database.parent.glob("*backup*"))
    assert names == [f"project.db.backup-{n}" for n in (1, 2, 3)]
    found = backups(database)
    edits = [backup.edits for backup in found]
    assert edits == sorted(edits, reverse=True)
    assert len({*edits}) == 3


def test_one_is_due_after_a_day_or_many_edits(project, database):
    edits = project.edits
    assert is_due(database, edits)
    newest = back_up(database, GO)
    assert not is_due(database, edits + 299)
    assert is_due(database, edits + 300)
    os.utime(newest, (time.time(), time.time() - SECONDS - 1))
    assert is_due(database, edits)


def test_a_damaged_database_never_pushes_a_backup_out(project, database):
    back_up(database, GO)
    project.close()
    damage(database)
    before = backups(database)
    with pytest.raises(DamagedProjectError, match="damaged"):
        check(database, GO)
    with pytest.raises(DamagedProjectError):
        back_up(database, GO)
    assert backups(database) == before


def test_a_check_can_be_cancelled(project, database, monkeypatch):
    monkeypatch.setattr("engine.project.backup._STEPS", 1)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        check(database, cancel)


def test_a_backup_takes_the_place_of_a_damaged_database(project, database, tmp_path):
    drawn = project.apply(frame(project), add_box(20))
    newest = back_up(database, GO)
    project.apply(frame(project), add_box(30))
    project.close()
    damage(database)
    damaged_bytes = database.read_bytes()
    kept = restore(database, newest)
    assert kept.read_bytes() == damaged_bytes
    with Project.open(tmp_path) as again:
        assert again.sample(frame(again)) == drawn
        assert again.lost_edits == 0


def test_an_empty_database_is_replaced_too(project, database, tmp_path):
    newest = back_up(database, GO)
    project.close()
    database.write_bytes(b"")
    restore(database, newest)
    with Project.open(tmp_path) as again:
        assert len(again.sample(frame(again)).annotations) == 1


def test_a_damaged_backup_is_refused(project, database):
    newest = back_up(database, GO)
    project.close()
    damage(newest)
    before = database.read_bytes()
    with pytest.raises(ProjectError, match="damaged too"):
        restore(database, newest)
    assert database.read_bytes() == before
