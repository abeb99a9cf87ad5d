import numpy as np
import pytest

from engine.pipeline.pipeline import Pipeline, RawResult
from engine.pipeline.refine import RefineSettings
from engine.pipeline.refine_views import VIEWS, borders, views
from engine.pipeline.tree_cut import TreeSettings
from tests.fakes import FakeBackend, make_weights
from tests.make import LABELS, make_pixels


@pytest.fixture
def raw() -> RawResult:
    weights = make_weights()
    return Pipeline(weights, use=FakeBackend(weights)).infer(make_pixels((60, 90)))


def test_every_view_is_a_picture_of_the_frames_shape(raw: RawResult) -> None:
    made = dict(views(raw, LABELS))
    assert tuple(made) == VIEWS
    assert all(v.shape == (60, 90, 3) and v.dtype == np.uint8 for v in made.values())
    assert (made["superpixels"] != made["tree_cut"]).any()


def test_only_what_is_wanted_is_made(raw: RawResult) -> None:
    assert [name for name, _ in views(raw, LABELS, wanted=["tree_cut"])] == ["tree_cut"]
    with pytest.raises(ValueError, match="no view"):
        views(raw, LABELS, wanted=["nothing"])


def test_the_best_cut_has_no_border_that_superpixels_lack(raw: RawResult) -> None:
    line = np.array([255, 210, 60])
    settings = RefineSettings(superpixels=TreeSettings().leaves)
    fine, coarse = (
        (view == line).all(-1)
        for _, view in views(raw, LABELS, settings=settings, wanted=["superpixels", "tree_cut"])
    )
    assert coarse.sum() < fine.sum()
    assert (fine | ~coarse).all()


def test_borders_lie_between_regions() -> None:
    ids = np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]])
    assert borders(ids).tolist() == [[False, True, False], [True, True, True], [False] * 3]
