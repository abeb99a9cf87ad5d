"""What a list says of frames without reading their Regions."""

from functools import partial

import pytest

from engine.annotations.edits import Edit, accept_all, set_proposals
from engine.project.badges import Badge
from engine.project.project import Project
from engine.values import Annotation, Box
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


def test_only_frames_with_proposals_have_a_score(project):
    for name, scores in (("a.jpg", (0.9, 0.4)), ("b.jpg", (0.1,)), ("c.jpg", (None,))):
        project.apply(frame(project, name), propose(*scores))
    project.apply(frame(project, "b.jpg"), Edit("Accept", partial(accept_all, min_score=0.0)))
    assert project.lowest_scores() == {frame(project, "a.jpg"): 0.4, frame(project, "c.jpg"): 1.0}
