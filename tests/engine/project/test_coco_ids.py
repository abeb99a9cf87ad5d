"""A project that came from COCO goes back into COCO under the ids that it had."""

import json
from functools import partial
from pathlib import Path

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.export.export import export
from engine.export.options import ExportOptions
from engine.formats import registry
from engine.formats.coco_ids import number_in
from engine.formats.open_dataset import OpenDataset, ReadOptions
from engine.look import look_at, open_labels
from engine.project.importing import Policy, import_dataset
from engine.project.project import Project
from engine.project.seen import Seen
from engine.values import Annotation, Box, Label
from tests.make import write_picture

CATEGORIES = [{"id": 90, "name": "cat"}, {"id": 17, "name": "dog"}]


@pytest.fixture
def file(tmp_path):
    """Two pictures with two objects each."""
    images, rows = [], []
    for number, name in ((700, "a.png"), (25, "b.png")):
        write_picture(tmp_path / "pictures" / name, (40, 60), seed=number)
        images.append({"id": number, "file_name": name, "height": 40, "width": 60})
        for n in range(2):
            place = {"bbox": [5 + 20 * n, 5, 10, 10], "category_id": 17}
            rows.append({"id": 1000 * number + n, "image_id": number, **place})
    path = tmp_path / "pictures" / "instances.json"
    path.write_text(json.dumps({"images": images, "annotations": rows, "categories": CATEGORIES}))
    return path


def opened(file):
    return registry.get("coco").open(file, ReadOptions())


def exported(project, folder):
    """Names of images and labels, and the objects' left edges, by their ids."""
    source = OpenDataset(
        tuple(project.states()),
        project.labels,
        lambda frame_id, _: project.sample(frame_id),
        notes=project.label_notes,
    )
    report = export(source, folder, ExportOptions("coco", unmarked_empty=True))
    assert report.verification.ok
    (path,) = (folder / "annotations").iterdir()
    said = json.loads(path.read_text())
    images = {row["id"]: row["file_name"] for row in said["images"]}
    return (
        images,
        {r["id"]: r["name"] for r in said["categories"]},
        {row["id"]: row["bbox"][0] for row in said["annotations"]},
    )


def edited(project):
    """One object is moved, one deleted, one drawn, and a label has another name."""
    a = next(i for i in project.states() if Path(i.path).stem == "a")
    b = next(i for i in project.states() if Path(i.path).stem == "b")
    first, second = project.sample(a).annotations
    for function in (
        partial(edits.move, ids=(first.id,), dx=1, dy=0),
        partial(edits.delete, ids=(second.id,)),
    ):
        project.apply(a, Edit("Change", function))
    drawn = Annotation(Box(1, 20, 9, 30), first.label_id)
    project.apply(b, Edit("Draw", partial(edits.add, annotations=drawn)))
    project.rename_label(first.label_id, "hound")


IMAGES, LABELS = {700: "a.png", 25: "b.png"}, {90: "cat", 17: "hound"}
OBJECTS = {700000: 6, 25000: 5, 25001: 25, 700001: 1}


def test_imported_ids_are_kept_through_edits(tmp_path, file):
    with Project.create(tmp_path / "pictures", (Label(3, "cat", (1, 2, 3)),)) as project:
        import_dataset(project, opened(file))
        edited(project)
    with Project.open(tmp_path / "pictures") as project:
        assert exported(project, tmp_path / "out") == (IMAGES, LABELS, OBJECTS)


def test_ids_in_files_beside_the_pictures_are_kept_through_edits(tmp_path, file):
    with Project.look(tmp_path / "pictures") as project:
        found = look_at([file])
        new = project.unknown_frames(i.path for i in found.frame_ids)
        project.see(Seen(new, open_labels(found.labels).chosen))
        edited(project)
        assert exported(project, tmp_path / "out") == (IMAGES, LABELS, OBJECTS)


# What takes the place of all is what was proposed, and is proposed no more.
@pytest.mark.parametrize(("policy", "count"), [(Policy.PROPOSE, 4), (Policy.REPLACE_ALL, 2)])
def test_what_is_imported_twice_is_told_apart(tmp_path, file, policy, count):
    with Project.create(tmp_path / "pictures") as project:
        import_dataset(project, opened(file))
        a = next(i for i in project.states() if Path(i.path).stem == "a")
        ids = [x.id for x in project.sample(a).annotations]
        move = partial(edits.move, ids=ids, dx=0, dy=20)
        project.apply(a, Edit("Move", move))
        import_dataset(project, opened(file), Policy.PROPOSE)
        proposals = project.sample(a).proposals
        assert len(proposals) == 2
        assert {number_in(x.id) for x in proposals} == {None}
        import_dataset(project, opened(file), policy)
        sample = project.sample(a)
        every = [x.id for x in (*sample.annotations, *sample.proposals)]
        assert len(set(every)) == len(every) == count
