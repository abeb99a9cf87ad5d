"""CUDA's streams and graphs: what the torch backend does that needs a GPU."""

import threading
from contextlib import AbstractContextManager
from typing import Any

import torch

from engine.backends.graphs import Graph, Network, Tensors

# Torch records one graph at a time in a process.
_recording = threading.Lock()
# Torch's allocator goes on asking a graph whose recording failed, and must not meet another one.
_failed: list[torch.cuda.CUDAGraph] = []


class Cuda:
    """A stream for one network: two networks run side by side, and each sees its own work in order.

    Made once the weights are on the device, which another stream has copied. Whoever runs something
    on the stream waits for it before it lets go of what that reads, as `hand_on` does.
    """

    def __init__(self, device: torch.device) -> None:
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._usual = torch.cuda.default_stream(device)
        self._stream.wait_stream(torch.cuda.current_stream(device))

    def stream(self) -> AbstractContextManager[Any]:
        """This thread's work goes to the stream."""
        return torch.cuda.stream(self._stream)

    def hand_on(self, tensors: Tensors) -> None:
        """Wait until they are there for other streams: the usual one, on which all threads decode.

        Their memory is not used again before that is done with them.
        """
        self._stream.synchronize()
        for tensor in tensors:
            tensor.record_stream(self._usual)

    def record(self, network: Network, inputs: Tensors, beside: Graph | None) -> Graph:
        """A graph for inputs like these, which shares its memory with the one beside.

        It is recorded and replayed on the same stream, as both use the scratch memory that cuBLAS
        keeps for each stream.
        """
        fixed = tuple(torch.empty_like(tensor) for tensor in inputs)
        with _recording:
            if _failed:
                raise RuntimeError("recording one has failed before")
            graph = torch.cuda.CUDAGraph()
            # Other threads may go on meanwhile: only what this one must not do is an error.
            recording = torch.cuda.graph(
                graph,
                pool=beside.pool if beside is not None else None,
                stream=self._stream,
                capture_error_mode="thread_local",
            )
            try:
                with recording:
                    outputs = network(*fixed)
            except BaseException:
                _failed.append(graph)
                raise
        return Graph(fixed, outputs, graph.replay, graph.pool())
