"""What a list says of frames without reading their Regions."""

from functools import partial

import pytest

from engine.annotations.edits import Edit, accept_all, set_proposals
from engine.formats.open_dataset import OpenDataset
from engine.look import LabelsAt
from engine.project.badges import Badge
from engine.project.project import Project
from engine.project.seen import Seen
from engine.values import Annotation, Box, Sample
from tests.make_project import A, B, add_box, frame


def propose(*scores):
    found = tuple(Annotation(Box(1, 1, 9, 9), 1, "m", score) for score in scores)
    return Edit("Run m", partial(set_proposals, proposals=found))


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path) as project:
        project.set_labels((A, B))
        yield project


def test_labels_are_counted_the_most_frequent_first(project):
    for label_id in (1, 2, 2):
        project.apply(frame(project), add_box(label_id=label_id))
    assert project.badge(frame(project)) == Badge(((2, 2), (1, 1)))


def test_the_least_sure_proposal_counts(project):
    project.apply(frame(project), propose(0.9, 0.25))
    assert project.badge(frame(project)) == Badge((), 2, 0.25)


def test_a_frame_that_is_not_stored_has_nothing(project):
    assert project.badge(frame(project, "b.jpg")) == Badge()


def test_a_sample_says_the_same_wherever_it_was_read(project):
    for label_id in (1, 2, 2):
        project.apply(frame(project), add_box(label_id=label_id))
    project.apply(frame(project), propose(0.9, 0.25))
    assert project.whole_badge(frame(project)) == project.badge(frame(project))


def test_only_frames_with_proposals_have_a_score(project):
    for name, scores in (("a.jpg", (0.9, 0.4)), ("b.jpg", (0.1,)), ("c.jpg", (None,))):
        project.apply(frame(project, name), propose(*scores))
    project.apply(frame(project, "b.jpg"), Edit("Accept", partial(accept_all, min_score=0.0)))
    assert project.lowest_scores() == {frame(project, "a.jpg"): 0.4, frame(project, "c.jpg"): 1.0}


def test_what_a_model_found_counts_though_it_lies_in_a_file(project):
    ids = tuple(frame(project, name) for name in ("a.jpg", "b.jpg"))

    def read(frame_id, report):
        found = () if frame_id == ids[1] else (Annotation(Box(1, 1, 9, 9), 1, "m", 0.5),)
        return Sample(frame_id, (40, 40), found)

    dataset = OpenDataset(ids, (A, B), read, is_predicted=True)
    project.see(Seen((), ((LabelsAt("coco", str(project.root)), dataset),)))
    assert project.badge(ids[0]) == Badge()
    assert project.whole_badge(ids[0]) == Badge((), 1, 0.5)
    assert project.lowest_scores() == {ids[0]: 0.5}
