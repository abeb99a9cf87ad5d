"""Chen et al. 2018: the pyramid with the whole picture, and the decoder at one quarter."""

import pytest
import torch

from models.contract import SemanticTarget
from models.segmentation.deeplab_v3plus import deeplab_v3plus, deeplab_v3plus_mobilenet
from models.shapes_only import shapes_only

LABELS = 21


def on_meta(build, **options):
    with shapes_only():
        return build(LABELS, **options)


def test_the_decoder_adds_48_channels_of_one_quarter_to_256():
    model = on_meta(deeplab_v3plus)
    assert model.backbone.strides[model.quarter] == 4
    assert model.detail[0].out_channels == 48
    assert model.refine[0][0].in_channels == 304
    assert model.score.in_channels == 256


@pytest.mark.parametrize(("stride", "dilations"), [(16, [6, 12, 18]), (8, [12, 24, 36])])
def test_a_denser_map_gets_twice_the_dilation(stride, dilations):
    model = on_meta(deeplab_v3plus, output_stride=stride)
    assert model.backbone.strides[-1] == stride
    assert [branch[0].dilation[0] for branch in model.pyramid.dilated] == dilations


def test_the_parameters_are_those_of_the_paper_s_plan():
    def norm(channels):
        return 2 * channels

    def separable(c_in, c_out):
        return 9 * c_in + norm(c_in) + c_in * c_out + norm(c_out)

    head = 2 * (2048 * 256 + norm(256))  # 1x1, and the whole picture
    head += 3 * separable(2048, 256)
    head += 5 * 256 * 256 + norm(256)
    head += 256 * 48 + norm(48)
    head += separable(304, 256) + separable(256, 256)
    head += 256 * LABELS + LABELS
    model = on_meta(deeplab_v3plus)
    count = sum(p.numel() for p in model.parameters())
    assert count - sum(p.numel() for p in model.backbone.parameters()) == head


def test_any_other_output_stride_is_refused():
    with pytest.raises(ValueError, match="16 or 8"):
        deeplab_v3plus_mobilenet(2, output_stride=32)


def test_one_picture_trains():
    torch.manual_seed(0)
    model = deeplab_v3plus_mobilenet(2, width=0.25).train()
    target = SemanticTarget(torch.zeros(64, 64, dtype=torch.long))
    losses = model.losses(torch.randn(1, 3, 64, 64), [target])
    sum(losses.values()).backward()
    assert all(torch.isfinite(value) for value in losses.values())


def test_weights_can_be_switched_to_a_denser_map():
    torch.manual_seed(0)
    coarse = deeplab_v3plus_mobilenet(2, width=0.25).eval()
    dense = deeplab_v3plus_mobilenet(2, width=0.25, output_stride=8).eval()
    dense.load_state_dict(coarse.state_dict())
    with torch.inference_mode():
        assert dense(torch.randn(1, 3, 50, 70))[0].shape == (1, 2, 50, 70)
