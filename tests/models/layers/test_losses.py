import math

import pytest
import torch

from models.layers.losses import (
    PixelScores,
    SemanticLoss,
    cross_entropy,
    dice_loss,
    focal_loss,
)


def perfect(ids, num_labels):
    hot = torch.nn.functional.one_hot(ids.clamp(max=num_labels - 1), num_labels)
    return hot.permute(0, 3, 1, 2).float() * 40 - 20


def test_dice_is_0_for_perfect_scores_and_1_for_the_opposite():
    ids = torch.zeros(1, 8, 8, dtype=torch.long)
    ids[:, :4] = 1
    assert dice_loss(PixelScores(perfect(ids, 2), ids)) < 0.01
    assert dice_loss(PixelScores(perfect(1 - ids, 2), ids)) > 0.9


def test_dice_is_that_of_every_labels_map():
    logits = torch.randn(2, 4, 5, 6, dtype=torch.float64, requires_grad=True)
    ids = torch.randint(0, 3, (2, 5, 6))
    ids[0, 2:, 1:4] = 255
    valid = (ids != 255).unsqueeze(1)
    shares = logits.softmax(1) * valid
    truth = torch.nn.functional.one_hot(ids.clamp(max=3), 4).permute(0, 3, 1, 2) * valid
    dims = (0, 2, 3)
    dice = (2 * (shares * truth).sum(dims) + 1) / ((shares + truth).sum(dims) + 1)
    wanted = 1 - dice[:3].mean()  # nothing is of label 3
    found = dice_loss(PixelScores(logits, ids))
    torch.testing.assert_close(found.double(), wanted, rtol=1e-5, atol=1e-6)
    gradients = [torch.autograd.grad(each, logits)[0] for each in (found, wanted)]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-7)


def test_ignored_pixels_count_for_nothing():
    ids = torch.zeros(1, 8, 8, dtype=torch.long)
    ids[:, :4] = 1
    holes = ids.clone()
    holes[:, :, :3] = 255
    logits = torch.randn(1, 2, 8, 8)
    changed = logits.clone()
    changed[..., :3] += 100 * torch.randn(1, 2, 8, 3)
    for loss in (dice_loss, cross_entropy):
        found = [loss(PixelScores(each, holes)) for each in (logits, changed)]
        torch.testing.assert_close(*found)


def test_a_label_absent_from_the_batch_does_not_count():
    ids = torch.zeros(1, 4, 4, dtype=torch.long)
    assert dice_loss(PixelScores(perfect(ids, 5), ids)) < 0.01


@pytest.mark.parametrize("loss", [dice_loss, cross_entropy])
def test_all_ignored_is_zero_with_a_gradient(loss):
    logits = torch.randn(1, 2, 4, 4, requires_grad=True)
    value = loss(PixelScores(logits, torch.full((1, 4, 4), 255)))
    value.backward()
    assert value == 0


HALF_IGNORED = torch.tensor([[[0, 1, 255, 255], [1, 1, 255, 0]]])


def test_ignored_pixels_are_in_no_mean():
    even = PixelScores(torch.zeros(1, 2, 2, 4), HALF_IGNORED)
    weights = torch.tensor([3.0, 0.5])
    chance = math.log(2)
    for given in (None, weights):
        assert cross_entropy(even, given).item() == pytest.approx(chance)
        focal = focal_loss(even, gamma=2.0, label_weights=given).item()
        assert focal == pytest.approx(chance / 4)


def test_a_label_weighs_as_much_as_it_is_told():
    logits = torch.zeros(1, 2, 2, 4)
    logits[:, 1] = 1.0
    scores = PixelScores(logits, HALF_IGNORED)
    sure, unsure = math.log1p(math.exp(-1)), math.log1p(math.exp(1))  # of label 1, and of label 0
    weights = torch.tensor([3.0, 0.5])
    wanted = (2 * 3 * unsure + 3 * 0.5 * sure) / (2 * 3 + 3 * 0.5)
    assert cross_entropy(scores, weights).item() == pytest.approx(wanted)
    surer = [(1 - math.exp(-loss)) ** 2 * loss for loss in (unsure, sure)]
    wanted = (2 * 3 * surer[0] + 3 * 0.5 * surer[1]) / (2 * 3 + 3 * 0.5)
    found = focal_loss(scores, gamma=2.0, label_weights=weights)
    assert found.item() == pytest.approx(wanted)


def test_a_sum_of_losses_takes_each_times_its_factor():
    logits = torch.randn(1, 2, 2, 4)
    losses = SemanticLoss(0.5, 2.0, 3.0, 1.5, (3.0, 0.5))(logits, HALF_IGNORED)
    weights, scores = torch.tensor([3.0, 0.5]), PixelScores(logits, HALF_IGNORED)
    wanted = {
        "cross_entropy": 0.5 * cross_entropy(scores, weights),
        "dice": 2.0 * dice_loss(scores),
        "focal": 3.0 * focal_loss(scores, 1.5, weights),
    }
    assert losses.keys() == wanted.keys()
    for name, loss in wanted.items():
        torch.testing.assert_close(losses[name], loss)
    assert SemanticLoss(0, 1, 0)(logits, HALF_IGNORED).keys() == {"dice"}


def test_pixels_count_as_their_weights_say():
    logits = torch.tensor([[[[2.0, 0.0]], [[0.0, 0.0]]]])  # (1, 2, 1, 2)
    ids = torch.zeros(1, 1, 2, dtype=torch.int64)
    each = torch.nn.functional.cross_entropy(logits, ids, reduction="none")[0, 0]
    found = cross_entropy(PixelScores(logits, ids), pixel_weights=torch.tensor([[[1.0, 3.0]]]))
    assert found.item() == pytest.approx(((each[0] + 3 * each[1]) / 4).item())
    ignored = torch.tensor([[[0, 255]]])
    found = cross_entropy(PixelScores(logits, ignored), pixel_weights=torch.tensor([[[1.0, 3.0]]]))
    assert found.item() == pytest.approx(each[0].item())
