"""Weights files of foreign networks: the bytes of what was brought, with a card like any other."""

import io
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.errors import NeedsCardError, UntrustedError, WeightsError
from engine.foreign.head import from_options
from engine.foreign.kinds import BACKENDS, KINDS, TENSORS, TORCHSCRIPT, kind_of
from engine.foreign.network import ForeignNet
from engine.weights.card import METADATA_KEY, Card, to_json
from engine.weights.trust import is_trusted
from engine.weights.weights import Weights, read_tensors, write_tensors
from models.contract import Model
from models.registry import ModelSpec
from models.task import Task

_PAPER = "made by another program"


def refuse_without_card(path: Path) -> None:
    """NeedsCardError for a foreign network as other programs save it."""
    if kind_of(path):
        raise NeedsCardError(path)


def foreign_spec(name: str) -> ModelSpec | None:
    """What is known of foreign networks of a kind, as of a registered model; None for others."""
    if name not in KINDS:
        return None
    return ModelSpec(
        name=name, task=Task.DETECTION, input_hw=(640, 640), paper=_PAPER, build=_cannot_build,
        text=KINDS[name], backends=BACKENDS[name], trainable=False,
    )  # fmt: skip


def make_foreign(name: str, path: Path, card: Card, content: Mapping[str, bytes]) -> Weights:
    """Weights from the bytes of a foreign network's files. WeightsError if the card is wrong,
    UntrustedError if it is a program that nobody has agreed to run."""
    try:
        head, feed = from_options(card.options)
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"The card of {path.name} is damaged: {error}", hint="Add the network again."
        ) from error
    script = None
    if card.model == TORCHSCRIPT:
        script = read_script(content["torchscript"], path)
    module = ForeignNet(head, feed, card.preprocessing.size_hw, content, script)
    return Weights(name, path, card, module.eval())


def load_foreign(path: Path, card: Card) -> Weights:
    """A foreign network from a Weights file."""
    return make_foreign(path.stem, path, card, read_foreign(path, card))


def read_foreign(path: Path, card: Card) -> dict[str, bytes]:
    """The bytes of a foreign network's files in a Weights file."""
    tensors = read_tensors(path)
    names = TENSORS[card.model]
    if set(tensors) != set(names) or any(t.dtype != torch.uint8 for t in tensors.values()):
        raise WeightsError(
            f"{path.name} does not hold a network of the kind {card.model}.",
            hint="Add the network again.",
        )
    return {name: tensors[name].numpy().tobytes() for name in names}


def save_foreign(path: Path, content: Mapping[str, bytes], card: Card) -> None:
    """Write a Weights file whole."""
    tensors = {name: _bytes_as_tensor(data) for name, data in content.items()}
    write_tensors(path, tensors, {METADATA_KEY: to_json(card)})


def read_script(content: bytes, path: Path) -> nn.Module:
    """The network in a TorchScript file, which runs its code: only where a person has agreed."""
    if not is_trusted(content):
        raise UntrustedError(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # It is deprecated, but people have such files.
            script: nn.Module = torch.jit.load(io.BytesIO(content), map_location="cpu")  # type: ignore[no-untyped-call]
    except (RuntimeError, ValueError, OSError) as error:
        raise WeightsError(
            f"{path.name} cannot be read as TorchScript.", hint="Save it again, or copy it anew."
        ) from error
    return script.eval()


def _bytes_as_tensor(data: bytes) -> Tensor:
    return torch.from_numpy(np.frombuffer(data, np.uint8).copy())


def _cannot_build(num_labels: int) -> Model:
    raise ValueError("networks of other programs are not built here")
