"""Edits of the same pictures in projects on other folders."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.jobs import CancelToken
from engine.project.nearby import projects_nearby
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label


def draw(folder, path):
    with Project.look(folder) as project:
        box = Annotation(Box(1, 1, 9, 9), 1)
        edit = Edit("Draw", partial(edits.add, annotations=box))
        project.apply(FrameId(str(path)), edit, labels=(Label(1, "cat", (1, 2, 3)),))


def nearby(root, paths):
    return projects_nearby(root, map(str, paths), CancelToken())


def test_projects_above_and_below_are_found_by_their_pictures(tmp_path):
    paths = [tmp_path / "all" / name for name in ("one/a.png", "one/b.png", "two/deep/a.png")]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert nearby(tmp_path / "all", paths) == {}
    draw(tmp_path / "all/one", paths[0])
    draw(tmp_path / "all/two", paths[2])
    assert nearby(tmp_path / "all", paths) == {
        tmp_path / "all/one": {str(paths[0])},
        tmp_path / "all/two": {str(paths[2])},
    }
    assert nearby(tmp_path / "all/two/deep", paths[2:]) == {tmp_path / "all/two": {str(paths[2])}}
    assert nearby(tmp_path / "all/one", paths[:2]) == {}


def test_a_damaged_project_nearby_is_none(tmp_path):
    (tmp_path / "in/.maskloop").mkdir(parents=True)
    (tmp_path / "in/.maskloop/project.db").write_text("no database")
    (tmp_path / "in/a.png").touch()
    assert nearby(tmp_path, [tmp_path / "in/a.png"]) == {}
