"""Gaussian filtering over features of any kind, by a permutohedral lattice.

Adams, Baek, Davis: Fast High-Dimensional Filtering Using the Permutohedral Lattice, Eurographics
2010. The exact filter compares all N^2 pairs. Here each point gives its value to the d + 1 corners
of the simplex it lies in (splat), the corners are blurred along d + 1 directions (blur), and each
point takes its corners' values back (slice): N * d work, whatever the standard deviation.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional


class PermutohedralLattice:
    """Where N points lie in the lattice; built once, then it filters any values of the points.

    `features` (N, d) float32 are in standard deviations of the filter. All work is on their device.
    """

    def __init__(self, features: Tensor) -> None:
        count = len(features)
        nearest, rank, distance = _enclosing_simplex(_elevate(features.float().T))
        strides, start = _radix(nearest)
        self._weights = _barycentric(distance, rank)  # (d + 1, N)
        keys = _corner_keys(nearest, rank, strides) + start  # (d + 1, N)
        # One sort finds equal corners, and lists each one's points next to each other.
        ordered, order = keys.flatten().sort()
        is_new = torch.ones_like(ordered, dtype=torch.bool)
        is_new[1:] = ordered[1:] != ordered[:-1]
        self._offsets = is_new.nonzero().flatten()  # (M,)
        self._points = order % count  # ((d + 1) * N,), ordered by corner
        self._point_weights = self._weights.flatten()[order]
        corners = torch.empty_like(order).scatter_(0, order, is_new.cumsum(0) - 1)
        self._corners = corners.view(-1, count).T.contiguous()  # (N, d + 1)
        self._weights = self._weights.T.contiguous()
        self._neighbours = _neighbours(ordered[self._offsets], strides)

    @property
    def size(self) -> int:
        """The number of corners in use."""
        return len(self._offsets)

    def filter(self, values: Tensor) -> Tensor:
        """The Gaussian sum over all points, the point itself included: (N, C) -> (N, C).

        Right up to one factor, the same everywhere, that normalisation takes out.
        """
        corners = functional.embedding_bag(
            self._points,
            values.contiguous(),
            self._offsets,
            mode="sum",
            per_sample_weights=self._point_weights,
        )  # (M, C)
        # One row of zeros more: the value of every neighbour that no point touches.
        corners = functional.pad(corners, (0, 0, 0, 1))
        for before, after in self._neighbours:
            blurred = corners[before].add_(corners[after])
            corners[:-1].mul_(0.5).add_(blurred, alpha=0.25)
        return functional.embedding_bag(
            self._corners, corners, mode="sum", per_sample_weights=self._weights
        )


def _elevate(features: Tensor) -> Tensor:
    """Features (d, N) -> the same points in the plane of d + 1 coordinates with sum 0."""
    d = len(features)
    matrix = torch.ones(d + 1, d).triu() - torch.diag(torch.arange(1.0, d + 1), -1)[:, :d]
    steps = torch.arange(1.0, d + 1)
    # So scaled, the blur of all directions together has a standard deviation of 1.
    scale = math.sqrt(2 / 3) * (d + 1) / torch.sqrt(steps * (steps + 1))
    return (matrix * scale).to(features) @ features  # (d + 1, N)


def _enclosing_simplex(elevated: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The simplex each point lies in: (d + 1, N) each.

    Its first corner (int64 multiples of d + 1 with sum 0), the rank of each coordinate by its
    distance from there, the largest first (int64), and that distance in units of d + 1.
    """
    size = len(elevated)  # d + 1
    multiple = (elevated / size).round()
    distance = elevated / size - multiple
    rank = torch.zeros_like(elevated, dtype=torch.int64)
    for i in range(size):
        for j in range(i + 1, size):
            is_less = distance[i] < distance[j]
            rank[i] += is_less
            rank[j] += ~is_less
    # Rounding may leave the plane; the coordinates that were rounded the most step back.
    rank += multiple.sum(0).long()
    step = (rank < 0).long() - (rank >= size).long()
    rank += size * step
    nearest = (multiple.long() + step) * size
    return nearest, rank, distance - step


def _barycentric(distance: Tensor, rank: Tensor) -> Tensor:
    """How much of a point belongs to each corner of its simplex: (d + 1, N) with sum 1."""
    by_rank = torch.empty_like(distance).scatter_(0, rank, distance)
    weights = by_rank.flip(0)
    weights[1:] -= by_rank.flip(0)[:-1]
    weights[0] += 1 - by_rank[0]
    return weights


def _radix(nearest: Tensor) -> tuple[Tensor, int]:
    """Strides (d + 1,) that make one number of the first d coordinates, and what to add to it.

    Corners and their neighbours lie up to 2 d beside the nearest ones.
    """
    margin = 2 * len(nearest)
    low = (nearest.amin(1) - margin).tolist()
    extents = [
        high + margin - least + 1 for high, least in zip(nearest.amax(1).tolist(), low, strict=True)
    ]
    strides, total = [], 1
    for extent in extents[:-1]:
        strides.append(total)
        total *= extent
    if total >= 2**63:
        raise ValueError("The features reach too many standard deviations for the lattice.")
    start = -sum(s * least for s, least in zip(strides, low, strict=False))
    return torch.tensor([*strides, 0], device=nearest.device), start


def _corner_keys(nearest: Tensor, rank: Tensor, strides: Tensor) -> Tensor:
    """One number (d + 1, N) for each corner of each point's simplex.

    Corner k adds k to each coordinate, less d + 1 for the k coordinates of the last ranks.
    """
    size = len(nearest)
    base = (nearest * strides[:, None]).sum(0)  # (N,)
    by_rank = torch.empty_like(rank).scatter_(0, rank, strides[:, None].expand_as(rank))
    turned = by_rank.flip(0).cumsum(0)  # Strides of the last 1, 2, ... ranks.
    keys = base + strides.sum() * torch.arange(size, device=rank.device)[:, None]
    keys[1:] -= size * turned[:-1]
    return keys


def _neighbours(keys: Tensor, strides: Tensor) -> list[tuple[Tensor, Tensor]]:
    """For each direction the index of each corner's neighbour on both sides; M where none is."""
    size, count = len(strides), len(keys)
    found = []
    for stride in strides.tolist():
        wanted = keys + (int(strides.sum()) - size * stride)
        place = torch.searchsorted(keys, wanted).clamp_(max=count - 1)
        is_there = keys[place] == wanted
        after = torch.where(is_there, place, count)
        before = torch.full_like(after, count)
        before[place[is_there]] = is_there.nonzero().flatten()
        found.append((before, after))
    return found
