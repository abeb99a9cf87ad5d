"""Edits of the same pictures in projects on other folders."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.jobs import CancelToken
from engine.project.nearby import labels_above, projects_nearby
from engine.project.project import Project
from engine.values import Annotation, Box, FrameId, Label
from tests.make import write_picture


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


def test_labels_in_files_of_the_dataset_that_the_pictures_are_of_are_found(tmp_path):
    names = ("train/a.png", "train/b.png", "val/a.png")
    paths = [write_picture(tmp_path / "data/images" / name) for name in names]
    for name in ("train/a.txt", "val/a.txt"):
        label = tmp_path / "data/labels" / name
        label.parent.mkdir(parents=True)
        label.write_text("0 0.5 0.5 0.5 0.5\n")
    data = tmp_path / "data"
    found = labels_above(data / "images/train", map(str, paths[:2]))
    assert found == (data, "yolo", 1)
    assert labels_above(data / "images", map(str, paths)) == (data, "yolo", 2)
    assert labels_above(data, map(str, paths)) is None
    assert labels_above(data / "images/train", [str(paths[1])]) is None
