"""Hariharan et al. 2015: stacking columns and classifying them, the long way and the short."""

import pytest
import torch

from models.segmentation.hypercolumn import BACKBONES, hypercolumn
from models.shapes_only import shapes_only
from tests.rounding import DEEP, assert_rounding_only, in_double


@pytest.mark.parametrize("name", BACKBONES)
def test_adding_scores_of_depths_is_classifying_the_stacked_columns(name):
    torch.manual_seed(0)
    short = hypercolumn(4, backbone=name, width=0.25).eval()
    long = hypercolumn(4, backbone=name, width=0.25, stacked=True).eval()
    torch.nn.init.normal_(short.classifiers[0].bias)
    long.load_state_dict(short.state_dict())
    picture = torch.randn(2, 3, 61, 83).double()
    with torch.inference_mode():
        assert_rounding_only(in_double(short)(picture)[0], in_double(long)(picture)[0], DEEP)


def test_every_depth_has_its_part_of_the_one_classifier():
    with shapes_only():
        model = hypercolumn(21)
    assert [part.in_channels for part in model.classifiers] == [64, 128, 256, 512, 512]
    assert [part.bias is not None for part in model.classifiers] == [True] + 4 * [False]
    count = sum(p.numel() for p in model.classifiers.parameters())
    assert count == (64 + 128 + 256 + 512 + 512) * 21 + 21


def test_the_finest_depth_decides_between_neighbours():
    torch.manual_seed(0)
    model = hypercolumn(2, backbone="vgg16", width=0.25).eval()
    with torch.inference_mode():
        scores = model(torch.randn(1, 3, 64, 64))[0]
    assert (scores[..., 1:] != scores[..., :-1]).any()
