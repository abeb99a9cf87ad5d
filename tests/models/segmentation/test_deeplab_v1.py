"""Chen et al. 2015: what its table 2 and figure 2 say of DeepLab-LargeFOV."""

import pytest
import torch
from torch import nn

from models import registry
from models.backbones import backbone as backbones
from models.segmentation.deeplab_v1 import BACKBONES, deeplab_v1
from models.shapes_only import shapes_only
from tests.rounding import DEEP, assert_rounding_only, in_double

VOC_LABELS = 21


def on_meta(*arguments, **options):
    with shapes_only():
        return deeplab_v1(*arguments, **options)


def test_it_has_the_20_and_a_half_million_parameters_of_the_paper():
    # VGG16's 13 convolutions, then fc6, fc7 and the scores as convolutions.
    plan = [(3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 256)]
    plan += [(256, 512)] + 5 * [(512, 512)]
    expected = sum(9 * i * o + o for i, o in plan)
    expected += 9 * 512 * 1024 + 1024 + 1024 * 1024 + 1024 + 1024 * VOC_LABELS + VOC_LABELS
    count = sum(p.numel() for p in on_meta(VOC_LABELS).parameters())
    assert count == expected
    assert round(count / 1e6, 1) == 20.5


def test_the_last_convolutions_of_vgg_are_dilated_and_one_eighth_is_kept():
    model = on_meta(VOC_LABELS)
    convs = [m for m in model.backbone.modules() if isinstance(m, nn.Conv2d)]
    assert [conv.dilation[0] for conv in convs] == 10 * [1] + 3 * [2]
    assert model.backbone.strides[-1] == 8
    assert model.head.see_far[0].dilation == (12, 12)


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_gives_scores_at_one_eighth(name):
    model = deeplab_v1(3, backbone=name, width=0.25).eval()
    with torch.inference_mode():
        scores = model.head(model.backbone(torch.randn(1, 3, 64, 48))[-1])
    assert scores.shape == (1, 3, 8, 6)


@pytest.mark.parametrize("size_hw", [(1, 1), (7, 9), (20, 33)])
def test_a_picture_smaller_than_the_dilation_keeps_its_size(size_hw):
    model = deeplab_v1(3, width=0.25).eval()
    with torch.inference_mode():
        assert model(torch.randn(1, 3, *size_hw))[0].shape == (1, 3, *size_hw)


def test_an_unknown_backbone_lists_the_known_ones():
    with pytest.raises(ValueError, match="vgg16"):
        registry.get("deeplab_v1").build(3, backbone="vgg17")


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2"])
def test_dilation_gives_the_same_features_on_a_denser_grid(name):
    # Same weights, same field of view: every fourth place is what the plain network computes.
    torch.manual_seed(0)
    plain = backbones.build(name, width=0.25).eval()
    dense = backbones.build(name, output_stride=8, width=0.25).eval()
    dense.load_state_dict(plain.state_dict())
    plain, dense = in_double(plain), in_double(dense)
    picture = torch.randn(1, 3, 128, 96).double()
    with torch.inference_mode():
        found, expected = dense(picture)[-1][..., ::4, ::4], plain(picture)[-1]
    assert_rounding_only(found, expected, DEEP)
