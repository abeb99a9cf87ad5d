"""Our models for other programs: exported as ONNX or TorchScript, and checked on a picture."""

import io
import json
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.backends.openvino_file import compiled, infer
from engine.errors import WeightsError
from engine.files import replacing
from engine.foreign.head import Feed
from engine.foreign.kinds import KINDS, ONNX, TORCHSCRIPT
from engine.preprocess import prepare
from engine.weights.card import Card
from engine.weights.weights import Weights
from models.detector import ProposalDetector
from models.task import Task

TOLERANCE = 1e-3
"""How far an output may be off, as a share of its largest number (of 1 at least)."""
OPSET = 17
_METADATA_FIELD = 14  # of ONNX's ModelProto
_INSTEAD = "Choose a model that is given the picture alone; `maskloop models` lists them."
_TROUBLE = (RuntimeError, ValueError, TypeError, LookupError, AttributeError)
"""What torch raises for a network that it cannot write down."""


@dataclass(frozen=True)
class Exported:
    """A file that was written: its outputs' shapes, and how far the worst number is off."""

    path: Path
    shapes: tuple[tuple[int, ...], ...]
    largest_difference: float


def export(weights: Weights, path: Path, kind: str, pixels: NDArray[np.uint8]) -> Exported:
    """Write the network as a file of this kind, for one picture of its input size.

    Its outputs are the raw ones of `forward`. The file is run on a picture (H, W, 3) and compared
    with the network; WeightsError, and no file, where it cannot be written or differs.
    """
    refuse_others(weights)
    if kind == ONNX and find_spec("onnx") is None:
        raise WeightsError(
            "Writing ONNX needs the library onnx.",
            hint='Install it: pip install "maskloop[onnx]". Or export as torchscript.',
        )
    prepared, _ = prepare(pixels, weights.card.preprocessing)
    batch = torch.from_numpy(prepared[None])  # (1, 3, H, W)
    module = weights.module.float().cpu().eval()
    with torch.inference_mode():
        wanted = [tensor.numpy() for tensor in module(batch)]
    # What is traced must not remember that it was in inference mode.
    data = _write(kind, weights, module, torch.zeros_like(batch))
    found = _run(kind, data, batch, weights.card)
    difference = compared(wanted, found, weights.name)
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise WeightsError(
            f"Cannot write {path}: {error}", hint="Free some space, or choose another folder."
        ) from error
    return Exported(path, tuple(array.shape for array in found), difference)


def refuse_others(weights: Weights) -> None:
    """WeightsError, with the reason, for what is no network of one picture."""
    name = weights.name
    if weights.card.model in KINDS:
        raise WeightsError(
            f"{name} was brought as a file of another program.", hint="Use that file itself."
        )
    if isinstance(weights.module, ProposalDetector):
        raise WeightsError(
            f"{name} judges boxes that Maskloop proposes outside of the network, for which ONNX "
            "and TorchScript files have no place.",
            hint=_INSTEAD,
        )
    if weights.card.task is Task.CLICK:
        raise WeightsError(
            f"{name} answers clicks, in several steps that are no single network.", hint=_INSTEAD
        )


def compared(
    wanted: Sequence[NDArray[np.float32]], found: Sequence[NDArray[np.float32]], name: str
) -> float:
    """The largest difference, as a share of its output's largest number. WeightsError beyond
    what is tolerated, or where other outputs came."""
    if [array.shape for array in wanted] != [array.shape for array in found]:
        raise WeightsError(
            f"The exported {name} gives other outputs than the network.",
            hint="Export it in the other format.",
        )
    worst = 0.0
    for ours, theirs in zip(wanted, found, strict=True):
        scale = max(1.0, float(np.abs(ours).max(initial=0)))
        share = float(np.abs(ours - theirs).max(initial=0)) / scale
        worst = max(worst, share if np.isfinite(share) else np.inf)
    if not worst <= TOLERANCE:
        raise WeightsError(
            f"The exported {name} differs from the network by {worst:.2g} of its numbers.",
            hint="Export it in the other format.",
        )
    return worst


def metadata_of(card: Card) -> dict[str, str]:
    """What other programs want to know: labels' names, and how a picture is prepared."""
    names = {index: label.name for index, label in enumerate(card.labels)}
    size = card.preprocessing
    return {
        "names": json.dumps(names, ensure_ascii=False),
        "model": card.model,
        "task": str(card.task),
        "input": json.dumps(
            {
                "size_hw": size.size_hw,
                "colors": "RGB",
                "mean": size.mean,
                "std": size.std,
                "resize": size.resize,
            }
        ),
    }


def _write(kind: str, weights: Weights, module: nn.Module, example: Tensor) -> bytes:
    """The bytes of the file."""
    writers: dict[str, Callable[[nn.Module, Tensor, Card], bytes]] = {
        ONNX: _onnx, TORCHSCRIPT: _torchscript,
    }  # fmt: skip
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Tracing is deprecated, but what both formats need.
            return writers[kind](module, example, weights.card)
    except _TROUBLE as error:
        said = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise WeightsError(
            f"The model {weights.card.model} cannot be written as {kind}: "
            f"{said[0][:200] if said else type(error).__name__}",
            hint="Try the other format.",
        ) from error


def _onnx(module: nn.Module, example: Tensor, card: Card) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path, names = Path(folder) / "network.onnx", ["image"]
        torch.onnx.export(
            module, (example,), path, dynamo=False, opset_version=OPSET, input_names=names
        )
        data = path.read_bytes()
    return data + b"".join(_entry(*pair) for pair in metadata_of(card).items())


def _torchscript(module: nn.Module, example: Tensor, card: Card) -> bytes:
    file = io.BytesIO()
    traced = torch.jit.trace(module, example, check_trace=False, strict=False)  # type: ignore[no-untyped-call]
    table = {key: _plain(value) for key, value in metadata_of(card).items()}
    extra = {"config.txt": json.dumps(table, ensure_ascii=False)}
    torch.jit.save(traced, file, _extra_files=extra)
    return file.getvalue()


def _run(kind: str, data: bytes, batch: Tensor, card: Card) -> list[NDArray[np.float32]]:
    """What the file gives, run as others would."""
    if kind == ONNX:
        size_hw = card.preprocessing.size_hw
        request = compiled({"onnx": data}, Feed(), size_hw, is_exact=True)
        return [array.astype(np.float32) for array in infer(request, batch)]
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = torch.jit.load(io.BytesIO(data), map_location="cpu")  # type: ignore[no-untyped-call]
        return [tensor.numpy() for tensor in script(batch)]


def _plain(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _entry(key: str, value: str) -> bytes:
    """A key and its value as a further field of an ONNX file, which may stand at its end."""
    texts = key.encode(), value.encode()
    inner = b"".join(_field(number, text) for number, text in enumerate(texts, start=1))
    return _field(_METADATA_FIELD, inner)


def _field(number: int, content: bytes) -> bytes:
    """Bytes as protobuf writes them: what they are, how many, then they."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])
