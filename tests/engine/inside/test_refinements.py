"""What comes after the network is looked at like what is inside it."""

import pytest

from engine.inside import pictures
from engine.inside.look import Inside
from engine.inside.refinements import TEXTS, refinement_stages
from engine.pipeline.refine_views import VIEWS
from tests.fakes import make_weights
from tests.make import LABELS, make_pixels


def test_every_view_of_a_refinement_is_a_place():
    assert tuple(TEXTS) == VIEWS
    stages = refinement_stages(make_weights())
    assert [stage.path for stage in stages] == list(VIEWS)


def test_detectors_have_nothing_to_refine():
    assert refinement_stages(make_weights("tiny_detector")) == ()


@pytest.mark.parametrize("name", ["before", "crf_change", "tree_cut"])
def test_a_view_is_a_picture_over_the_whole_frame(name):
    inside = Inside(make_weights())
    stage = next(stage for stage in inside.stages if stage.path == name)
    seen = inside.look(make_pixels((48, 64)), stage)
    assert seen.maps == ()
    painted = pictures.paint(seen, pictures.MapStyle(), LABELS).pixels
    height, width = painted.shape[:2]
    assert width / height == pytest.approx(64 / 48, rel=0.05)
    assert (painted[..., 3] == 255).all()
