"""A damaged project.db: every row that can be read goes on in a new file."""

import json
import random
import shutil
import sqlite3
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.pages import PageError, read_pages
from engine.project.project import Project
from engine.project.salvage import repair
from engine.values import Annotation, Box, Mask, Polygon, SampleState
from tests.make_project import A, B, miscounted

COUNT = 60


def regions_of(number):
    rng = np.random.default_rng(number)
    yield Box(number, 1, number + 9, 20)
    yield Polygon(rng.random((40, 2)).astype(np.float32) * 90)
    yield Mask(3, 4, rng.random((90, 90)) > 0.5)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with something of everything, and its content."""
    root = tmp_path_factory.mktemp("made")
    with Project.create(root, (A, B)) as project:
        project.add_frames(root / f"{i:04d}.jpg" for i in range(3 * COUNT))
        for number, frame_id in enumerate(project.frame_ids()[:COUNT]):
            new = [Annotation(region, 1 + number % 2) for region in regions_of(number)]
            project.apply(frame_id, Edit("Draw", partial(edits.add, annotations=new)))
        path = project.place.home
        content = content_of(project)
    return path, content


def content_of(project):
    return {
        frame_id.path: (sample.state, sample.annotations)
        for frame_id in project.frame_ids()
        if (sample := project.sample(frame_id))
    }


@pytest.fixture
def path(made, tmp_path):
    folder = tmp_path / "pictures" / ".maskloop"
    folder.mkdir(parents=True)
    return shutil.copy(made[0], folder / "project.db")


def content_after(path, made):
    root = path.parents[1]
    with Project.open(root) as project:
        assert project._store.query("PRAGMA integrity_check") == [("ok",)]
        assert project._store.query("PRAGMA foreign_key_check") == []
        found = content_of(project)
        assert [label.name for label in project.labels][:1] == ["background"]
    old = str(made[0].parents[1])
    return {old + name[len(str(root)) :]: what for name, what in found.items()}


def objects(content):
    return {a.id: a for _, annotations in content.values() for a in annotations}


def test_an_intact_file_is_kept_as_it_is_with_its_history(made, path):
    report = repair(path)
    assert (report.damaged_pages, report.set_aside, report.has_history) == (0, (), True)
    assert content_after(path, made) == made[1]
    assert report.damaged.read_bytes() == made[0].read_bytes()
    with Project.open(path.parents[1]) as project:
        assert project._store.query("SELECT count(*) FROM steps") == [(COUNT,)]
    assert report.kept["frames"] == 3 * COUNT


def test_a_page_that_is_lost_loses_only_what_lies_on_it(made, path):
    """Also of the pages above others, which SQLite cannot do without."""
    lose_pages(made, path, 6)


@pytest.mark.long
def test_each_page_that_is_lost_loses_only_what_lies_on_it(made, path, record_property):
    record_property("pages lost one by one", lose_pages(made, path, 10_000))


def lose_pages(made, path, most):
    pages = read_pages(path)
    rows = {}
    for number in range(2, pages.count + 1):
        with suppress(PageError):  # an overflow page
            kind, cells, _ = pages._cells(number)
            rows[number] = len(cells) if kind != 5 else 0
    data = path.read_bytes()
    chosen = random.Random(0).sample(sorted(rows), min(most, len(rows)))
    inner = [number for number, count in rows.items() if not count]
    for number in {*chosen, *inner[:most]}:
        begin = (number - 1) * pages.size
        path.write_bytes(data[:begin] + b"\xa5" * pages.size + data[begin + pages.size :])
        report = repair(path)
        after = content_after(path, made)
        lost = len(objects(made[1])) - len(objects(after))
        assert lost <= 3 * rows[number], f"page {number}"
        assert len(made[1]) - len(after) <= rows[number], f"page {number}"
        assert all(objects(made[1])[i] == a for i, a in objects(after).items())
        assert report.damaged_pages >= 1 or lost == 0
    return len({*chosen, *inner[:most]})


def test_what_is_in_the_wal_is_salvaged_too(made, path):
    root = path.parents[1]
    with Project.open(root) as project:
        project.apply(
            project.frame_ids()[0],
            Edit("Skip", partial(edits.set_state, state=SampleState.SKIPPED)),
        )
        copied = root.with_name("copied") / ".maskloop"
        shutil.copytree(path.parent, copied)
    damaged = copied / "project.db"
    data = bytearray(damaged.read_bytes())
    data[4096 * 3 : 4096 * 4] = b"\xa5" * 4096
    damaged.write_bytes(data)
    repair(damaged)
    with Project.open(copied.parent) as project:
        assert project.sample(project.frame_ids()[0]).state is SampleState.SKIPPED


def test_a_truncated_file_gives_what_is_left(made, path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    report = repair(path)
    after = content_after(path, made)
    assert report.damaged_pages
    assert all(objects(made[1])[i] == a for i, a in objects(after).items())


def test_without_its_first_page_the_rest_is_found(made, path):
    data = path.read_bytes()
    path.write_bytes(b"\xa5" * 4096 + data[4096:])
    with pytest.raises(ProjectError, match="damaged"):
        Project.open(path.parents[1])
    repair(path)
    assert objects(content_after(path, made)) == objects(made[1])


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_where_nothing_can_be_read_nothing_is_replaced(path, content):
    path.write_bytes(content)
    with pytest.raises(ProjectError):
        repair(path)
    assert path.read_bytes() == content
    assert [p.name for p in path.parent.iterdir()] == ["project.db"]


def test_rows_that_make_no_sense_are_set_aside_and_said(made, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for sql in (
            "UPDATE labels SET color = 'red' WHERE id = 2",
            "UPDATE frames SET state = 'odd' WHERE id = 1",
            "UPDATE regions SET data = x'00' WHERE id = 4",
            "UPDATE annotations SET attributes = '{' WHERE frame = 3 AND position = 0",
            "UPDATE annotations SET frame = 9999 WHERE frame = 4 AND position = 0",
            "INSERT INTO notes VALUES ('odd', '[')",
        ):
            connection.execute(sql)
    report = repair(path)
    assert len(report.set_aside) == 7  # the annotation of the lost region too
    assert not report.has_history
    lines = [json.loads(line) for line in report.aside.read_text().splitlines()]
    assert {line["table"] for line in lines} == {
        "labels", "frames", "regions", "annotations", "notes",
    }  # fmt: skip
    after = content_after(path, made)
    assert len(objects(after)) == 3 * COUNT - 3
    assert next(iter(after.values()))[0] is SampleState.PREDICTED
    with Project.open(path.parents[1]) as project:
        assert [label.name for label in project.labels] == ["background", "cell", B.name]
        assert miscounted(project) == []
    assert any("7 rows" in line for line in report.lines)


def test_an_older_file_is_repaired_and_brought_up_to_date(tmp_path):
    folder = tmp_path / ".maskloop"
    folder.mkdir()
    path = folder / "project.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parent / "version_1.sql").read_text())
        (frames,) = connection.execute("SELECT count(*) FROM frames").fetchone()
        (objects,) = connection.execute("SELECT count(*) FROM annotations").fetchone()
        (steps,) = connection.execute("SELECT count(*) FROM steps").fetchone()
    report = repair(path)
    assert (report.kept["frames"], report.kept["annotations"]) == (frames, objects)
    assert report.kept["steps"] == steps
    assert report.has_history
    with Project.open(tmp_path) as project:
        assert project.count == frames
        assert project.step_count == steps
        assert miscounted(project) == []
