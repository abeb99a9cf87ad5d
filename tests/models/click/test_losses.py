"""Losses of single outlines."""

import torch

from models.click.losses import dice_of_masks, normalised_focal_loss

TRUTH = torch.zeros(1, 8, 8, dtype=torch.bool)
TRUTH[:, 2:6, 2:6] = True
RIGHT = torch.where(TRUTH, 12.0, -12.0)


def test_a_right_answer_costs_next_to_nothing_and_a_wrong_one_much():
    for loss in (normalised_focal_loss, lambda x, t: dice_of_masks(x.sigmoid(), t)):
        assert loss(RIGHT, TRUTH) < 1e-3
        assert loss(-RIGHT, TRUTH) > 0.5


def test_the_focal_loss_does_not_fade_as_answers_get_better():
    """A pixel that is wrong alone weighs the more, the surer the others are."""
    logits = torch.where(TRUTH, 1.0, -1.0)
    logits[0, 0, 0] = 1.0
    better = torch.where(TRUTH, 3.0, -3.0)
    better[0, 0, 0] = 1.0
    found = []
    for each in (logits, better):
        each = each.clone().requires_grad_()
        normalised_focal_loss(each, TRUTH).backward()
        found.append(float(each.grad[0, 0, 0]))
    assert found[1] > 2 * found[0] > 0


def test_each_object_counts_the_same_whatever_its_size():
    small = torch.zeros(1, 8, 8, dtype=torch.bool)
    small[:, :2, :2] = True
    both = torch.cat([TRUTH, small])
    logits = torch.zeros(2, 8, 8)
    apart = (
        dice_of_masks(logits[:1].sigmoid(), TRUTH) + dice_of_masks(logits[1:].sigmoid(), small)
    ) / 2
    assert torch.isclose(dice_of_masks(logits.sigmoid(), both), apart)
