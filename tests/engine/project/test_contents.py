"""A picture that was renamed keeps its labels; nobody guesses between two."""

import os

import pytest

from engine.jobs import Cancelled, CancelToken
from engine.project import contents
from engine.project.contents import Renamed
from engine.project.project import Project
from tests.make_project import A, B, add_box, frame, undo


def rename(project, old, new):
    os.makedirs((project.root / new).parent, exist_ok=True)
    os.rename(project.root / old, project.root / new)


def note(project, name="a.jpg"):
    found, are_all = project.missing_contents(str(project.root / name), CancelToken())
    project.note_contents(found)
    return [os.path.basename(content.path) for content in found], are_all


def follow(project):
    paths = [str(path) for path in sorted(project.root.rglob("*.jpg"))]
    return project.follow_renamed(paths, CancelToken())


def boxes(project, name):
    return len(project.sample(frame(project, name)).annotations)


@pytest.fixture
def edited(tmp_path):
    """Four pictures of equal size, three of them with an Edit each."""
    for name in "abcd":
        (tmp_path / f"{name}.jpg").write_bytes(name.encode() * 3000)
    with Project.create(tmp_path, (A, B)) as project:
        project.add_frames(tmp_path / f"{name}.jpg" for name in "abcd")
        for name in "abc":
            project.apply(frame(project, f"{name}.jpg"), add_box())
        yield project


def test_only_pictures_with_edits_are_read_and_the_one_at_hand_first(edited):
    names, are_all = note(edited, "b.jpg")
    assert names[0] == "b.jpg"
    assert sorted(names) == ["a.jpg", "b.jpg", "c.jpg"]
    assert are_all
    assert note(edited) == ([], True)
    assert edited.step_count == 3


def test_no_more_is_read_than_the_time_allows(edited):
    found, are_all = contents.read_missing(edited._store, "", CancelToken(), seconds=0)
    assert (len(found), are_all) == (1, False)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        edited.missing_contents("", cancel)


def test_renamed_and_moved_pictures_keep_their_labels_and_history(edited):
    note(edited)
    rename(edited, "a.jpg", "sub/new.jpg")
    rename(edited, "b.jpg", "b2.jpg")
    assert follow(edited) == Renamed(2)
    assert boxes(edited, "sub/new.jpg") == boxes(edited, "b2.jpg") == 1
    assert edited.count == 4
    assert edited.index_of(frame(edited, "sub/new.jpg")) == 0
    assert follow(edited) == Renamed()
    assert undo(edited, frame(edited, "sub/new.jpg")) == "Draw box"
    assert edited.steps()[-1].frame_id == frame(edited, "sub/new.jpg")
    with Project.open(edited.root) as again:
        assert boxes(again, "b2.jpg") == 1
    rename(edited, "b2.jpg", "b.jpg")
    assert follow(edited) == Renamed(1)
    assert boxes(edited, "b.jpg") == 1


def test_two_pictures_change_their_names(edited):
    """Both names are still there: nothing is gone, and nothing is moved."""
    note(edited)
    rename(edited, "a.jpg", "x.jpg")
    rename(edited, "b.jpg", "a.jpg")
    rename(edited, "x.jpg", "b.jpg")
    assert follow(edited) == Renamed()


def test_a_copy_takes_nothing(edited):
    note(edited)
    (edited.root / "copy.jpg").write_bytes((edited.root / "a.jpg").read_bytes())
    assert follow(edited) == Renamed()
    assert boxes(edited, "a.jpg") == 1


def test_between_two_nobody_guesses(edited):
    note(edited)
    (edited.root / "copy.jpg").write_bytes((edited.root / "a.jpg").read_bytes())
    rename(edited, "a.jpg", "new.jpg")
    rename(edited, "c.jpg", "c2.jpg")
    assert follow(edited) == Renamed(1, unsure=1)
    assert boxes(edited, "new.jpg") == boxes(edited, "copy.jpg") == 0
    os.remove(edited.root / "copy.jpg")
    assert follow(edited) == Renamed(1)
    assert boxes(edited, "new.jpg") == 1


def test_two_equal_pictures_with_edits_stay_where_they_are(edited):
    (edited.root / "b.jpg").write_bytes((edited.root / "a.jpg").read_bytes())
    note(edited)
    rename(edited, "a.jpg", "new.jpg")
    assert follow(edited) == Renamed(unsure=1)
    rename(edited, "b.jpg", "newer.jpg")
    assert follow(edited) == Renamed(unsure=2)
    assert boxes(edited, "new.jpg") == 0


def test_a_changed_or_deleted_picture_is_no_renamed_one(edited):
    note(edited)
    os.remove(edited.root / "b.jpg")
    rename(edited, "a.jpg", "new.jpg")
    (edited.root / "new.jpg").write_bytes(b"z" * 3000)
    assert follow(edited) == Renamed()


def test_only_files_of_the_same_size_are_read(edited):
    note(edited)
    rename(edited, "a.jpg", "new.jpg")
    other = edited.root / "other.jpg"
    other.write_bytes(b"other")
    before = os.stat(other)
    os.utime(other, ns=(1, before.st_mtime_ns))
    assert follow(edited) == Renamed(1)
    assert os.stat(other).st_atime_ns == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_what_is_no_file_is_not_read(edited, tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert contents.read(str(tmp_path / "pipe.jpg"), CancelToken()) is None
    assert contents.read(str(tmp_path / "gone.jpg"), CancelToken()) is None
    assert contents.read(str(tmp_path), CancelToken()) is None


def test_frames_of_videos_are_left_out(edited):
    note(edited)
    (edited.root / "v.mp4").write_bytes(b"video")
    edited.add_video(edited.root / "v.mp4", 9)
    edited.apply(frame(edited, "v.mp4"), add_box())
    edited.apply(frame(edited, "v.mp4", 4), add_box())
    assert note(edited) == ([], True)
