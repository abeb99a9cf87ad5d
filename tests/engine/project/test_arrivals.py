"""Live frames enter a project by a step, and are gone from it when that is undone."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.project.arrivals import bring_back, put_away
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, SampleState
from tests.make_project import A, redo, undo

FREEZE = Edit("Freeze", partial(edits.set_size, size_hw=(48, 64)))
DRAW = Edit("Draw", partial(edits.add, annotations=Annotation(Box(1, 1, 9, 9), A.id)))


def clip(project):
    return FrameId(str(project.root / "clip.mp4"), 7)


def test_an_arrival_is_one_step_and_undone_the_frame_is_gone(project):
    project.arrive(clip(project), FREEZE)
    assert project.sample(clip(project)).size_hw == (48, 64)
    assert project.sample(clip(project)).state is SampleState.NEW
    assert not project.gone
    assert undo(project, clip(project)) == "Freeze"
    assert project.gone == {clip(project)}
    with Project.open(project.place, read_only=True) as again:
        assert again.gone == {clip(project)}
    assert redo(project, clip(project)) == "Freeze"
    assert not project.gone


def test_what_was_drawn_since_goes_along_and_comes_back_alone(project):
    project.arrive(clip(project), FREEZE)
    project.apply(clip(project), DRAW)
    (arrival,) = [step for step in project.steps() if step.text == "Freeze"]
    project.undo(arrival.id, along=[step.id for step in project.dependents(arrival.id)])
    assert project.gone == {clip(project)}
    assert not project.sample(clip(project)).annotations
    assert redo(project, clip(project)) == "Freeze"
    assert not project.gone


def test_a_frame_that_is_there_already_does_not_go_with_what_arrives(project):
    project.apply(clip(project), DRAW)
    project.arrive(clip(project), FREEZE)
    assert undo(project, clip(project)) == "Freeze"
    assert not project.gone


def test_a_frame_that_is_gone_can_arrive_again(project):
    for _ in range(2):
        project.arrive(clip(project), FREEZE)
        assert not project.gone
        undo(project, clip(project))
        assert project.gone == {clip(project)}
    project.apply(clip(project), DRAW)  # As a track does that is filled.
    assert not project.gone


def test_its_saved_picture_is_moved_away_and_back(tmp_path):
    picture = tmp_path / "frames" / "camera_000001.png"
    picture.parent.mkdir()
    picture.write_bytes(b"png")
    put_away(tmp_path, FrameId(str(picture)))
    assert not picture.exists()
    assert (tmp_path / "frames" / "undone" / picture.name).read_bytes() == b"png"
    bring_back(tmp_path, FrameId(str(picture)))
    assert picture.read_bytes() == b"png"
    put_away(tmp_path, FrameId("clip.mp4", 3))  # It has none.


def test_a_picture_of_a_person_is_never_moved_nor_one_that_is_missing_an_error(tmp_path):
    own = tmp_path / "camera_000001.png"
    own.write_bytes(b"png")
    put_away(tmp_path / ".maskloop", FrameId(str(own)))
    assert own.read_bytes() == b"png"
    bring_back(tmp_path, FrameId(str(tmp_path / "frames" / "gone.png")))
