import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.layers.permutohedral import PermutohedralLattice


def exact_kernel(features: torch.Tensor) -> torch.Tensor:
    return torch.exp(-0.5 * torch.cdist(features, features) ** 2)


def cosine(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.cosine_similarity(one.flatten(), other.flatten(), dim=0))


@pytest.mark.parametrize("d", [1, 2, 5])
def test_it_is_close_to_the_gaussian_of_every_pair(d: int) -> None:
    # Linear between corners and blurred by 1-2-1, it cannot be exact: the paper accepts this much.
    features = torch.randn(300, d, generator=torch.Generator().manual_seed(d)) * 2
    approximate = PermutohedralLattice(features).filter(torch.eye(300))
    assert cosine(approximate, exact_kernel(features)) > 0.95


def test_sums_over_many_points_are_closer_still() -> None:
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(500, 5, generator=generator)
    values = torch.rand(500, 3, generator=generator)
    lattice, kernel = PermutohedralLattice(features), exact_kernel(features)
    mean = lattice.filter(values) / lattice.filter(torch.ones(500, 1))
    expected = kernel @ values / kernel.sum(1, keepdim=True)
    assert cosine(lattice.filter(values), kernel @ values) > 0.99
    assert (mean - expected).abs().mean() < 0.02


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 6), st.floats(0.01, 30))
def test_nothing_is_lost_and_nothing_negative(seed: int, d: int, spread: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(40, d, generator=generator) * spread
    lattice = PermutohedralLattice(features)
    assert lattice.size <= 40 * (d + 1)
    heard = lattice.filter(torch.ones(40, 1))
    assert torch.isfinite(heard).all()
    assert (heard > 0).all()
    values = torch.rand(40, 2, generator=generator)
    mean = lattice.filter(values) / heard
    assert mean.min() >= values.min() - 1e-4
    assert mean.max() <= values.max() + 1e-4


def test_equal_points_hear_the_same_and_far_points_nothing() -> None:
    features = torch.tensor([[0.0, 0.0], [0.0, 0.0], [50.0, 50.0]])
    heard = PermutohedralLattice(features).filter(torch.tensor([[1.0], [0.0], [0.0]]))[:, 0]
    assert heard[0] == pytest.approx(float(heard[1]))
    assert heard[0] > 0
    assert heard[2] == 0


def test_too_long_a_way_is_refused() -> None:
    with pytest.raises(ValueError, match="standard deviations"):
        PermutohedralLattice(torch.tensor([[0.0] * 5, [1e6] * 5]))
