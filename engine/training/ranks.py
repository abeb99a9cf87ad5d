"""Several processes that train one model together, as torchrun starts them.

    torchrun --nproc-per-node 2 -m engine train CONFIG

Each takes its share of every batch; the first alone reports, validates and saves.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from engine.errors import TrainingError
from models.contract import Model, Target

# The others wait as long while the first one validates.
PATIENCE = timedelta(hours=6)
LOST = "closed by peer"  # how gloo words it


@dataclass(frozen=True)
class Ranks:
    """Which of how many processes this one is; `local` counts them on this machine."""

    rank: int = 0
    size: int = 1
    local: int = 0

    @property
    def is_first(self) -> bool:
        """Whether this process reports, validates and saves."""
        return self.rank == 0

    def share(self, indices: Sequence[int]) -> Sequence[int]:
        """This process' part of a batch."""
        return indices[self.rank :: self.size]

    def sum(self, values: Tensor) -> Tensor:
        """The sum of the values over all processes."""
        if self.size > 1:
            values = values.clone()
            distributed.all_reduce(values)
        return values

    def any(self, claim: bool, device: torch.device) -> bool:
        """Whether it is true in any process, the same answer in all of them."""
        if self.size == 1:
            return claim
        return bool(self.sum(torch.tensor(float(claim), device=device)) > 0)

    @contextmanager
    def joined(self, device: torch.device) -> Iterator[None]:
        """While this block runs, the processes can talk to each other.

        TrainingError when another one has ended before its time.
        """
        if self.size == 1:
            yield
            return
        backend = "nccl" if device.type == "cuda" else "gloo"
        distributed.init_process_group(backend, timeout=PATIENCE)
        try:
            yield
        except RuntimeError as error:
            if LOST not in str(error):
                raise
            raise TrainingError(
                "Another process of this Run has ended.",
                hint="What it said itself is the reason.",
            ) from error
        finally:
            distributed.destroy_process_group()


def ranks_here() -> Ranks:
    """What torchrun has told this process; alone without it."""
    # These names are common: in a cluster's job they may speak of something else.
    if not distributed.is_torchelastic_launched():
        return Ranks()
    return Ranks(*(int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK")))


class Losses(nn.Module):
    """A model's losses as a forward pass, which is what DistributedDataParallel watches."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Named scalars, as `Model.losses`."""
        return self.model.losses(batch, targets)


def losses_of(model: Model, ranks: Ranks) -> Losses | DistributedDataParallel:
    """The model's losses; with several processes their gradients are averaged over all."""
    losses = Losses(model)
    return DistributedDataParallel(losses) if ranks.size > 1 else losses
