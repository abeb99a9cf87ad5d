"""A question finds the same of a picture whether its labels are stored or lie in a file."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.annotations.edits import Edit
from engine.jobs import Cancelled, CancelToken
from engine.look import look_at, open_labels
from engine.project.found_beside import FilesBeside
from engine.project.project import Project
from engine.project.query import parse
from engine.project.search import search
from engine.project.seen import Seen
from engine.values import FrameId, SampleState

NAMES = ("a1", "a2", "b_3", "c 4")
OBJECTS = (
    (1, "cat", {"attributes": {"occluded": "yes"}}),
    (1, "cat", {}),
    (1, "traffic light", {}),
    (2, "cat", {}),
    (3, "traffic light", {}),
)
"""The picture from 1 on, the label, and what else COCO says of an object. On c 4 is nothing."""


@pytest.fixture
def beside(tmp_path):
    """A COCO file and its pictures, as the window opens them."""
    names = ("cat", "traffic light")
    table = {
        "images": [
            {"id": n, "file_name": f"{name}.png", "width": 40, "height": 40}
            for n, name in enumerate(NAMES, start=1)
        ],
        "categories": [{"id": n, "name": name} for n, name in enumerate(names, start=1)],
        "annotations": [
            {"id": n, "image_id": picture, "category_id": names.index(name) + 1, "iscrowd": 0,
             "bbox": [n, 1, 9, 9], "area": 81, **more}
            for n, (picture, name, more) in enumerate(OBJECTS, start=1)
        ],
    }  # fmt: skip
    for name in NAMES:
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((40, 40, 3), np.uint8))
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(table))
    with Project.look(tmp_path) as project:
        found = look_at([file])
        new = project.unknown_frames(i.path for i in found.frame_ids)
        project.see(Seen(new, open_labels(found.labels).chosen))
        yield project


@pytest.fixture
def stored(beside, tmp_path_factory):
    """The same, each picture's labels in the project."""
    folder = tmp_path_factory.mktemp("stored")
    with Project.create(folder, beside.labels) as project:
        for frame_id in beside.frame_ids():
            copy = FrameId(str(folder / frame_id.path.rsplit("/", 1)[1]))
            project.add_frame(copy)
            said = replace(beside.sample(frame_id), frame_id=copy)
            project.apply(copy, Edit("Put", lambda _, said=said: said))
        yield project


def names(found):
    return [frame_id.path.rsplit("/", 1)[1].removesuffix(".png") for frame_id in found]


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "label:cat", "-label:cat", 'label:CAT -label:"traffic light"', "label:dog",
        "count>1", "count=0", "count<=1 count>=1", "count:cat>=2", 'count:"traffic light"=0',
        "count>=0", "score<0.5", "origin:import", "origin:person", "attribute:occluded",
        "attribute:OCCLUDED=yes", "attribute:occluded=no", "state:corrected", "state:empty",
        "-state:empty", "a label:cat OR count=0", "/a/ -/2/ OR Ü", "b_ count=1",
    ],
)  # fmt: skip
def test_it_finds_the_same_in_files_and_in_the_project(beside, stored, text):
    assert names(beside.search(text)) == names(stored.search(text))


def test_labels_in_files_are_found(beside):
    assert names(beside.search("label:cat")) == ["a1", "a2"]
    assert names(beside.search("count=0")) == ["c 4"]


def test_only_what_must_be_is_read_and_it_can_be_cancelled(beside):
    read, done, cancel = [], [], CancelToken()
    states = dict.fromkeys(beside.frame_ids(), SampleState.LABELLED)
    files = FilesBeside(
        states, read=read.append, progress=lambda *told: done.append(told[:2]), cancel=cancel
    )
    search(beside._store, parse("label:cat b_"), files)
    assert names(read) == ["b_3"]
    assert done == [(n, 4) for n in (1, 2, 3, 4)]
    cancel.cancel()
    with pytest.raises(Cancelled):
        search(beside._store, parse("label:cat"), files)
