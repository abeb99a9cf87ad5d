import pytest
import torch

from models.layers.losses import cross_entropy, dice_loss


def perfect(ids, num_labels):
    hot = torch.nn.functional.one_hot(ids.clamp(max=num_labels - 1), num_labels)
    return hot.permute(0, 3, 1, 2).float() * 40 - 20


def test_dice_is_0_for_perfect_scores_and_1_for_the_opposite():
    ids = torch.zeros(1, 8, 8, dtype=torch.long)
    ids[:, :4] = 1
    assert dice_loss(perfect(ids, 2), ids) < 0.01
    assert dice_loss(perfect(1 - ids, 2), ids) > 0.9


def test_ignored_pixels_count_for_nothing():
    ids = torch.zeros(1, 8, 8, dtype=torch.long)
    ids[:, :4] = 1
    holes = ids.clone()
    holes[:, :, :3] = 255
    logits = torch.randn(1, 2, 8, 8)
    changed = logits.clone()
    changed[..., :3] += 100 * torch.randn(1, 2, 8, 3)
    for loss in (dice_loss, cross_entropy):
        torch.testing.assert_close(loss(logits, holes), loss(changed, holes))


def test_a_label_absent_from_the_batch_does_not_count():
    ids = torch.zeros(1, 4, 4, dtype=torch.long)
    assert dice_loss(perfect(ids, 5), ids) < 0.01


@pytest.mark.parametrize("loss", [dice_loss, cross_entropy])
def test_all_ignored_is_zero_with_a_gradient(loss):
    logits = torch.randn(1, 2, 4, 4, requires_grad=True)
    value = loss(logits, torch.full((1, 4, 4), 255))
    value.backward()
    assert value == 0
