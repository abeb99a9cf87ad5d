"""Where projects are, and that looking writes nothing."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.project.place import BESIDE, DATA, ProjectPlace, data_folder, place_of
from engine.project.project import Project
from engine.project.seen import Seen
from engine.values import SampleState
from tests.make_project import A, B, add_box, frame, texts, undo


def tree(folder):
    """Every file and folder below, with its bytes and when it was written."""
    return {
        path.relative_to(folder): (path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in [folder, *folder.rglob("*")]
    }


def contents(folder):
    """The same without the times: SQLite makes files for as long as a database is open."""
    return {path: content for path, (_, content) in tree(folder).items()}


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(name.encode())
    return folder


def paths_of(folder):
    return [str(path) for path in sorted(folder.glob("*.jpg"))]


def test_looking_at_new_pictures_writes_nothing_beside_them(pictures):
    before = tree(pictures)
    with Project.look(pictures) as project:
        project.see(Seen(tuple(paths_of(pictures))))
        project.remember("shown", 1)
        assert project.count == 2
        assert project.recall("shown") == 1
        assert project.sample(frame(project)).state is SampleState.NEW
        with Project.open(project.place, read_only=True) as job:
            assert job.count == 2
    assert tree(pictures) == before
    assert not Project.exists(pictures)


def test_an_edit_that_changes_nothing_writes_nothing(pictures):
    before = tree(pictures)
    with Project.look(pictures) as project:
        project.apply_all([], "Import 0 samples")
    assert tree(pictures) == before


def test_looking_at_a_project_writes_nothing(pictures):
    with Project.create(pictures, (A, B)) as project:
        project.add_frames(paths_of(pictures)[:1])
    before = contents(pictures)
    with Project.look(pictures) as project:
        new = project.unknown_frames(paths_of(pictures))
        project.see(Seen(tuple(new)))
        project.remember("shown", 1)
        assert new == (str(pictures / "b.jpg"),)
        assert project.sample(frame(project)).annotations == ()
    assert contents(pictures) == before


def test_the_first_edit_brings_everything_to_its_place(pictures):
    with Project.look(pictures) as project:
        project.see(Seen(tuple(paths_of(pictures))))
        project.remember("shown", 1)
        heard = []
        project.listen(lambda: heard.append(project.place))
        drawn = project.apply(frame(project), add_box())
        assert project.place.folder == pictures / ".maskloop"
        assert project.place.scratch is None
        assert heard[-1] == project.place
        with Project.open(pictures) as again:
            assert again.sample(frame(project)) == drawn
            assert again.count == 2
            assert texts(again)[0] == "Draw box"
    with Project.open(pictures) as again:
        assert again.recall("shown") == 1


def test_notes_and_new_pictures_are_stored_with_the_next_edit(pictures):
    with Project.create(pictures, (A, B)) as project:
        project.add_frames(paths_of(pictures)[:1])
    with Project.look(pictures) as project:
        project.see(Seen(project.unknown_frames(paths_of(pictures))))
        project.remember("shown", [1, 2])
        project.apply(frame(project), add_box())
    with Project.open(pictures) as again:
        assert again.count == 2
        assert again.recall("shown") == [1, 2]


def test_a_label_is_an_edit_too(pictures):
    with Project.look(pictures) as project:
        project.add_label("cell")
    with Project.open(pictures) as again:
        assert [label.name for label in again.labels] == ["background", "cell"]


def test_what_a_job_edits_first_is_seen_by_the_window(pictures):
    with Project.look(pictures) as window:
        window.see(Seen(tuple(paths_of(pictures))))
        with Project.open(window.place) as job:
            drawn = job.apply(frame(job), add_box())
        assert window.sample(frame(window)) == drawn
        assert window.place.database == pictures / ".maskloop" / "project.db"
        again = window.apply(frame(window), add_box(20))
    with Project.open(pictures) as stored:
        assert stored.sample(frame(stored)) == again
        assert len(again.annotations) == 2


def test_a_project_that_another_window_has_begun_is_joined(pictures):
    with Project.look(pictures) as one, Project.look(pictures) as two:
        for project in (one, two):
            project.see(Seen(tuple(paths_of(pictures))))
        one.apply(frame(one), add_box())
        assert len(two.apply(frame(two), add_box(20)).annotations) == 2
        assert len(one.sample(frame(one)).annotations) == 2


def test_a_project_that_another_window_has_begun_is_joined_before_an_edit(pictures):
    told = []
    with Project.look(pictures) as one, Project.look(pictures) as two:
        two.listen(lambda: None, lambda: told.append(two.is_unedited))
        two.join()
        assert two.is_unedited
        before = two.version
        one.set_labels([A, B])
        two.join()
        assert told == [False]
        assert two.version != before
        assert two.labels == one.labels
        two.join()
        assert told == [False]


def test_new_projects_go_where_the_person_says(pictures, tmp_path):
    chosen = tmp_path / "annotations"
    for where, parent in ((DATA, data_folder() / "projects"), (str(chosen), chosen)):
        before = tree(pictures)
        with Project.look(pictures, where=where) as project:
            drawn = project.apply(frame(project), add_box())
            assert project.place.folder.parent == parent
        with Project.open(pictures) as again:
            assert again.sample(frame(again)) == drawn
            assert again.place.folder.parent == parent
        assert tree(pictures) == before
        for path in project.place.folder.iterdir():
            path.unlink()


def test_what_is_beside_the_pictures_wins(pictures):
    with Project.look(pictures, where=DATA) as project:
        project.apply(frame(project), add_box())
    with Project.look(pictures) as project:
        assert project.place.folder.parent == data_folder() / "projects"
    beside = pictures / ".maskloop"
    beside.mkdir()
    (beside / "project.db").write_bytes(project.place.home.read_bytes())
    assert place_of(pictures, where=DATA).folder == beside


def test_where_no_folder_can_be_made_the_data_folder_serves(pictures):
    (pictures / ".maskloop").write_text("a file in the way")
    with Project.look(pictures, where=BESIDE) as project:
        drawn = project.apply(frame(project), add_box())
        assert project.place.folder.parent == data_folder() / "projects"
        assert project.trouble is None
    with Project.look(pictures) as again:
        assert again.sample(frame(again)) == drawn


def test_a_place_chosen_in_a_note_that_makes_no_sense_is_skipped(pictures, tmp_path):
    with Project.look(pictures, where=str(tmp_path / "mine")) as project:
        project.apply(frame(project), add_box())
    (note,) = (data_folder() / "places").iterdir()
    note.write_text("[")
    assert place_of(pictures).folder == pictures / ".maskloop"


def test_an_older_project_is_brought_up_to_date_by_its_first_edit(pictures, monkeypatch):
    with Project.create(pictures, (A, B)) as project:
        project.add_frames(paths_of(pictures))
    from engine.project import placed as module
    from engine.project import schema

    newer = (*schema.MIGRATIONS, "CREATE TABLE later (id INTEGER PRIMARY KEY)")
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    monkeypatch.setattr(module, "MIGRATIONS", newer)
    before = contents(pictures)
    with Project.look(pictures) as project:
        assert project.labels[1:] == (A, B)
        assert project._store.query("SELECT count(*) FROM later") == [(0,)]
        project.join()
        assert project.is_unedited
        assert contents(pictures) == before
        project.apply(frame(project), add_box())
    with Project.open(pictures) as again:
        assert again.place.scratch is None
        assert len(again.sample(frame(again)).annotations) == 1


def test_a_newer_project_can_be_looked_at_but_not_edited(pictures, monkeypatch):
    from engine.project import schema

    newer = (*schema.MIGRATIONS, "CREATE TABLE later (id INTEGER PRIMARY KEY)")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", newer)
        with Project.create(pictures, (A, B)) as project:
            drawn = project.apply(frame(project), add_box())
    before = contents(pictures)
    with Project.look(pictures) as project:
        assert "newer" in project.refusal.message
        assert project.sample(frame(project)) == drawn
        for edit in (
            lambda: project.apply(frame(project), add_box()),
            lambda: project.add_label("x"),
            lambda: undo(project),
        ):
            with pytest.raises(ProjectError, match="newer"):
                edit()
    assert contents(pictures) == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_while_a_project_is_made_leaves_nothing_or_all_of_it(tmp_path):
    import signal
    import time

    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        child = os.fork()
        if not child:
            try:
                Project.create(folder, (A, B)).close()
            finally:
                os._exit(0)
        time.sleep(number * 0.0015)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if Project.exists(folder):
            with Project.open(folder) as project:
                assert project.labels[1:] == (A, B)


@settings(max_examples=200)
@given(name=st.binary(min_size=1, max_size=20), is_below=st.booleans())
def test_any_name_is_stored_as_text_and_comes_back(name, is_below):
    root = os.path.abspath(os.sep + "pictures")
    place = ProjectPlace(Path(root, ".maskloop"), Path(root))
    text = os.path.normpath(os.fsdecode(name.replace(b"\0", b"/")))
    path = os.path.abspath(os.path.join(root if is_below else os.path.dirname(root), text))
    stored = place.stored(path)
    stored.encode("utf-8")
    assert place.full(stored) == ("/" + path.lstrip("/") if path.startswith("//") else path)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (b"caf\xe9.jpg", "caf//dce9.jpg"),
        (b"\xe9/a.jpg", "//dce9/a.jpg"),
        ("é.jpg".encode(), "é.jpg"),
    ],
)
def test_what_is_no_text_is_marked_by_two_slashes(tmp_path, name, stored):
    place = ProjectPlace(tmp_path / ".maskloop", tmp_path)
    path = str(tmp_path / os.fsdecode(name))
    assert place.stored(path) == stored
    assert place.full(stored) == path


def test_the_root_itself_moves_with_the_project(tmp_path):
    stored = ProjectPlace(tmp_path / "a" / ".maskloop", tmp_path / "a").stored(str(tmp_path / "a"))
    moved = ProjectPlace(tmp_path / "b" / ".maskloop", tmp_path / "b")
    assert moved.full(stored) == str(tmp_path / "b")


def test_a_project_that_went_on_elsewhere_is_not_forgotten(pictures, monkeypatch):
    with Project.create(pictures, (A, B)) as project:
        project.apply(frame(project), add_box())
    allowed = os.access

    def access(path, mode):
        return (
            os.path.basename(path) != "pictures"
            and ".maskloop" not in str(path)
            and allowed(path, mode)
        )

    with monkeypatch.context() as patch:
        patch.setattr(os, "access", access)
        before = contents(pictures)
        with Project.look(pictures) as project:
            assert len(project.sample(frame(project)).annotations) == 1
            assert not data_folder().exists()
            drawn = project.apply(frame(project), add_box(20))
            assert data_folder() in project.place.folder.parents
        assert contents(pictures) == before
    with Project.look(pictures) as project:  # It can be written again.
        assert project.sample(frame(project)) == drawn
