"""Chen et al. 2016: four dilations whose scores are added."""

import pytest
import torch
from torch import nn

from models.segmentation.deeplab_v1 import LargeField
from models.segmentation.deeplab_v2 import BACKBONES, DILATIONS, deeplab_v2
from models.shapes_only import shapes_only

VOC_LABELS = 21
RESNET101_WITHOUT_ITS_CLASSIFIER = 42_500_160


def on_meta(**options):
    with shapes_only():
        return deeplab_v2(VOC_LABELS, **options)


def test_resnet_101_gets_four_dilated_classifiers():
    model = on_meta()
    assert [branch.dilation[0] for branch in model.head.branches] == [6, 12, 18, 24]
    expected = RESNET101_WITHOUT_ITS_CLASSIFIER + 4 * (9 * 2048 * VOC_LABELS + VOC_LABELS)
    assert sum(p.numel() for p in model.parameters()) == expected


def test_on_vgg_each_branch_is_the_head_of_v1():
    model = on_meta(backbone="vgg16")
    assert all(isinstance(branch, LargeField) for branch in model.head.branches)
    assert [branch.see_far[0].dilation[0] for branch in model.head.branches] == list(DILATIONS)


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_can_be_built(name):
    model = on_meta(backbone=name, width=0.25)
    assert model.backbone.strides[-1] == 8


def test_multi_scale_takes_the_highest_score_of_three_scales():
    torch.manual_seed(0)
    single = deeplab_v2(3, backbone="resnet18", width=0.25).eval()
    several = deeplab_v2(3, backbone="resnet18", width=0.25, multi_scale=True).eval()
    several.load_state_dict(single.state_dict())
    calls = []
    several.head.register_forward_hook(lambda module, inputs, output: calls.append(output.shape))
    picture = torch.randn(1, 3, 64, 61)
    with torch.inference_mode():
        one, best = single(picture)[0], several(picture)[0]
    assert best.shape == one.shape == (1, 3, 64, 61)
    assert (best >= one).all()
    assert (best > one).any()
    assert [tuple(shape[-2:]) for shape in calls] == [(8, 8), (6, 6), (4, 4)]


def test_a_branch_alone_is_one_dilated_convolution():
    model = on_meta(backbone="resnet18", width=0.25)
    assert all(isinstance(branch, nn.Conv2d) for branch in model.head.branches)
