"""When passes are recorded and replayed, and when not; the border of CUDA is a stand-in."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.backends.graphs import MOST, WARM, Graph, Graphs
from engine.backends.torch import TorchBackend, has_fixed_work
from engine.devices import cpu
from tests.fakes import TinySegmenter, make_weights


class FakeCuda:
    """Records what a replay has to read and write; one that is wrong adds to the answer."""

    def __init__(self, *, wrong: float = 0.0, fails: str = "") -> None:
        self.wrong, self.fails = wrong, fails
        self.is_broken = False
        self.recorded: list[Graph] = []
        self.replays = 0
        self.beside: list[Graph | None] = []

    def record(self, network, inputs, beside):
        if self.fails:
            raise torch.AcceleratorError(self.fails)
        fixed = tuple(torch.full_like(tensor, torch.nan) for tensor in inputs)
        outputs = tuple(torch.empty_like(tensor) for tensor in network(*inputs))

        def replay() -> None:
            self.replays += 1
            if self.is_broken:
                raise RuntimeError("no replay")
            for output, said in zip(outputs, network(*fixed), strict=True):
                output.copy_(said + self.wrong)

        graph = Graph(fixed, outputs, replay, pool=len(self.recorded))
        self.recorded.append(graph)
        self.beside.append(beside)
        return graph


class Network:
    """Twice what it sees, noting the thread of each pass."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def __call__(self, batch: Tensor) -> tuple[Tensor, ...]:
        self.threads.append(threading.get_ident())
        return (2 * batch,)


def frame(value: float, size: int = 1) -> tuple[Tensor]:
    return (torch.full((size, 3, 2, 2), float(value)),)


def warm(graphs: Graphs, network: Network, size: int = 1) -> None:
    for _ in range(WARM):
        graphs.run(network, frame(1, size))


def test_a_size_is_recorded_after_a_few_plain_passes_and_then_replayed() -> None:
    cuda, network = FakeCuda(), Network()
    graphs = Graphs(cuda)
    warm(graphs, network)
    assert not cuda.recorded
    for value in (3.0, 4.0, 5.0):
        (said,) = graphs.run(network, frame(value))
        assert torch.equal(said, frame(2 * value)[0])
    assert len(cuda.recorded) == 1
    assert cuda.replays == 3, "the first one proves itself"
    assert graphs.recorded == 1
    assert graphs.why_off == ""


def test_the_thread_that_records_has_made_a_plain_pass_before() -> None:
    """CUDA's libraries set themselves up in each thread, and not while something is recorded."""
    network, before = Network(), list[int]()

    class Watching(FakeCuda):
        def record(self, network, inputs, beside):
            before.extend(network.threads)
            return super().record(network, inputs, beside)

    graphs = Graphs(Watching())
    warm(graphs, network)
    other = threading.Thread(target=graphs.run, args=(network, frame(1)))
    other.start()
    other.join()
    assert other.ident in before


def test_each_size_and_type_has_a_graph_of_its_own() -> None:
    cuda, network = FakeCuda(), Network()
    graphs = Graphs(cuda)
    for size in (1, 2):
        warm(graphs, network, size)
        graphs.run(network, frame(1, size))
    assert [len(each.inputs[0]) for each in cuda.recorded] == [1, 2]
    halves = (frame(1)[0].half(),)
    assert graphs.run(network, halves)[0].dtype == torch.float16
    assert len(cuda.recorded) == 2


def test_graphs_share_the_memory_of_one_that_there_still_is() -> None:
    cuda, network = FakeCuda(), Network()
    graphs = Graphs(cuda)
    for size in (1, 2):
        warm(graphs, network, size)
        graphs.run(network, frame(1, size))
    assert cuda.beside == [None, cuda.recorded[0]]
    graphs.clear()
    warm(graphs, network)
    graphs.run(network, frame(1))
    assert cuda.beside[-1] is None


def test_the_size_that_was_not_used_for_longest_is_forgotten() -> None:
    cuda, network = FakeCuda(), Network()
    graphs = Graphs(cuda)
    for size in range(1, MOST + 1):
        warm(graphs, network, size)
        graphs.run(network, frame(1, size))
    graphs.run(network, frame(1, 1))
    graphs.run(network, frame(1, MOST + 1))
    replays = cuda.replays
    graphs.run(network, frame(1, 1))
    assert cuda.replays == replays + 1
    graphs.run(network, frame(1, 2))
    assert cuda.replays == replays + 1, "it is warmed up anew"


def test_more_sizes_than_are_remembered_are_never_recorded() -> None:
    cuda, network = FakeCuda(), Network()
    graphs = Graphs(cuda)
    for _ in range(3 * WARM):
        for size in range(1, MOST + 2):
            graphs.run(network, frame(1, size))
    assert not cuda.recorded


@pytest.mark.parametrize(
    ("cuda", "why"),
    [
        (FakeCuda(fails="operation not permitted\nwhen stream is capturing"), "not permitted"),
        (FakeCuda(wrong=1.0), "differs from a plain pass"),
        (FakeCuda(wrong=torch.nan), "differs from a plain pass"),
    ],
    ids=["fails", "wrong", "nan"],
)
def test_trouble_is_told_once_and_all_is_plain_from_then_on(cuda, why, caplog) -> None:
    network = Network()
    graphs = Graphs(cuda)
    for value in range(1, 3 * WARM):
        (said,) = graphs.run(network, frame(value))
        assert torch.equal(said, frame(2 * value)[0])
    assert len(cuda.recorded) <= 1
    assert cuda.replays <= 1
    assert why in graphs.why_off
    assert graphs.recorded == 0
    assert [record.getMessage() for record in caplog.records] == [
        f"A network runs without CUDA graphs: {graphs.why_off}"
    ]


def test_rounding_alone_is_no_trouble() -> None:
    cuda, network = FakeCuda(wrong=0.01), Network()
    graphs = Graphs(cuda)
    warm(graphs, network)
    graphs.run(network, frame(1))
    assert graphs.why_off == ""


def test_a_replay_that_fails_later_is_plain_again(caplog) -> None:
    cuda, network = FakeCuda(), Network()
    graphs = Graphs(cuda)
    warm(graphs, network)
    graphs.run(network, frame(1))
    cuda.is_broken = True
    assert torch.equal(graphs.run(network, frame(3))[0], frame(6)[0])
    assert graphs.why_off == "RuntimeError: no replay"
    assert len(caplog.records) == 1


def picture(seed: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3, 32, 48), dtype=np.float32)


def test_a_backend_says_the_same_by_graphs() -> None:
    cuda, backend = FakeCuda(), TorchBackend(make_weights(), cpu())
    pictures = [picture(seed) for seed in range(2 * WARM)]
    plain = [backend.run(batch)[0] for batch in pictures]
    backend.graphs = Graphs(cuda)
    for batch, wanted in zip(pictures, plain, strict=True):
        assert torch.equal(backend.run(batch)[0], wanted)
    assert cuda.replays == WARM


def test_an_answer_is_not_overwritten_by_the_next() -> None:
    backend = TorchBackend(make_weights(), cpu())
    backend.graphs = Graphs(FakeCuda())
    answers = [backend.run(picture(seed))[0] for seed in range(WARM + 3)]
    kept = [answer.clone() for answer in answers]
    backend.run(picture(100))
    assert all(map(torch.equal, answers, kept))
    assert not torch.equal(answers[-1], answers[-2])


def test_lack_of_memory_lets_go_of_the_graphs() -> None:
    class Large(TinySegmenter):
        """Only one picture fits into the memory."""

        def forward(self, batch: Tensor) -> tuple[Tensor, ...]:
            if len(batch) > 1:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return super().forward(batch)

    cuda = FakeCuda()
    backend = TorchBackend(replace(make_weights(), module=Large(3).eval()), cpu())
    backend.graphs = Graphs(cuda)
    for seed in range(WARM + 1):
        backend.run(picture(seed))
    with pytest.raises(torch.OutOfMemoryError):
        backend.run(picture(0, count=2))
    for seed in range(WARM + 1):
        backend.run(picture(seed))
    assert len(cuda.recorded) == 2, "recorded anew, with what is free then"
    assert backend.graphs.why_off == ""


def test_networks_that_choose_on_the_way_are_never_recorded() -> None:
    assert has_fixed_work(make_weights())
    assert not has_fixed_work(make_weights("tiny_regions"))


def test_without_cuda_nothing_is_recorded() -> None:
    assert TorchBackend(make_weights(), cpu()).graphs is None
