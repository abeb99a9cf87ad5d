import pytest
import timm
import torch

from models.backbones import backbone
from tests.rounding import DEEP, assert_rounding_only, in_double


@pytest.mark.parametrize("size_hw", [(64, 64), (65, 71)])
def test_features_are_timms(size_hw):
    torch.manual_seed(0)
    theirs = timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True)
    ours = backbone.build("efficientnet_lite0")
    # In order, as the published weights are.
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    batch = torch.rand(1, 3, *size_hw)
    ours, theirs = in_double(ours).eval(), in_double(theirs).eval()
    with torch.inference_mode():
        pairs = zip(ours(batch.double()), theirs(batch.double()), strict=True)
        for found, expected in pairs:
            assert_rounding_only(found, expected, DEEP)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_shapes_are_those_of_the_published_sizes(size):
    theirs = timm.create_model(f"tf_efficientnet_lite{size}", pretrained=False, features_only=True)
    ours = backbone.build(f"efficientnet_lite{size}")
    expected = [tensor.shape for tensor in theirs.state_dict().values()]
    assert [tensor.shape for tensor in ours.state_dict().values()] == expected
    assert list(ours.channels) == theirs.feature_info.channels()


def test_a_dilated_encoder_is_as_it_was_up_to_the_stride():
    torch.manual_seed(0)
    plain = backbone.build("efficientnet_lite0").eval()
    dense = backbone.build("efficientnet_lite0", output_stride=16).eval()
    dense.load_state_dict(plain.state_dict())
    batch = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        found, expected = dense(batch), plain(batch)
    assert [x.shape[-1] for x in found] == [32, 16, 8, 4, 4]
    for x, y in zip(found[:4], expected[:4], strict=True):
        assert torch.equal(x, y)
