"""Networks in files of ONNX or OpenVINO, run with OpenVINO on the CPU."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.backends.openvino import SETTING_UP, core, precision_of
from engine.devices import cpu
from engine.errors import WeightsError
from engine.foreign.head import Feed
from engine.foreign.network import ForeignNet, fed, joined
from engine.weights.weights import Weights
from models.contract import RawTensors
from models.detector import Watch
from models.task import Task

_CONFIG = {"PERFORMANCE_HINT": "LATENCY"}
_EXACT = {"INFERENCE_PRECISION_HINT": "f32"}
"""For boxes: a corner at pixel 601 has no place in bfloat16."""
_DAMAGED = "Export it again, or copy it anew."


class OpenvinoFileBackend:
    """A foreign network, compiled for pictures of its input size, one picture after the other."""

    name = "openvino"
    device_id = "cpu"
    run_frames = None

    def __init__(self, weights: Weights) -> None:
        assert isinstance(weights.module, ForeignNet)
        self.module = weights.module
        self._request = compiled(
            self.module.content,
            self.module.feed,
            self.module.size_hw,
            is_exact=weights.card.task in (Task.DETECTION, Task.INSTANCE),
        )
        kind = self._request.get_compiled_model().get_property("INFERENCE_PRECISION_HINT")
        self.device_text = f"{cpu().name}, {precision_of(kind)}"

    def run(self, batch: NDArray[np.float32], *given: NDArray[np.float32]) -> RawTensors:
        """Batch (N, 3, H, W) float32 -> the parts that the head reads, each (N, ...)."""
        if given:
            raise TypeError("Networks in files take one input.")
        found = [
            infer(self._request, fed(torch.from_numpy(one[None]), self.module.feed))
            for one in batch
        ]
        raw = joined(
            [[torch.from_numpy(array) for array in each] for each in found], self.module.head
        )
        return tuple(tensor.float() for tensor in raw)

    def watch(self, watch: Watch | None) -> None:
        """Nothing: what runs here is given no proposals and is fast."""


def read_content(content: Mapping[str, bytes]) -> Any:
    """The network in the bytes of its files. WeightsError where they hold none."""
    try:
        with SETTING_UP:
            if "xml" in content:
                return core().read_model(content["xml"], content["bin"])
            return core().read_model(content["onnx"])
    except (RuntimeError, UnicodeError) as error:
        kind = "OpenVINO's form" if "xml" in content else "ONNX"
        raise WeightsError(f"The file cannot be read as {kind}.", hint=_DAMAGED) from error


def compiled(
    content: Mapping[str, bytes], feed: Feed, size_hw: tuple[int, int], *, is_exact: bool
) -> Any:
    """A request of the network, compiled for one picture of this size."""
    model = read_content(content)
    shape = [1, *size_hw, feed.channels] if feed.is_last else [1, feed.channels, *size_hw]
    config = {**_CONFIG, **(_EXACT if is_exact else {})}
    try:
        with SETTING_UP:
            model.reshape({model.inputs[0]: shape})
            request = core().compile_model(model, "CPU", config).create_infer_request()
            infer(request, torch.zeros(shape).to(fed(torch.zeros(1, 3, 8, 8), feed).dtype))
    except (RuntimeError, UnicodeError) as error:
        text = " x ".join(map(str, size_hw[::-1]))
        raise WeightsError(
            f"The network does not run on a picture of {text} pixels.",
            hint=f"Choose another input size. {_first_line(error)}".strip(),
        ) from error
    return request


def infer(request: Any, batch: Tensor) -> list[NDArray[Any]]:
    """All outputs for one picture, copied."""
    try:
        request.infer([batch.numpy()], share_inputs=True)
    except RuntimeError as error:
        raise WeightsError(
            "The network stopped on this picture.", hint=_first_line(error) or _DAMAGED
        ) from error
    return [np.array(tensor.data) for tensor in request.output_tensors]


def _first_line(error: BaseException) -> str:
    """What OpenVINO says of it, without the places in its own code."""
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line for line in lines if line and not line.startswith(("Exception from", "Check '"))]
    return f"OpenVINO says: {told[-1][:200]}" if told else ""
