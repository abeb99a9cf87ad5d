import pytest
import torch

from models.layers.linear_svm import COST, fit_sigmoid, ridge, train_svms


def blobs(count=200, size=16):
    """Two clouds of points apart, and what each is to two labels."""
    torch.manual_seed(0)
    features = torch.randn(count, size)
    features[: count // 2, 0] += 8
    features *= 4  # about as long as features are made
    sides = torch.ones(count, 2)
    sides[count // 2 :, 0] = -1
    sides[: count // 2, 1] = -1
    return features, sides


def from_nothing(features, sides):
    return torch.zeros(sides.shape[1], features.shape[1]), torch.zeros(sides.shape[1])


def test_the_machines_tell_apart_what_can_be():
    features, sides = blobs()
    weights, biases = train_svms(features, sides, from_nothing(features, sides))
    assert torch.equal((features @ weights.T + biases).sign(), sides)


def test_the_solution_is_where_the_gradient_vanishes():
    features, sides = blobs()
    weights, biases = train_svms(features, sides, from_nothing(features, sides))
    slack = (1 - sides * (features @ weights.T + biases)).clamp(min=0)
    cost = COST * torch.where(sides > 0, 2.0, 1.0)
    gradient = weights - 2 * (cost * slack * sides).T @ features
    assert gradient.abs().max() < 1e-3


def test_what_is_neither_side_changes_nothing():
    features, sides = blobs()
    more = torch.cat([features, 5 * torch.randn(50, features.shape[1])])
    start = from_nothing(features, sides)
    plain = train_svms(features, sides, start)
    padded = train_svms(more, torch.cat([sides, torch.zeros(50, 2)]), start)
    assert torch.allclose(plain[0], padded[0], atol=1e-4)


@pytest.mark.parametrize("count", [12, 4000])
def test_ridge_is_the_same_in_both_of_its_forms(count):
    torch.manual_seed(0)
    x, y = torch.randn(count, 40, dtype=torch.float64), torch.randn(count, 4, dtype=torch.float64)
    weights, biases = ridge(x, y)
    centred = x - x.mean(0)
    # The gradient of the squared error and of the ridge cancel out.
    error = x @ weights.T + biases - y
    assert torch.allclose(
        error.T @ centred + 1000 * weights, torch.zeros(4, 40).double(), atol=1e-8
    )
    assert error.mean(0).abs().max() < 1e-9


def test_ridge_finds_a_line_that_is_there():
    torch.manual_seed(0)
    x = 20 * torch.randn(500, 8)
    truth = torch.randn(4, 8)
    weights, biases = ridge(x, x @ truth.T + 3)
    assert torch.allclose(weights, truth, atol=0.02)
    assert torch.allclose(biases, torch.full((4,), 3.0), atol=0.1)


def test_the_sigmoid_gives_the_share_of_truths():
    torch.manual_seed(0)
    scores = 2 * torch.randn(5000, 1)
    truths = (torch.rand(5000, 1) < (1.5 * scores - 1).sigmoid()).long()
    truths[:100] = -1
    slope, offset = fit_sigmoid(scores, truths)
    assert slope.item() == pytest.approx(1.5, abs=0.15)
    assert offset.item() == pytest.approx(-1, abs=0.15)


def test_a_label_that_never_occurs_keeps_its_order():
    scores = torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
    slope, offset = fit_sigmoid(scores, torch.zeros(100, 2, dtype=torch.long))
    assert (slope > 0).all()
    assert ((slope * scores + offset).sigmoid() < 0.1).all()
