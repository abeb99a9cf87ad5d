"""Labels in files are the content of Samples that nobody has edited, and stored with an Edit."""

import json
from functools import partial

import cv2
import numpy as np
import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.annotations.emptiness import is_marked_empty
from engine.attributes import AttributeKind, AttributeSpec
from engine.errors import ProjectError
from engine.jobs import Cancelled, CancelToken
from engine.look import look_at, open_labels
from engine.project.project import Project
from engine.project.seen import Seen
from engine.values import Annotation, Box, FrameId, SampleState
from tests.make_project import undo

NAMES = ("a", "b", "c")


@pytest.fixture
def folder(tmp_path):
    """Three pictures and their boxes; on c there is nothing."""
    for name in NAMES:
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((40, 40, 3), np.uint8))
        boxes = "" if name == "c" else "0 0.5 0.5 0.25 0.5\n1 0.25 0.25 0.5 0.5\n"
        (tmp_path / f"{name}.txt").write_text(boxes)
    (tmp_path / "classes.txt").write_text("cat\ndog\n")
    (tmp_path / "train.txt").write_text("".join(f"{n}.png {n}.txt\n" for n in NAMES))
    return tmp_path


def look(folder, what=""):
    """The project on this folder as the window opens it."""
    project = Project.look(folder)
    found = look_at([folder / what if what else folder])
    new = project.unknown_frames(i.path for i in found.frame_ids)
    project.see(Seen(new, open_labels(found.labels).chosen))
    return project


def at(folder, name):
    return FrameId(str(folder / f"{name}.png"))


def draw(project, frame_id, label=1):
    drawn = Annotation(Box(1, 1, 9, 9), label)
    return project.apply(frame_id, Edit("Draw", partial(edits.add, annotations=drawn)))


CVAT = """<annotations><version>1.1</version><meta><task><labels><label><name>cat</name>
<attributes><attribute><name>color</name><input_type>select</input_type><values>red
blue</values></attribute></attributes></label></labels></task></meta>
<image id="0" name="a.png" width="40" height="40"/></annotations>"""


def test_what_objects_may_say_lies_in_files_until_it_is_stored(folder):
    (folder / "annotations.xml").write_text(CVAT)
    color = AttributeSpec("color", AttributeKind.CHOICE, ("red", "blue"))
    with look(folder, "annotations.xml") as project:
        (cat,) = (x.id for x in project.labels if x.name == "cat")
        assert project.label_attributes == project.label_notes.attributes == {cat: (color,)}
        project.define_attributes(cat, ())
        assert project.label_attributes == {}
        undo(project)
        assert project.label_attributes == {cat: (color,)}
    with Project.open(folder) as project:
        assert project.label_attributes == {cat: (color,)}


def test_a_list_opens_with_its_labels_and_nothing_is_written(folder):
    before = sorted(p.name for p in folder.iterdir())
    with look(folder, "train.txt") as project:
        assert [x.name for x in project.labels] == ["background", "cat", "dog"]
        assert list(project.states().values()) == [SampleState.LABELLED] * 3
        sample = project.sample(at(folder, "a"))
        assert [(a.region, a.label_id, a.origin) for a in sample.annotations] == [
            (Box(15, 10, 25, 30), 1, "import"),
            (Box(0, 0, 20, 20), 2, "import"),
        ]
        assert is_marked_empty(project.sample(at(folder, "c")))
        assert len(list(project.samples([SampleState.LABELLED]))) == 3
        assert not list(project.samples([SampleState.NEW]))
    assert sorted(p.name for p in folder.iterdir()) == before


def test_an_edit_keeps_what_the_file_said_and_undo_brings_exactly_that_back(folder):
    with look(folder) as project:
        before = project.sample(at(folder, "a"))
        after = draw(project, at(folder, "a"))
        assert after.annotations[:2] == before.annotations
        assert len(after.annotations) == 3
        assert undo(project, before.frame_id) == "Draw"
        assert project.sample(before.frame_id) == before
        assert project.sample(at(folder, "b")).annotations
    with Project.open(folder) as again:
        assert again.sample(before.frame_id) == before
        assert [x.name for x in again.labels] == ["background", "cat", "dog"]
        assert again.noted_labels == [("txt_detection", str(folder))]


def test_a_job_sees_what_the_window_does(folder):
    with look(folder) as project, Project.open(project.place, read_only=True) as job:
        assert job.labels == project.labels
        assert job.states() == project.states()
        assert job.sample(at(folder, "a")) == project.sample(at(folder, "a"))
        draw(project, at(folder, "a"))
        assert len(job.sample(at(folder, "a")).annotations) == 3
        assert job.sample(at(folder, "b")) == project.sample(at(folder, "b"))


def test_a_renamed_label_is_still_that_of_the_files(folder):
    with look(folder) as project:
        project.rename_label(1, "feline")
        assert {a.label_id for a in project.sample(at(folder, "b")).annotations} == {1, 2}
    with look(folder) as project:
        assert [x.name for x in project.labels] == ["background", "feline", "dog"]
        assert {a.label_id for a in project.sample(at(folder, "b")).annotations} == {1, 2}


def test_what_was_defined_stays_when_the_labels_of_more_files_are_stored(folder):
    age = AttributeSpec("age", AttributeKind.NUMBER)
    with look(folder) as project:
        project.define_attributes(1, (age,))
        assert project.label_attributes == {1: (age,)}
    cv2.imwrite(str(folder / "d.png"), np.zeros((40, 40, 3), np.uint8))
    (folder / "more.txt").write_text("d.png d.txt\n")
    (folder / "d.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    with look(folder, "more.txt") as project:
        draw(project, at(folder, "d"))
        assert project.label_attributes == {1: (age,)}


def test_merging_labels_changes_the_objects_of_the_files_too(folder):
    with look(folder) as project:
        assert project.merge_labels([1], 2) == 2
        assert {a.label_id for a in project.sample(at(folder, "b")).annotations} == {2}
    with look(folder) as project:
        assert [x.name for x in project.labels] == ["background", "dog"]
        assert {a.label_id for a in project.sample(at(folder, "b")).annotations} == {2}


def test_what_cannot_be_read_is_new_and_said(folder):
    (folder / "b.txt").write_text("0 nonsense\n")
    with look(folder) as project:
        sample = project.sample(at(folder, "b"))
        assert sample.state is SampleState.NEW
        assert not is_marked_empty(sample)
        assert "b.txt" in project.beside(sample.frame_id).message
        assert project.beside(at(folder, "a")) is None


def test_a_project_that_is_there_gets_the_new_pictures_with_its_next_edit(folder):
    (folder / "val.txt").write_text("a.png a.txt\n")
    with look(folder, "val.txt") as project:
        draw(project, at(folder, "a"))
        assert len(project.frame_ids()) == 1
    with look(folder, "train.txt") as project:
        assert len(project.sample(at(folder, "a")).annotations) == 3
        draw(project, at(folder, "b"))
        assert len(project.frame_ids()) == 3
        assert len(project.noted_labels) == 2


def test_taking_in_what_files_say_is_one_transaction_with_its_edit(folder):
    told = []

    def progress(done, total, text):
        told.append((done, total, text))
        if done == 2:
            token.cancel()

    token = CancelToken()
    with look(folder) as project:
        with pytest.raises(Cancelled):
            project.delete_labels([1], with_objects=True, progress=progress, cancel=token)
        assert told == [(1, 3, "a.png"), (2, 3, "b.png")]
        assert project.is_unedited
        assert project.is_beside(at(folder, "a"))
        assert [x.name for x in project.labels] == ["background", "cat", "dog"]
        with pytest.raises(ProjectError):
            project.merge_labels([1], 9)
        assert project.is_beside(at(folder, "a"))
    assert not (folder / ".maskloop").exists()


def test_a_label_that_a_job_has_deleted_does_not_come_back(folder):
    with look(folder) as project:
        with Project.open(project.place) as job:
            assert job.delete_labels([1], with_objects=True) == 2
        project.see_again()
        assert [x.name for x in project.labels] == ["background", "dog"]
        draw(project, at(folder, "c"), 2)
        assert [x.name for x in project.labels] == ["background", "dog"]
        assert [a.label_id for a in project.sample(at(folder, "b")).annotations] == [2]


def test_what_reading_a_file_loses_is_known_until_an_edit_makes_it_the_projects(folder):
    for path in folder.glob("*.txt"):
        path.unlink()
    shapes = [
        {"label": "cat", "points": [[1, 1], [9, 9]], "shape_type": "rectangle"},
        {"label": "cat", "points": [[1, 1], [9, 9]], "shape_type": "polygon"},
    ]
    about = {"shapes": shapes, "imagePath": "a.png", "imageHeight": 30, "imageWidth": 40}
    (folder / "a.json").write_text(json.dumps(about))
    with look(folder) as project:
        a = at(folder, "a")
        assert len(project.sample(a).annotations) == 1
        losses = project.losses_beside(a)
        assert [(r.what, r.why) for r in losses.skipped] == [
            ("shape 2", "its outline has 2 points")
        ]
        assert [r.what for r in losses.converted] == ["picture"]
        draw(project, a)
        assert not project.losses_beside(a).skipped
        assert not project.losses_beside(at(folder, "b")).skipped


def test_several_tags_of_a_picture_stay(folder):
    for path in folder.glob("*.txt"):
        path.unlink()
    tags = '<tag label="dark"/><tag label="wet"/>'
    image = f'<image name="a.png" width="40" height="40">{tags}</image>'
    (folder / "annotations.xml").write_text(f"<annotations><meta/>{image}</annotations>")
    with look(folder) as project:
        attributes = project.sample(at(folder, "a")).attributes
        assert attributes == (("tag", "dark"), ("tag", "wet"), ("empty", "yes"))


def test_labels_that_another_program_changes_are_never_stored_as_they_were(folder):
    with look(folder, "train.txt") as project:
        a = at(folder, "a")
        assert len(project.sample(a).annotations) == 2
        (folder / "a.txt").write_text("0 0.5 0.5 0.25 0.5\n")
        with pytest.raises(ProjectError, match="the label files of a"):
            draw(project, a)
        assert project.is_unedited
        assert len(project.sample(a).annotations) == 1
        assert len(draw(project, a).annotations) == 2
        assert len(project.sample(at(folder, "b")).annotations) == 2
        (folder / "b.txt").unlink()
        with pytest.raises(ProjectError, match="the label files of b"):
            draw(project, at(folder, "b"))
