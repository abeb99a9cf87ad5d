"""Pipeline: a frame's pixels in, a Prediction out. The network and the thresholds are apart, so
that a slider acts without running the network again."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.backends.backend import Backend, Batch, choose, is_out_of_memory, raise_if_lost
from engine.errors import DeviceError, WeightsError
from engine.jobs import CancelToken, Progress, no_progress
from engine.labels import background_of
from engine.pipeline.decode import SemanticMaps, detections, ranking, semantic_maps
from engine.pipeline.given import given_beside
from engine.pipeline.refine import Refinement, refined
from engine.pipeline.tidy import tidied
from engine.pipeline.turn import Turn
from engine.preprocess import Placement, place, prepare_batch
from engine.thresholds import Thresholds
from engine.values import Frame, FrameId, Prediction
from engine.weights.weights import Weights
from models.contract import (
    ClassificationOutput,
    DetectionOutput,
    Output,
    RawTensors,
    SemanticOutput,
)
from models.detector import Detector, ProposalDetector
from models.task import Task

__all__ = ["Pipeline", "RawResult"]


class Tiles(Protocol):
    """What the network says of a large picture's tiles (`engine.pipeline.tiles`)."""

    @property
    def tile(self) -> int:
        """The side of a tile."""

    def decode(
        self, pipeline: "Pipeline", raw: "RawResult", frame_id: FrameId, thresholds: Thresholds
    ) -> Prediction:
        """The Prediction of the whole."""


@dataclass(frozen=True, eq=False)
class RawResult:
    """What the network says of one frame, before any threshold, and the frame's pixels (H, W, 3).

    `seconds` says how long each part took; it holds "refine" while the maps made last are refined
    ones. `device` is where refinements run; `raw` a detector's raw tensors, each (1, ...), which
    tell its steps. With `tiles` these decide.
    """

    output: Output
    placement: Placement
    seconds: dict[str, float]
    pixels: NDArray[np.uint8]
    device: str = "cpu"
    raw: RawTensors = ()
    tiles: Tiles | None = None
    _made: dict[Refinement, SemanticMaps] = field(default_factory=dict, init=False, repr=False)

    def scores(self, refine: Refinement | None = None) -> Tensor:
        """Label scores (K, h, w) of a semantic output that cover the frame, on the CPU.

        At the network's size as they are; refined, at the refinement's working size.
        """
        return self._scores(refine or Refinement()).cpu()

    def _scores(self, refine: Refinement) -> Tensor:
        """The same where they are made."""
        assert isinstance(self.output, SemanticOutput)
        height, width = self.placement.content_hw
        content = self.output.logits[:, :height, :width].float()
        if not refine.is_on:
            return content
        with torch.inference_mode():
            return refined(content.to(self.device), self.pixels, refine)

    def maps(self, refine: Refinement | None = None) -> SemanticMaps:
        """The maps of a semantic output at the frame's size, made once for all thresholds."""
        refine = refine or Refinement()
        maps = self._made.get(refine)
        if maps is None:
            self.seconds.pop("refine", None)
            start = time.perf_counter()
            scores = self._scores(refine)
            if refine.is_on:
                scores[0, 0, 0].item()  # A GPU goes on by itself: this waits for it.
                self.seconds["refine"] = time.perf_counter() - start
            hw = scores.shape[1], scores.shape[2]
            maps = semantic_maps(scores, Placement(self.placement.size_hw, hw, hw))
            self._made.clear()  # Full-size maps of the choice before are not worth their memory.
            self._made[refine] = maps
        return maps


class Pipeline:
    """Weights on a backend. Any thread may call it; frames go through the network one by one.

    `refine` may be set at any time, from any thread: the next `decode` obeys, also for a RawResult
    made before. Only label maps are refined.
    """

    def __init__(
        self,
        weights: Weights,
        device: str = "auto",
        backend: str = "auto",
        *,
        use: Backend | None = None,
    ) -> None:
        if weights.card.task is Task.CLICK:
            raise WeightsError(
                f"{weights.name} outlines what is clicked on, and nothing by itself.",
                hint="Use them by clicks (maskloop predict --clicks), or choose other weights.",
            )
        self.weights = weights
        self._backend = use or choose(weights, device, backend)
        # A frozen frame, a comparison and a live source may ask for the same weights at once.
        self._turn = Turn(self._backend)
        self.refine = Refinement()

    @property
    def origin(self) -> str:
        """Model, weights and refinement, as a Prediction names them."""
        return self._origin(self.refine)

    @property
    def backend_name(self) -> str:
        """The backend really in use."""
        return self._backend.name

    @property
    def device_text(self) -> str:
        """The device and precision really in use."""
        return self._backend.device_text

    @property
    def device_id(self) -> str:
        """The device as torch writes it."""
        return self._backend.device_id

    def warm_up(self) -> None:
        """Run once on nothing, so that the first frame is as fast as the others."""
        height, width = self.weights.card.preprocessing.size_hw
        self.infer(np.zeros((height, width, 3), np.uint8))

    def infer(
        self,
        pixels: NDArray[np.uint8],
        *,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        remember: bool = False,
    ) -> RawResult:
        """Everything before the thresholds, for one frame's pixels; keywords as below."""
        return self.infer_batch([pixels], progress=progress, cancel=cancel, remember=remember)[0]

    def infer_batch(
        self,
        batch: Sequence[NDArray[np.uint8]],
        *,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        remember: bool = False,
    ) -> list[RawResult]:
        """Everything before the thresholds, for several frames of any sizes at once.

        A network that judges boxes tells its `progress`, in boxes, and `cancel` stops it between
        them. `remember` keeps proposals on the disk: for pictures, not for the frames of a video.
        Out of memory halves the batch; DeviceError when not even one frame fits.
        """
        if not batch:
            return []
        start = time.perf_counter()
        preprocessing = self.weights.card.preprocessing
        takes_frames = self._backend.run_frames is not None
        inputs = batch if takes_frames else prepare_batch(batch, preprocessing)
        placements = [place(pixels.shape[:2], preprocessing) for pixels in batch]
        middle = time.perf_counter()
        cancel = cancel or CancelToken()
        given = given_beside(self.weights.module, batch, placements, cancel, remember=remember)
        proposed = time.perf_counter()
        is_slow = isinstance(self.weights.module, ProposalDetector)
        with self._turn.taken(progress, cancel, is_watched=is_slow):
            outputs, raw = self._outputs(inputs, *given)
        end = time.perf_counter()
        stages = {
            "preprocess": (middle - start) / len(batch),
            **({"proposals": (proposed - middle) / len(batch)} if given else {}),
            "network": (end - proposed) / len(batch),
        }
        # The filters of a refinement are fast on the CPU and on CUDA; others lack some of them.
        device = self._backend.device_id if self._backend.device_id.startswith("cuda") else "cpu"
        return [
            RawResult(output, placement, dict(stages), pixels, device, tensors)
            for output, placement, pixels, tensors in zip(
                outputs, placements, batch, raw, strict=True
            )
        ]

    def decode(
        self, raw: RawResult, frame_id: FrameId, thresholds: Thresholds | None = None
    ) -> Prediction:
        """The Prediction under these thresholds: cheap, the network does not run."""
        thresholds = thresholds or Thresholds()
        try:
            return tidied(self._said(raw, frame_id, thresholds), thresholds)
        except (RuntimeError, MemoryError) as error:
            raise_if_lost(error, self.device_text)
            if not is_out_of_memory(error):
                raise
            raise self._lacks_memory() from error

    def _said(self, raw: RawResult, frame_id: FrameId, thresholds: Thresholds) -> Prediction:
        if raw.tiles is not None:
            return raw.tiles.decode(self, raw, frame_id, thresholds)
        labels, size_hw = self.weights.card.labels, raw.placement.size_hw
        refine = self.refine  # Read once: it may be set while this runs.
        origin = self._origin(refine)
        if isinstance(raw.output, SemanticOutput):
            label_map = raw.maps(refine).label_map(thresholds.conf, background_of(labels))
            return Prediction(frame_id, size_hw, labels, label_map=label_map, origin=origin)
        if isinstance(raw.output, ClassificationOutput):
            best_first = ranking(raw.output.logits, labels)
            return Prediction(frame_id, size_hw, labels, origin=origin, ranking=best_first)
        assert isinstance(raw.output, DetectionOutput)
        found = detections(raw.output, raw.placement, thresholds)
        return Prediction(frame_id, size_hw, labels, found, origin=origin)

    def predict(self, frame: Frame, thresholds: Thresholds | None = None) -> Prediction:
        """The Prediction of one frame."""
        return self.decode(self.infer(frame.pixels), frame.id, thresholds)

    def _origin(self, refine: Refinement) -> str:
        card = self.weights.card
        refined_by = f"+{refine.name}" if refine.is_on and card.task is Task.SEMANTIC else ""
        return f"{card.model}/{self.weights.name}{refined_by}"

    def _outputs(
        self, inputs: Batch, *given: NDArray[np.float32]
    ) -> tuple[list[Output], list[RawTensors]]:
        """One output a frame, and a detector's raw tensors, each (1, ...); others have none."""
        try:
            run: Callable[..., RawTensors] = self._backend.run_frames or self._backend.run
            raw = run(inputs, *given)
            with torch.inference_mode():
                outputs = self._backend.module.outputs(raw)
        except (RuntimeError, MemoryError) as error:
            raise_if_lost(error, self.device_text)
            if not is_out_of_memory(error):
                raise
            if len(inputs) == 1:
                raise self._lacks_memory() from error
            return self._outputs_by_halves(inputs, *given)
        if len(outputs) != len(inputs):
            raise WeightsError(
                f"The model {self.weights.card.model} gave {len(outputs)} outputs "
                f"for {len(inputs)} frames."
            )
        if not isinstance(self.weights.module, Detector):
            return outputs, [()] * len(outputs)
        return outputs, [tuple(t[i : i + 1] for t in raw) for i in range(len(outputs))]

    def _lacks_memory(self) -> DeviceError:
        return DeviceError(
            f"Out of memory on {self.device_text}.",
            hint="Close other programs that use it, choose weights with a smaller input, "
            "or the device cpu.",
        )

    def _outputs_by_halves(
        self, inputs: Batch, *given: NDArray[np.float32]
    ) -> tuple[list[Output], list[RawTensors]]:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        middle = len(inputs) // 2
        first, second = (
            self._outputs(inputs[part], *(array[part] for array in given))
            for part in (slice(middle), slice(middle, None))
        )
        return first[0] + second[0], first[1] + second[1]
