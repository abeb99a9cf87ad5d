"""Databases of older versions come forward without loss."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from engine import folders
from engine.attributes import AttributeKind, AttributeSpec
from engine.project.project import Project
from engine.project.schema import MIGRATIONS
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, SampleState
from tests.make_project import add_box, frame, miscounted, redo, texts, undo


def opened(folder, version):
    """Four pictures and a video, the last two steps of the history undone."""
    place = folder / folders.PROJECT
    place.mkdir()
    connection = sqlite3.connect(place / "project.db")
    script = Path(__file__).with_name(f"version_{version}.sql")
    connection.executescript(script.read_text(encoding="utf-8"))
    connection.close()
    return Project.open(folder)


@pytest.fixture
def old(tmp_path):
    with opened(tmp_path, 1) as project:
        yield project


@pytest.fixture(params=[2, 3])
def second(tmp_path, request):
    with opened(tmp_path, request.param) as project:
        yield project


def test_every_object_of_version_1_is_there(old):
    assert old._store.query("PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert old._store.query("PRAGMA integrity_check") == [("ok",)]
    assert old._store.query("PRAGMA foreign_key_check") == []
    assert old.labels[1:] == (Label(1, "cell", (255, 0, 0)), Label(2, "nucleus", (0, 255, 0)))
    first = Annotation(Box(4, 1, 9, 9), 1, id="first")
    outline = Polygon([[0, 0], [9, 0.5], [9, 9]], (np.array([[2, 2], [3, 2], [3, 3]]),))
    drawn = Annotation(outline, 2, z=3, track=7, attributes=(("occluded", "yes"),), id="outline")
    mask = Annotation(Mask(-1, 4, np.eye(5, 13, dtype=bool)), 1, id="mask")
    assert old.sample(frame(old)).annotations == (first, drawn, mask)
    found = Annotation(Box(0, 0, 3, 3), 1, "unet", 0.5, id="proposed")
    assert old.sample(frame(old, "b.jpg")).annotations == (found,)
    assert old.sample(frame(old, "sub/c.jpg")).proposals == (found,)
    assert old.videos[0].count == 250
    assert old.recall("shown") == 3


def test_undo_and_redo_of_version_1_go_on(old):
    a, b, c = frame(old), frame(old, "b.jpg"), frame(old, "sub/c.jpg")
    assert texts(old, a) == ("Move", None)
    assert texts(old, b) == ("Accept", None)
    assert texts(old, c) == ("Run unet", "Verify")
    assert texts(old, frame(old, "v.mp4", 40)) == (None, "Draw box")
    assert redo(old, c) == "Verify"
    assert old.sample(c).state is SampleState.VERIFIED
    for text in ("Move", "Draw more", "Draw box"):
        assert undo(old, a) == text
    assert old.sample(a).annotations == ()
    run = old.history(c).undo
    old.undo(run.id)
    steps = {step.text: step for step in old.steps()}
    old.undo(steps["Run unet"].id, along=[steps["Accept"].id])
    assert old.sample(b).proposals == old.sample(c).proposals == ()
    assert (steps["Run unet"].frames, steps["Run unet"].frame_id) == (2, b)
    assert (steps["Run unet"].made_at, steps["Run unet"].session) == (0, "")


def test_what_an_edit_has_written_is_touched(old):
    touched = {name: old._store.load(frame(old, name)).is_touched for name in ["a", "b", "d"]}
    assert touched == {"a": False, "b": False, "d": False}
    for name, is_touched in (("a.jpg", True), ("sub/c.jpg", True), ("d.jpg", False)):
        assert old._store.load(frame(old, name)).is_touched is is_touched
    for text in ("Move", "Draw more", "Draw box"):
        assert undo(old, frame(old)) == text
    assert not old._store.load(frame(old)).is_touched


def test_ids_of_version_1_are_not_given_again(old):
    assert old.add_label("debris").id == 3
    old.apply(FrameId(str(old.root / "v.mp4"), 40), add_box())
    assert texts(old, frame(old, "v.mp4", 40)) == ("Draw box", None)


def test_versions_2_and_3_come_forward(second):
    assert second._store.query("PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert second._store.query("PRAGMA foreign_key_check") == []
    assert [label.name for label in second.labels[1:]] == ["cell", "kernel", "debris"]
    a, b, c = frame(second), frame(second, "b.jpg"), frame(second, "sub/c.jpg")
    assert [x.id for x in second.sample(a).annotations] == ["first", "outline", "mask"]
    assert second.sample(b).attributes == (("empty", "yes"),)
    assert texts(second) == ("Rename label nucleus to kernel", "Draw in video")
    assert second.search("count>2") == second.search("attribute:occluded=yes") == (a,)
    assert second.search("count=0 score<1") == (b,)
    assert second.search("label:debris") == second.search("count=1") == (c,)
    assert redo(second, a) == "Delete"
    assert second.search("count=2") == (a,)
    assert texts(second, a) == ("Delete", None)


def test_labels_of_before_have_no_attributes_and_can_get_some(second):
    assert second.label_attributes == {}
    age = AttributeSpec("age", AttributeKind.NUMBER)
    second.define_attributes(1, (age,))
    assert undo(second) == "Change attributes of label cell"
    assert undo(second) == "Rename label nucleus to kernel"
    assert [label.name for label in second.labels[1:]] == ["cell", "nucleus", "debris"]


def test_what_was_filled_in_version_4_waits_or_is_accepted_as_it_was(tmp_path):
    with opened(tmp_path, 4) as project:
        waits, accepted = (frame(project, "v.mp4", index) for index in (45, 46))
        assert [a.id for a in project.sample(waits).proposals] == ["filled"]
        assert [a.id for a in project.sample(accepted).annotations] == ["filled"]
        assert project.track_places(waits.path, 1).unaccepted == (45,)
        assert miscounted(project) == []
        fill = project.history(waits).undo
        project.undo(fill.id, along=[project.history(accepted).undo.id])
        assert project.sample(waits).proposals == project.sample(accepted).annotations == ()
        project.redo(fill.id)
        assert project.track_places(waits.path, 1).unaccepted == (45, 46)
