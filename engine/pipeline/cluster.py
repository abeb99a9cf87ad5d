"""Many processes, on this machine or others, that predict frames of one batch; Ray runs them.

Ray starts a worker that has died anew and gives it its frames again. What is written stays the work
of one process, in the order of the frames: the result is that of a single process.
"""

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from engine.errors import ConfigError
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.refine import Refinement
from engine.pipeline.tiles import infer_in_tiles
from engine.thresholds import Thresholds
from engine.values import Frame, Prediction
from engine.weights.load import load
from engine.weights.options import with_texts

LOCAL = "local"
"""The address of a cluster that is this machine alone, and begins and ends with the work."""
_A_MACHINE = 2
# Workers without a GPU: two let one prepare frames while the other's network runs.


@dataclass(frozen=True)
class Wish:
    """What each worker needs to make the Pipeline; the weights are found by the same name there."""

    weights: str
    options: tuple[str, ...] = ()
    device: str = "auto"
    backend: str = "auto"
    refine: Refinement = field(default_factory=Refinement)
    thresholds: Thresholds = field(default_factory=Thresholds)


class Worker:
    """One process with the network; an actor of Ray."""

    def __init__(self, wish: Wish) -> None:
        weights = with_texts(load(wish.weights), wish.options)
        # Ray shows each worker its own GPU alone, as the first.
        device = "cuda:0" if wish.device.startswith("cuda") else wish.device
        self._pipeline = Pipeline(weights, device=device, backend=wish.backend)
        self._pipeline.refine = wish.refine
        self._thresholds = wish.thresholds

    def predict(self, frames: Sequence[Frame]) -> list[Prediction]:
        """What the network says of these frames, which go through it together."""
        pipeline, tile = self._pipeline, self._thresholds.tile
        if tile:
            raws = [infer_in_tiles(pipeline, frame.pixels, tile) for frame in frames]
        else:
            raws = pipeline.infer_batch([frame.pixels for frame in frames])
        return [
            pipeline.decode(raw, frame.id, self._thresholds)
            for raw, frame in zip(raws, frames, strict=True)
        ]

    def process(self) -> int:
        """The number of its process."""
        return os.getpid()


class Cluster:
    """Workers, and the frames that they have; answers come in the order of the questions."""

    def __init__(self, address: str, wish: Wish) -> None:
        """Join the cluster at this address, or begin one here. ConfigError if that fails."""
        self._ray = _ray()
        self._begin(address)
        resources = self._ray.cluster_resources()
        gpus = int(resources.get("GPU", 0)) if wish.device != "cpu" else 0
        machines = sum(bool(node["Alive"]) for node in self._ray.nodes())
        actor = self._ray.remote(
            num_cpus=0,
            num_gpus=1 if gpus else 0,
            max_restarts=-1,
            max_task_retries=-1,
            scheduling_strategy="SPREAD",
        )(Worker)
        self.workers: list[Any] = [actor.remote(wish) for _ in range(gpus or _A_MACHINE * machines)]
        self.ahead = 2 * len(self.workers)
        self._sent: deque[Any] = deque()
        self._count = 0

    def _begin(self, address: str) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Nobody is told of what we do.
        is_local = address == LOCAL
        try:
            self._ray.init(
                address=None if is_local else address,
                include_dashboard=False if is_local else None,
                log_to_driver=False,
                configure_logging=False,
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ConfigError(
                f"Cannot join the cluster {address}: {error}",
                hint=f"Give the address that `ray start --head` has said, or {LOCAL}.",
            ) from error

    def begin(self, frames: Sequence[Frame]) -> None:
        """Send these frames to a worker."""
        worker = self.workers[self._count % len(self.workers)]
        self._sent.append(worker.predict.remote(list(frames)))
        self._count += 1

    def finish(self) -> list[Prediction]:
        """What was said of the frames that were sent first; waits for it."""
        found: list[Prediction] = self._ray.get(self._sent.popleft())
        return found

    def __enter__(self) -> Self:
        """For as long as it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the workers go; a cluster that began with this ends with it."""
        self._sent.clear()
        self._ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise ConfigError(
            "Ray is not installed.", hint="Install the extra: pip install 'maskloop[cluster]'."
        ) from error
    return ray
