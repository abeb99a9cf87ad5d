import os
import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Polyline, SampleState
from tests.make_project import A, B, add_box, frame, redo, texts, undo


def test_every_kind_of_region_comes_back_equal(project):
    holes = (np.array([[2, 2], [3, 2], [3, 3]]),)
    drawn = (
        Annotation(Box(0.1, 0.2, 3.3, 4.4), 1, attributes=(("occluded", "yes"),)),
        Annotation(Polygon([[0, 0], [9, 0.5], [9, 9]], holes), 2, z=3, track=7),
        Annotation(Polyline([[1, 2.5], [8, 8], [3, 1]]), 1),
        Annotation(Polyline([[1, 2.5]]), 2),
        Annotation(Mask(-1, 4, np.random.default_rng(1).random((5, 13)) > 0.5), 1),
    )
    waiting = Annotation(Box(0, 0, 1, 1), 1, origin="yolo: cells", score=0.25)

    def change(sample):
        return edits.set_proposals(edits.add(sample, drawn), [waiting], (30, 40))

    after = project.apply(frame(project), Edit("All", change))
    with Project.open(project.root, read_only=True) as other:
        assert other.sample(frame(project)) == after
    assert after.annotations[1].region.holes[0].shape == (3, 2)


def test_undo_and_redo_survive_a_restart(tmp_path, project):
    before = project.sample(frame(project))
    first = project.apply(frame(project), add_box(1))
    second = project.apply(frame(project), add_box(20))
    project.close()
    with Project.open(tmp_path) as again:
        at = frame(again)
        assert texts(again, at) == ("Draw box", None)
        assert undo(again, at) == "Draw box"
        assert again.sample(at) == first
        assert undo(again, at) == "Draw box"
        assert again.sample(at) == before
        assert undo(again, at) is None
    with Project.open(tmp_path) as again:
        assert redo(again, at) == "Draw box"
        assert again.sample(at) == first
        assert redo(again, at) == "Draw box"
        assert again.sample(at) == second
        assert redo(again, at) is None


def test_an_edit_that_changes_nothing_is_no_step(project):
    project.apply(frame(project), Edit("Delete", partial(edits.delete, ids={"none"})))
    assert project.step_count == 0


def test_an_edit_that_fails_changes_nothing(project):
    before = project.apply(frame(project), add_box())

    def fail(sample):
        raise ValueError("a mistake")

    with pytest.raises(ValueError, match="mistake"):
        project.apply(frame(project), Edit("Fail", fail))
    assert project.sample(frame(project)) == before


def counts_of(project):
    return [len(project.sample(i).annotations) for i in project.frame_ids()]


def test_many_frames_change_in_one_step(project):
    changes = [(i, add_box()) for i in project.frame_ids()]
    assert project.apply_all(changes, "Accept everywhere") == 3
    assert counts_of(project) == [1, 1, 1]
    assert undo(project) == "Accept everywhere"
    assert counts_of(project) == [0, 0, 0]
    redo(project)
    assert counts_of(project) == [1, 1, 1]


def test_regions_are_stored_once_and_go_with_the_last_that_needs_them(project):
    drawn = project.apply(frame(project), add_box(annotation_id="box"))
    relabel = Edit("Relabel", partial(edits.relabel, ids={"box"}, label_id=2))
    project.apply(frame(project), relabel)
    assert project._store.query("SELECT count(*) FROM regions") == [(1,)]
    undo(project)
    undo(project)
    project.apply(frame(project), add_box())
    assert project._store.query("SELECT count(*) FROM regions") == [(1,)]
    assert drawn.find("box") is not None


def test_the_filmstrip_lists_frames_with_their_state(project):
    project.apply(frame(project, "b.jpg"), add_box())
    rows = project.frames(1, 2)
    assert [Path(r.frame_id.path).name for r in rows] == ["b.jpg", "c.jpg"]
    assert (rows[0].state, rows[0].size_hw, rows[0].annotations) == ("corrected", (0, 0), 1)
    assert project.index_of(frame(project, "sub/c.jpg")) == 2
    assert project.index_of(frame(project, "none.jpg")) is None
    assert [s.frame_id for s in project.samples([SampleState.CORRECTED])] == [rows[0].frame_id]
    assert len(list(project.samples())) == 3


def test_pictures_are_added_once(project):
    assert project.add_frames([project.root / "a.jpg", project.root / "d.jpg"]) == 1
    assert project.count == 4


def test_a_name_that_is_no_text_is_edited_like_any_other(project):
    path = project.root / os.fsdecode(b"\xff\xe9.jpg")
    assert project.add_frames([path]) == 1
    edited = FrameId(str(path))
    after = project.apply(edited, add_box())
    with Project.open(project.root) as again:
        assert again.sample(edited) == after
        assert again.frame_ids()[-1] == edited
        assert again.index_of(edited) == again.count - 1
        assert edited in again.states()


def test_frames_of_a_video_are_stored_when_touched_and_listed_in_order(project):
    project.add_video(project.root / "v.mp4", 250)
    project.add_frames([project.root / "z.jpg"])
    for index in (40, 3):
        project.apply(frame(project, "v.mp4", index), add_box())
    listed = [(Path(i.path).name, i.index) for i in project.frame_ids()]
    assert listed[3:] == [("v.mp4", 3), ("v.mp4", 40), ("z.jpg", 0)]
    assert [(Path(v.path).name, v.count) for v in project.videos] == [("v.mp4", 250)]


def test_the_folder_moves_as_one(tmp_path):
    (tmp_path / "old").mkdir()
    with Project.create(tmp_path / "old") as project:
        project.add_frames([tmp_path / "old/a.jpg"])
        drawn = project.apply(frame(project), add_box())
    shutil.move(tmp_path / "old", tmp_path / "new")
    with Project.open(tmp_path / "new") as moved:
        assert moved.frame_ids() == (FrameId(str(tmp_path / "new/a.jpg")),)
        assert moved.sample(frame(moved)).annotations == drawn.annotations
        assert undo(moved, frame(moved)) == "Draw box"


def test_labels_are_added_renamed_and_ordered(project):
    assert [x.name for x in project.labels] == ["background", "cell", "nucleus"]
    assert project.add_label("debris").id == 3
    assert project.add_label("cell") == A
    renamed = Label(1, "red cell", (1, 2, 3))
    project.set_labels([B, renamed])
    assert project.labels[1:] == (B, renamed)
    with pytest.raises(ProjectError, match="same name"):
        project.set_labels([B, Label(7, "nucleus", (0, 0, 0))])


def test_a_label_in_use_cannot_be_deleted(project):
    project.apply(frame(project), add_box(label_id=2))
    with pytest.raises(ProjectError, match="nucleus is in use by 1 object"):
        project.set_labels([A])
    assert len(project.labels) == 3


def test_small_values_are_kept(project):
    project.remember("shown", {"index": 3})
    assert project.recall("shown") == {"index": 3}
    assert project.recall("none", 5) == 5


def test_two_windows_see_each_others_edits(project):
    with Project.open(project.root) as other:
        assert other.sample(frame(other)).annotations == ()
        project.apply(frame(project), add_box(1))
        assert len(other.sample(frame(other)).annotations) == 1
        both = other.apply(frame(other), add_box(2))
        assert project.sample(frame(project)) == both
        assert len(both.annotations) == 2


@pytest.mark.parametrize("name", ["a b", "100% ä?#&;", "quote'\""])
def test_any_folder_name_will_do(tmp_path, name):
    if sys.platform == "win32" and name != "a b":
        pytest.skip("Windows does not allow such names")
    (tmp_path / name).mkdir()
    with Project.create(tmp_path / name) as project:
        project.add_frames([tmp_path / name / f"{name}.jpg"])
        project.apply(project.frame_ids()[0], add_box())
    with Project.open(tmp_path / name, read_only=True) as again:
        assert len(again.sample(again.frame_ids()[0]).annotations) == 1


def test_two_spellings_of_a_path_are_one_frame(project, monkeypatch):
    monkeypatch.chdir(project.root)
    after = project.apply(FrameId("a.jpg"), add_box())
    assert project.sample(frame(project)) == after
    assert project.sample(FrameId("./sub/../a.jpg")) == after
    assert project.count == 3
