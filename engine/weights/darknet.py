"""Darknet's weights: a .weights file and its .cfg become Weights of ours.

A .weights file is a header (major, minor, revision, pictures seen) and then nothing but float32,
layer by layer: of a convolution its biases, with batch norm then scales, means and variances, then
its weights. Darknet divides by the root of a variance plus 1e-6 or 1e-5, depending on version and
device; ours adds 1e-5 under the root, as most of them do.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.errors import WeightsError
from engine.formats.labels_file import default_color
from engine.preprocess import Preprocessing
from engine.regular_files import open_regular, read_regular
from engine.values import Label
from engine.weights.build import build
from engine.weights.card import Card
from engine.weights.darknet_cfg import MOST_TEXT, Network, read_network
from engine.weights.darknet_models import MatchedModel, Unit, describe, units_of
from engine.weights.weights import Weights
from models.detection.yolo_v1 import BOXES, SIDE, YoloV1
from models.layers.scaled_linear import take_gains_out
from models.task import Task

# These were trained on pictures stretched to the input; the others keep the proportions.
_STRETCHED = ("yolo_v1", "yolo_v1_tiny", "yolo_v4")
_LETTERBOX = (
    " Darknet lays a picture in the middle of a grey input, Maskloop in the upper left corner of a "
    "black one: scores may differ a little."
)
_MOST_WEIGHTS = 2 << 30
_WRONG_CFG = "Use the .cfg file that these weights were trained with."


@dataclass(frozen=True)
class Numbers:
    """What a .weights file holds."""

    version: str
    transposed: bool
    values: NDArray[np.float32]


def load_darknet(path: Path, cfg: Path | None = None, names: Path | None = None) -> Weights:
    """Model and card of a .weights file; .cfg and .names are beside it unless given.

    The .cfg has the same name, or its beginning: Darknet adds _last or _best. The .names file has
    the same name, or is the only one there with as many names as labels, as coco.names is; without
    any the labels are called label_1 and so on. WeightsError says what is wrong.
    """
    cfg = cfg or _cfg_beside(path)
    if not cfg.is_file():
        raise WeightsError(
            f"The description of {path.name} is missing.",
            hint=f"Put its .cfg beside it, as {cfg.name}.",
        )
    network = read_network(cfg)
    described = describe(network, cfg.name)
    numbers = read_numbers(path)
    labels = _labels(names or _names_beside(path, described.num_labels), described.num_labels)
    card = _card(described, network, labels, f"{path.name} of Darknet {numbers.version}")
    module = build(card)
    fill(module, numbers, path.name)
    return Weights(path.stem, path, card, module.float().eval())


def read_numbers(path: Path) -> Numbers:
    """Header and numbers of a .weights file. WeightsError if it cannot be one."""
    try:
        with open_regular(path, _MOST_WEIGHTS, WeightsError) as file:
            raw = np.fromfile(file, np.uint8)
    except OSError as error:
        raise WeightsError(f"Cannot read {path}.", hint="Check the path.") from error
    if len(raw) < 16:
        raise WeightsError(f"{path.name} is no Darknet weights file: it is too short for a header.")
    major, minor, revision = (int(each) for each in raw[:12].view("<i4"))
    if not (0 <= major < 2000 and 0 <= minor < 2000 and revision >= 0):
        raise WeightsError(f"{path.name} is no Darknet weights file: its header makes no sense.")
    # Pictures seen: 8 bytes since version 0.2.
    is_long = major * 10 + minor >= 2 and major < 1000 and minor < 1000
    start = 12 + (8 if is_long else 4)
    if len(raw) < start or (len(raw) - start) % 4:
        raise WeightsError(
            f"{path.name} is damaged: it does not end with a whole number.",
            hint="Download it again.",
        )
    values: NDArray[np.float32] = raw[start:].view("<f4")
    return Numbers(f"{major}.{minor}.{revision}", major > 1000 or minor > 1000, values)


def fill(module: nn.Module, numbers: Numbers, name: str) -> None:
    """Put the numbers of the file `name` into the module, all of them and not one more.

    WeightsError otherwise.
    """
    units = units_of(module)
    needed = sum(_count(unit) for unit in units)
    have = len(numbers.values)
    if have != needed:
        raise WeightsError(
            f"{name} holds {have:,} numbers, its .cfg asks for {needed:,}: "
            + (_end(units, have) if have < needed else f"{have - needed:,} are left over."),
            hint=_WRONG_CFG if have > needed else f"{_WRONG_CFG} Or download the weights again.",
        )
    if not np.isfinite(numbers.values).all():
        raise WeightsError(f"{name} holds numbers that are not finite.", hint="Download it again.")
    values = torch.from_numpy(numbers.values)
    at = 0
    with torch.no_grad():
        for unit in units:
            count = _count(unit)
            _fill_unit(unit, values[at : at + count], numbers.transposed)
            at += count
        if isinstance(module, YoloV1):
            _reorder_cells(module)
        take_gains_out(module)


def _end(units: list[Unit], have: int) -> str:
    """Where a file that is too short ends."""
    for index, unit in enumerate(units, start=1):
        have -= _count(unit)
        if have < 0:
            return f"it ends in layer {index} of {len(units)}."
    return ""


def _tensors(unit: Unit) -> list[Tensor]:
    """A layer's tensors in the order of the file."""
    layer, norm = unit.layer, unit.norm
    if norm is not None:
        assert norm.running_mean is not None
        assert norm.running_var is not None
        return [norm.bias, norm.weight, norm.running_mean, norm.running_var, layer.weight]
    assert layer.bias is not None
    return [layer.bias, layer.weight]


def _count(unit: Unit) -> int:
    return sum(tensor.numel() for tensor in _tensors(unit))


def _fill_unit(unit: Unit, values: Tensor, transposed: bool) -> None:
    for tensor in _tensors(unit):
        part, values = values[: tensor.numel()], values[tensor.numel() :]
        if transposed and isinstance(unit.layer, nn.Linear) and tensor.ndim == 2:
            tensor.copy_(part.view(tensor.shape[1], tensor.shape[0]).T)
        else:
            tensor.copy_(part.view_as(tensor))


def _reorder_cells(module: YoloV1) -> None:
    """Darknet lists all cells' labels, then all confidences, then all boxes; ours goes by number,
    then cell: the rows of the last layer are put in our order."""
    cells, labels = SIDE * SIDE, module.num_labels
    rows = torch.arange(cells * (labels + 5 * BOXES))
    theirs = torch.split(rows, [cells * labels, cells * BOXES, cells * BOXES * 4])
    confidence = theirs[1].view(cells, BOXES, 1)
    boxes = torch.cat([theirs[2].view(cells, BOXES, 4), confidence], dim=2)  # (S * S, B, 5)
    order = torch.cat([boxes.flatten(1), theirs[0].view(cells, labels)], dim=1).T.flatten()
    last = module.predict_cells
    last.weight.copy_(last.weight[order])
    last.bias.copy_(last.bias[order])


def _cfg_beside(path: Path) -> Path:
    """The .cfg of the same name; else the one whose name goes furthest along with it."""
    own = path.with_suffix(".cfg")
    if own.is_file():
        return own
    begins = [each for each in path.parent.glob("*.cfg") if path.stem.startswith(f"{each.stem}_")]
    return max(begins, key=lambda each: len(each.stem), default=own)


def _names_beside(path: Path, count: int) -> Path | None:
    own = path.with_suffix(".names")
    if own.is_file():
        return own
    fitting = []
    for each in path.parent.glob("*.names"):
        with suppress(WeightsError):
            fitting += [each] if len(_read_names(each)) == count else []
    return fitting[0] if len(fitting) == 1 else None


def _read_names(path: Path) -> list[str]:
    """A label a line."""
    try:
        data = read_regular(path, MOST_TEXT, WeightsError)
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(f"Cannot read {path}.", hint="Check the path.") from error
    return [line.strip() for line in lines if line.strip()]


def _labels(path: Path | None, count: int) -> tuple[Label, ...]:
    """The labels of a .names file."""
    names = _read_names(path) if path else [f"label_{number}" for number in range(1, count + 1)]
    if path and len(names) != count:
        raise WeightsError(
            f"{path.name} has {len(names)} names, the .cfg {count} labels.",
            hint="Use the .names file that belongs to these weights.",
        )
    return tuple(Label(i, name, default_color(i)) for i, name in enumerate(names, start=1))


def _card(
    described: MatchedModel, network: Network, labels: tuple[Label, ...], origin: str
) -> Card:
    """Darknet's colours are 0..1 as they are."""
    resize: Literal["letterbox", "stretch"] = (
        "stretch" if described.model in _STRETCHED else "letterbox"
    )
    return Card(
        model=described.model,
        task=Task.DETECTION,
        labels=labels,
        preprocessing=Preprocessing(network.size_hw, (0.0,) * 3, (1.0,) * 3, resize),
        options=described.options,
        notes=f"From {origin}.{'' if resize == 'stretch' else _LETTERBOX}",
    )
