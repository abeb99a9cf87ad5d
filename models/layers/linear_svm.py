"""What is solved rather than descended to: linear support vector machines, ridge regression, and
the sigmoid that makes a share of a score.

Constants are those of R-CNN's published code (Girshick et al., CVPR 2014), for features whose mean
length is FEATURE_LENGTH.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

FEATURE_LENGTH = 20.0
COST = 1e-3
POSITIVE_WEIGHT = 2.0
BIAS_FEATURE = 10.0
RIDGE = 1000.0
ROUNDS = 60


def train_svms(
    features: Tensor, sides: Tensor, start: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    """One machine per label: features (M, D), sides (M, K) -> weights (K, D), biases (K,).

    A side is 1 for an example of the label, -1 for one of something else, 0 for neither. Minimises
    half the weights' squared length and the squared hinge, which unlike the plain one is smooth;
    `start` is where it begins.
    """
    given = torch.cat([features, features.new_full((len(features), 1), BIAS_FEATURE)], dim=1)
    cost = COST * torch.where(sides > 0, POSITIVE_WEIGHT, 1.0) * (sides != 0)  # (M, K)

    def objective(weights: Tensor) -> Tensor:
        slack = (1 - sides * (given @ weights.T)).clamp(min=0)  # (M, K)
        return weights.square().sum() / 2 + (cost * slack.square()).sum()

    weights, biases = start
    weights = _minimised(objective, torch.cat([weights, biases[:, None] / BIAS_FEATURE], dim=1))
    return weights[:, :-1], weights[:, -1] * BIAS_FEATURE


def ridge(features: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Linear regression: features (M, D), wanted (M, O) -> weights (O, D), biases (O,).

    The weights' squared length counts RIDGE times, the biases' not at all. Solved in the smaller of
    its two forms, by examples or by features.
    """
    x_mean, y_mean = features.mean(dim=0), wanted.mean(dim=0)
    x, y = (features - x_mean).double(), (wanted - y_mean).double()
    count, size = x.shape
    strength = RIDGE * torch.eye(min(count, size), dtype=x.dtype, device=x.device)
    if count < size:
        weights = torch.linalg.solve(x @ x.T + strength, y).T @ x
    else:
        weights = torch.linalg.solve(x.T @ x + strength, x.T @ y).T
    weights = weights.to(features.dtype)
    return weights, y_mean - weights @ x_mean


def fit_sigmoid(scores: Tensor, truths: Tensor) -> tuple[Tensor, Tensor]:
    """Slope and offset (K,) such that sigmoid(slope * score + offset) is the share of truths.

    Scores (M, K); truths (M, K) are 1, 0, or -1 for what does not count. Platt, "Probabilistic
    outputs for support vector machines", 1999, with his targets just inside 0 and 1.
    """
    yes, no = (truths == 1).sum(dim=0), (truths == 0).sum(dim=0)  # (K,)
    targets = torch.where(truths == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    counted = (truths >= 0).float() / (yes + no).clamp(min=1)

    def objective(values: Tensor) -> Tensor:
        logits = scores * values[0] + values[1]
        loss = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        return (loss * counted).sum()

    start = torch.stack([scores.new_ones(scores.shape[1]), scores.new_zeros(scores.shape[1])])
    slope, offset = _minimised(objective, start)
    # A label that is never found must not turn its scores around.
    return slope.clamp(min=1e-3), offset


def _minimised(objective: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """Where a smooth convex function is smallest, by L-BFGS."""
    place = start.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([place], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = objective(place)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    with torch.enable_grad():
        optimizer.step(closure)  # type: ignore[no-untyped-call]
    return place.detach()
