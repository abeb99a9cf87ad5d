import copy

import pytest
import torch

from models.backbones import backbone
from models.encoder import encoder_of, features_of, frozen_part, load_encoder, maps_of
from models.instance.mask_rcnn import mask_rcnn


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return mask_rcnn(2, backbone="resnet18").eval()


def test_the_encoder_of_mask_rcnn_takes_the_tensors_of_its_backbone(network):
    whole = backbone.build("resnet18").eval()
    encoder = encoder_of(copy.deepcopy(network))
    assert encoder.name == "resnet18"
    load_encoder(encoder, whole.state_dict())
    batch = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        found, expected = encoder(batch), whole(batch)
    assert list(found) == ["0", "1", "2", "3"]
    for ours, theirs in zip(found.values(), expected[1:], strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    again = features_of(encoder, maps_of(found))
    assert list(again) == list(found)
    assert all(again[name] is found[name] for name in found)


def test_its_stages_hold_every_tensor_of_the_encoder_once(network):
    encoder = encoder_of(network)
    found = [id(p) for layer in frozen_part(encoder, "all") for p in layer.parameters()]
    assert found == [id(p) for p in encoder.parameters()]
    assert len(encoder.stages()) == len(backbone.build("resnet18", width=0.25).stages())


def test_tensors_keep_torchvisions_names(network):
    assert "network.backbone.body.layer1.0.conv1.weight" in network.state_dict()
    assert "network.backbone.fpn.inner_blocks.0.0.weight" in network.state_dict()
