"""Weights of torchvision: where they are, and how their files become ours."""

import colorsys
import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torchvision.models import get_weight

from engine.errors import WeightsError
from engine.jobs import CancelToken, Progress, no_progress
from engine.preprocess import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from engine.values import Label
from engine.weights.build import build, spec_of
from engine.weights.card import Card
from engine.weights.download import download
from engine.weights.encoder_catalog import Download
from engine.weights.library import download_folder
from engine.weights.torchvision_catalog import CATALOG, CatalogEntry, catalog_entry
from engine.weights.torchvision_ssd import keep_labels
from engine.weights.weights import Weights, read_tensors
from models.task import Task

NOT_USED = "N/A"  # COCO's numbering has gaps
AUXILIARY = "aux_classifier."  # a second head that only training uses
# Mean and deviation of the SSDs, which learned from stretched pictures: VGG's are Caffe's, which
# takes the mean colour from numbers up to 255.
STRETCHED = {
    "ssd300": ((0.48235, 0.45882, 0.40784), (1 / 255, 1 / 255, 1 / 255)),
    "ssdlite": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
}


def address_of(entry: CatalogEntry | Download) -> tuple[str, str]:
    """The address torchvision gives, and the first digits of the file's SHA-256 in its name."""
    url = str(get_weight(entry.enum).url)
    return url, url.rsplit("-", 1)[-1].removesuffix(".pth")


def fetch(
    name: str, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> Path:
    """Download one entry of the catalog into the cache, or find it there already."""
    entry = catalog_entry(name)
    if entry is None:
        known = ", ".join(each.name for each in CATALOG)
        raise WeightsError(f"No weights {name} can be downloaded.", hint=f"There are: {known}.")
    url, checksum = address_of(entry)
    target = download_folder() / entry.file_name
    most = 2 * entry.size  # which is about right
    return download(url, target, checksum=checksum, most=most, progress=progress, cancel=cancel)


def load_zoo(path: Path) -> Weights:
    """A downloaded file of torchvision as our Weights; its name says which catalog entry it is."""
    entry = catalog_entry(path.stem)
    if entry is None:
        raise WeightsError(
            f"{path.name} does not say which model it belongs to.",
            hint="Weights of other programs can be used as a warm start of a training.",
        )
    card = card_of(entry)
    module = build(card)
    tensors = zoo_tensors(path, entry)
    _check(path, module, tensors)
    module.load_state_dict(tensors)
    return Weights(path.stem, path, card, module.float().eval())


def zoo_tensors(path: Path, entry: CatalogEntry) -> dict[str, Tensor]:
    """The tensors of a downloaded file under the names of the entry's model here."""
    tensors = {
        key: tensor for key, tensor in read_tensors(path).items() if not key.startswith(AUXILIARY)
    }
    if not _is_ours(entry):
        return {f"network.{key}": tensor for key, tensor in tensors.items()}
    names = get_weight(entry.enum).meta["categories"]
    return keep_labels(tensors, _kept(entry), numbered=len(names))


def _is_ours(entry: CatalogEntry) -> bool:
    """Whether the network is written here, and numbers labels as we do."""
    spec = spec_of(entry.model)
    return spec.trainable and "kept" not in inspect.signature(spec.build).parameters


def _kept(entry: CatalogEntry) -> list[int]:
    """torchvision's numbers of our labels, in our order."""
    names: Sequence[str] = get_weight(entry.enum).meta["categories"]
    is_semantic = entry.task is Task.SEMANTIC
    return [i for i, name in enumerate(names) if is_semantic or (i and name != NOT_USED)]


def card_of(entry: CatalogEntry) -> Card:
    """What a Weights file of ours would say: torchvision's own words, in our numbering."""
    meta: Mapping[str, Any] = get_weight(entry.enum).meta
    names: Sequence[str] = meta["categories"]
    is_semantic = entry.task is Task.SEMANTIC
    kept = _kept(entry)
    first = 0 if is_semantic else 1
    labels = tuple(
        Label(i, names[theirs].strip("_"), _color(i)) for i, theirs in enumerate(kept, first)
    )
    data, metrics = next(iter(meta["_metrics"].items()))
    return Card(
        model=entry.model,
        task=entry.task,
        labels=labels,
        preprocessing=_preprocessing(entry),
        options={} if is_semantic or _is_ours(entry) else {"kept": kept},
        metrics=dict(metrics),
        data=f"{data}, as torchvision reports it, in percent",
        notes=f"{entry.text} ({entry.enum}).",
    )


def _preprocessing(entry: CatalogEntry) -> Preprocessing:
    size_hw = spec_of(entry.model).input_hw
    if entry.model in STRETCHED:
        return Preprocessing(size_hw, *STRETCHED[entry.model], "stretch")
    return Preprocessing(size_hw, IMAGENET_MEAN, IMAGENET_STD, "letterbox")


def _color(index: int) -> tuple[int, int, int]:
    """Black for background, then hues a golden ratio apart."""
    if index == 0:
        return 0, 0, 0
    value = (0.95, 0.75, 0.85)[index % 3]
    red, green, blue = colorsys.hsv_to_rgb(index * 0.618034 % 1.0, 0.75, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _check(path: Path, module: torch.nn.Module, tensors: dict[str, Tensor]) -> None:
    """WeightsError unless the tensors are all there, of the right shapes, and finite."""
    own = module.state_dict()
    # Normalisation that torchvision had frozen does not count its batches.
    missing = {name for name in own if not name.endswith("num_batches_tracked")} - tensors.keys()
    wrong = [n for n, t in tensors.items() if n not in own or own[n].shape != t.shape]
    if missing or wrong:
        raise WeightsError(
            f"{path.name} does not fit its model: {len(missing) + len(wrong)} tensors differ, "
            f"such as {sorted([*missing, *wrong])[0]}.",
            hint="Delete the file and download it again.",
        )
    if not all(torch.isfinite(t).all() for t in tensors.values() if t.is_floating_point()):
        raise WeightsError(
            f"{path.name} holds numbers that are not finite.",
            hint="Delete the file and download it again.",
        )
