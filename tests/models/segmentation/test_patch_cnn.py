import pytest
import torch

from models.contract import SemanticTarget
from models.layers.mirror import mirror_pad
from models.segmentation import patch_cnn as module
from models.segmentation.patch_cnn import PATCH, PatchCNN, patch_cnn
from tests.rounding import DEEP, assert_rounding_only, in_double


@pytest.fixture
def model() -> PatchCNN:
    torch.manual_seed(0)
    return patch_cnn(3).eval()


def with_mode(model: PatchCNN, mode: str) -> PatchCNN:
    other = patch_cnn(3, mode=mode).eval()
    other.load_state_dict(model.state_dict())
    return other


@pytest.mark.parametrize("size_hw", [(10, 13), (13, 10), (3, 60)])
def test_both_modes_give_every_pixel_the_same_scores(model, size_hw, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 50)  # two rows, two rows, less than one row
    batch = torch.randn(2, 3, *size_hw).double()
    with torch.inference_mode():
        (patches,) = in_double(with_mode(model, "patches"))(batch)
        (convolutional,) = in_double(model)(batch)
    assert patches.shape == (2, 3, *size_hw)
    assert_rounding_only(patches, convolutional, DEEP)


def test_a_score_is_the_classifiers_answer_to_the_patch_around_the_pixel(model):
    model, batch = in_double(model), torch.randn(1, 3, 40, 50).double()
    patch = mirror_pad(batch, (16, 16, 16, 16))[:, :, 5 : 5 + PATCH, 47 : 47 + PATCH]
    with torch.inference_mode():
        assert_rounding_only(model(batch)[0][:, :, 5, 47], model.classify(patch), DEEP)


def test_a_pixel_sees_its_patch_and_nothing_else(model):
    batch = torch.randn(1, 3, 60, 60, requires_grad=True)
    model(batch)[0][0, :, 30, 25].sum().backward()
    seen = batch.grad.abs().sum((0, 1)) > 0
    seen_rows, seen_columns = seen.any(1).nonzero(), seen.any(0).nonzero()
    assert (seen_rows.min(), seen_rows.max()) == (30 - 16, 30 + 16)
    assert (seen_columns.min(), seen_columns.max()) == (25 - 16, 25 + 16)


def test_training_is_the_same_in_both_modes(model):
    batch, targets = torch.randn(1, 3, 24, 24), [SemanticTarget(torch.ones(24, 24).long())]
    one, other = (with_mode(model, m).losses(batch, targets) for m in ("convolutional", "patches"))
    assert {k: v.item() for k, v in one.items()} == {k: v.item() for k, v in other.items()}


def test_another_mode_is_refused():
    with pytest.raises(ValueError, match="convolutional or patches"):
        patch_cnn(2, mode="dense")
