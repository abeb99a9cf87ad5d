"""Encoders trained on ImageNet: fetched, and given to a network."""

import hashlib
import re
from pathlib import Path

from torch import Tensor

from engine.errors import WeightsError
from engine.jobs import CancelToken, Progress, no_progress
from engine.weights.download import download
from engine.weights.encoder_catalog import (
    DOWNLOADS,
    PACKAGES,
    PREFIX,
    EncoderWeights,
    file_of,
    how_to_get,
)
from engine.weights.torchvision_zoo import address_of
from engine.weights.weights import read_tensors
from models.backbones import backbone as backbones
from models.encoder import Encoder, load_encoder

# The published DenseNets number their layers with a dot, torchvision's own without.
_DOTTED = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.(?=[12]\.)")


def fetch_encoder(
    name: str, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> Path:
    """Download the weights called imagenet-BACKBONE into the cache, or find them there already."""
    backbone = name.removeprefix(PREFIX)
    entry = DOWNLOADS.get(backbone)
    if entry is None or not name.startswith(PREFIX):
        known = ", ".join(PREFIX + each for each in DOWNLOADS)
        raise WeightsError(f"No encoder {name} can be downloaded.", hint=f"There are: {known}.")
    url, checksum = address_of(entry)
    return download(
        url,
        file_of(backbone),
        checksum=checksum,
        most=2 * entry.size,
        progress=progress,
        cancel=cancel,
    )


def load_pretrained(encoder: Encoder, weights: EncoderWeights) -> None:
    """Give an encoder these weights. WeightsError if the file is damaged or does not fit."""
    tensors = _in_our_names(weights)
    try:
        load_encoder(encoder, tensors)
    except (KeyError, RuntimeError) as error:
        raise WeightsError(
            f"The weights of {weights.name} do not fit this encoder.",
            hint="They are for its full width: leave the option width out.",
        ) from error


def _in_our_names(weights: EncoderWeights) -> dict[str, Tensor]:
    """The file's tensors: torchvision's names are ours, a package's come in the order of ours."""
    if weights.name not in PACKAGES:
        found = read_tensors(weights.path)
        return {_DOTTED.sub(r"\1", name): tensor for name, tensor in found.items()}
    wanted = weights.path.stem.rsplit("-", 1)[-1]
    checksum = hashlib.sha256(weights.path.read_bytes()).hexdigest()[: len(wanted)]
    if checksum != wanted:
        raise WeightsError(
            f"{weights.path.name} is damaged: its checksum begins with {checksum}.",
            hint=f"Install it again. {how_to_get(weights.name)}",
        )
    names = backbones.build(weights.name).state_dict()
    return dict(zip(names, read_tensors(weights.path).values(), strict=False))
