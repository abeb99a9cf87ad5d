"""Recorded passes of a network: once for each size of its inputs, replayed from then on.

Launching hundreds of small kernels takes a fast GPU longer than running them; a CUDA graph launches
all of them at once. CUDA itself is in `engine.backends.cuda`.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

Tensors = tuple[Tensor, ...]
Network = Callable[..., Tensors]

WARM = 3
"""So many plain passes of a size come first: libraries choose their kernels and set things up."""
MOST = 4
"""So many sizes are remembered: each graph keeps the memory of its answers."""
WITHIN = 0.03
"""How far the first replay may be off a plain pass, by its length: the rounding of bfloat16."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Graph:
    """A recorded pass: `replay` reads what is in `inputs` then, and writes `outputs`.

    Graphs may share the memory of a `pool`, and then overwrite one another's outputs.
    """

    inputs: Tensors
    outputs: Tensors
    replay: Callable[[], None]
    pool: Any


class Border(Protocol):
    """Who records."""

    def record(self, network: Network, inputs: Tensors, beside: Graph | None) -> Graph:
        """A graph for inputs like these, which shares its memory with the one beside."""


class Graphs:
    """The graphs of one network whose work is the same whatever it sees. One thread at a time.

    The first replay of each graph is compared with a plain pass on the same inputs. Where recording
    fails or the two differ, all passes are plain from then on, and the log says why.
    """

    def __init__(self, border: Border) -> None:
        self._border = border
        # By shapes and types of the inputs, the last used one last; a number counts plain passes.
        self._known: OrderedDict[Any, Graph | int] = OrderedDict()
        self.why_off = ""

    @property
    def recorded(self) -> int:
        """For how many sizes there is one."""
        return len(self._graphs())

    def run(self, network: Network, inputs: Tensors) -> Tensors:
        """What the network says; it holds until the next call."""
        if self.why_off:
            return network(*inputs)
        key = tuple((tensor.shape, tensor.dtype) for tensor in inputs)
        known = self._known.pop(key, 0)
        if isinstance(known, int) and known < WARM:
            self._remember(key, known + 1)
            return network(*inputs)
        try:
            if isinstance(known, Graph):
                outputs = _replayed(known, inputs)
            else:
                known, outputs = self._recorded(network, inputs)
            self._remember(key, known)
            return outputs
        except RuntimeError as error:  # A device that is lost fails in the plain pass, too.
            self._turn_off(error)
        return network(*inputs)

    def clear(self) -> None:
        """Let go of all graphs and their memory."""
        self._known.clear()

    def _graphs(self) -> list[Graph]:
        return [known for known in self._known.values() if isinstance(known, Graph)]

    def _recorded(self, network: Network, inputs: Tensors) -> tuple[Graph, Tensors]:
        """A graph that has proved itself, and what the plain pass said.

        That comes first: libraries set up in each thread what they must not while one is recorded.
        """
        expected = network(*inputs)
        graph = self._border.record(network, inputs, next(iter(self._graphs()), None))
        if not all(map(_agree, _replayed(graph, inputs), expected)):
            raise RuntimeError("a replay differs from a plain pass")
        return graph, expected

    def _remember(self, key: Any, known: Graph | int) -> None:
        self._known[key] = known
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def _turn_off(self, error: RuntimeError) -> None:
        self.clear()
        self.why_off = f"{type(error).__name__}: {error}".splitlines()[0]
        logger.warning("A network runs without CUDA graphs: %s", self.why_off)


def _replayed(graph: Graph, inputs: Tensors) -> Tensors:
    for fixed, tensor in zip(graph.inputs, inputs, strict=True):
        fixed.copy_(tensor)
    graph.replay()
    return graph.outputs


def _agree(found: Tensor, expected: Tensor) -> bool:
    """Not where either is not a number."""
    off: Tensor = torch.linalg.vector_norm(found - expected)
    return bool(off <= WITHIN * torch.linalg.vector_norm(expected))
