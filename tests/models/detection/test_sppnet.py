import torch

from models.detection.sppnet import sppnet
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

PICTURE = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
BOXES = torch.tensor([[8.0, 8, 40, 40], [20, 10, 90, 60], [0, 0, 16, 60]])


def small():
    torch.manual_seed(0)
    return sppnet(3, width=0.25).eval()


def test_dense_layers_see_fifty_bins():
    with shapes_only():
        model = sppnet(20)
    assert model.dense[0].in_features == 50 * 256
    assert model.dense[0].out_features == model.svm_weights.shape[1] == 4096
    assert model.box_weights.shape == (20, 4, 50 * 256)


@torch.inference_mode()
def test_the_coarsest_bin_is_the_largest_feature_of_the_region():
    model = small()
    whole = torch.tensor([[0.0, 0, 96, 64]])
    pooled = model.describe(model.see(PICTURE), whole).pooled
    channels = pooled.shape[1] // 50
    assert torch.allclose(pooled[0, -channels:], model.encoder(PICTURE).amax((2, 3))[0])


@torch.inference_mode()
def test_proposals_are_judged_each_by_itself():
    model = small()
    together = model(PICTURE, BOXES[None])
    alone = model(PICTURE, BOXES[None, 1:2])
    for whole, part in zip(together, alone, strict=True):
        assert_rounding_only(whole[:, 1:2], part)


@torch.inference_mode()
def test_the_machines_answer_once_they_are_there():
    model = small()
    proposals, before, _ = model(PICTURE, BOXES[None])
    model.is_fitted.fill_(True)
    model.svm_biases.copy_(torch.tensor([-1.0, 0, 1]))
    model.box_biases[:, 0] = 0.5
    _, scores, boxes = model(PICTURE, BOXES[None])
    assert torch.allclose(scores[0, 0], torch.tensor([-1.0, 0, 1]).sigmoid())
    assert not torch.allclose(before, scores)
    moved = proposals[0, 0] + torch.tensor([16.0, 0, 16, 0])
    assert torch.allclose(boxes[0, 0, 0], moved, atol=1e-4)
