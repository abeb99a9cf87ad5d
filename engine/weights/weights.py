"""The self-describing Weights file: safetensors, with the card as its metadata. Never code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine import endings
from engine.errors import WeightsError
from engine.files import replacing
from engine.weights.card import METADATA_KEY, Card, to_json
from models.contract import Model


@dataclass(frozen=True, eq=False)
class Weights:
    """A loaded file: its card, and the model in evaluation mode, float32, on the CPU."""

    name: str
    path: Path
    card: Card
    module: Model


_KINDS = {
    torch.float16, torch.bfloat16, torch.float32, torch.float64,
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
}  # fmt: skip


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a .safetensors, .pt or .pth file, by name; no code is ever run."""
    if not path.is_file():
        raise WeightsError(f"There is no file {path}.")
    try:
        if path.suffix == endings.SAFETENSORS:
            raw: Any = load_file(path)
        else:
            raw = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise WeightsError(
            f"{path.name} cannot be read as weights.",
            hint="Use a .safetensors file, or a .pt/.pth that holds tensors only.",
        ) from error
    nested = raw.get("state_dict", raw) if isinstance(raw, dict) else {}
    items = nested.items() if isinstance(nested, dict) else ()
    tensors = {str(name): each for name, each in items if isinstance(each, Tensor)}
    for name, each in tensors.items():
        if each.dtype not in _KINDS or each.layout != torch.strided:
            kind = str(each.dtype).removeprefix("torch.")
            raise WeightsError(
                f"{path.name} holds {kind} numbers in {name}, which are not supported.",
                hint="Save it in half or full precision.",
            )
    return tensors


def save(path: Path, tensors: Mapping[str, Tensor], card: Card) -> None:
    """Write a Weights file whole, in half precision. `tensors` is the model's state_dict."""
    halved = {name: _halve(t.detach().cpu()).contiguous().clone() for name, t in tensors.items()}
    write_tensors(path, halved, {METADATA_KEY: to_json(card)})


def _halve(tensor: Tensor) -> Tensor:
    """Half precision, unless that overflows or the tensor counts."""
    if not tensor.is_floating_point():
        return tensor
    half = tensor.half()
    return half if torch.equal(half.isfinite(), tensor.isfinite()) else tensor


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file whole: a temporary file beside it, then a rename."""
    try:
        with replacing(path) as temporary:
            save_file(tensors, temporary, metadata=metadata)
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"Cannot write {path}: {error}", hint="Free some space, or choose another folder."
        ) from error
