"""Which of our models a Darknet .cfg file describes: its convolutions decide, one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from engine.errors import WeightsError
from engine.values import IGNORE
from engine.weights.build import spec_of
from engine.weights.darknet_cfg import SUPPORTED, Convolution, Network, Section
from models.shapes_only import shapes_only

STRIDE = 32
_ACTIVATIONS = {nn.LeakyReLU: "leaky", nn.Mish: "mish"}


@dataclass(frozen=True)
class MatchedModel:
    """A model of ours and its builder's options."""

    model: str
    num_labels: int
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unit:
    """A convolution or dense layer of a module, its batch norm, and what follows."""

    layer: nn.Conv2d | nn.Linear
    norm: nn.BatchNorm2d | None
    activation: str


def units_of(module: nn.Module) -> list[Unit]:
    """The layers with weights in the order in which they were made: Darknet's."""
    found: list[Unit] = []
    for each in module.modules():
        if isinstance(each, nn.Conv2d | nn.Linear):
            found.append(Unit(each, None, "linear"))
        elif isinstance(each, nn.BatchNorm2d):
            found[-1] = Unit(found[-1].layer, each, found[-1].activation)
        elif type(each) in _ACTIVATIONS:
            found[-1] = Unit(found[-1].layer, found[-1].norm, _ACTIVATIONS[type(each)])
    return found


def describe(network: Network, name: str) -> MatchedModel:
    """The model and options of a .cfg file called `name`. WeightsError tells how it differs."""
    if not network.heads:
        raise WeightsError(
            f"{name} finds no objects: it has no [yolo], [region] or [detection] layer.",
            hint=SUPPORTED,
        )
    candidates = list(_candidates(network))
    plans = [_plan(each, network.size_hw) for each in candidates]
    for candidate, plan in zip(candidates, plans, strict=True):
        if plan == list(network.convolutions):
            return candidate
    raise _differs(name, network.convolutions, candidates, plans)


def _candidates(network: Network) -> Iterator[MatchedModel]:
    """What the heads allow, published first."""
    heads = network.heads
    kinds = {head.kind for head in heads}
    if kinds == {"detection"} and len(heads) == 1:
        yield from _with_dense_layers(network, heads[0])
    elif kinds == {"region"} and len(heads) == 1:
        yield from _with_region(network, heads[0])
    elif kinds == {"yolo"}:
        yield from _with_grids(heads)
    else:
        raise _refused(heads[-1], "no model here has such heads together")


def _with_dense_layers(network: Network, head: Section) -> Iterator[MatchedModel]:
    wanted = {"side": 7, "num": 2, "coords": 4, "sqrt": 1, "softmax": 0}
    for key, value in wanted.items():
        if head.number(key, 1 if key == "sqrt" else value) != value:
            raise _refused(head, f"{key} is {value} in yolo_v1")
    labels = _num_labels(head)
    options = {"batch_norm": any(each.norm for each in network.convolutions)}
    yield MatchedModel("yolo_v1_tiny", labels, {**options, "convolutions": 8})
    yield MatchedModel("yolo_v1_tiny", labels, {**options, "convolutions": 9})
    yield MatchedModel("yolo_v1", labels, options)


def _with_region(network: Network, head: Section) -> Iterator[MatchedModel]:
    if not head.number("softmax", 0) or "tree" in head.settings:
        raise _refused(head, "only labels that exclude each other (softmax=1) are supported")
    if head.number("num", 1) != 5:
        raise _refused(head, "yolo_v2 has 5 anchors a cell")
    sides = head.numbers("anchors")  # in cells
    anchors = [[STRIDE * w, STRIDE * h] for w, h in zip(sides[::2], sides[1::2], strict=False)]
    near = any(each.kind == "reorg3d" for each in network.sections)
    labels, options = _num_labels(head), {"anchors": anchors}
    passthrough = {"passthrough": "neighbours" if near else "darknet"}
    yield MatchedModel("yolo_v2", labels, options | passthrough)
    for channels in (512, 1024):
        yield MatchedModel("yolo_v2_tiny", labels, options | {"head_channels": channels})


def _with_grids(heads: Sequence[Section]) -> Iterator[MatchedModel]:
    """[yolo] layers: each has its share of one list of anchors, in pixels."""
    anchors = []
    for head in heads:
        if head.number("new_coords", 0):
            raise _refused(head, "boxes of the newer coding (new_coords=1) are not supported")
        sides = head.numbers("anchors")
        table = [list(pair) for pair in zip(sides[::2], sides[1::2], strict=False)]
        chosen = [round(each) for each in head.numbers("mask", range(len(table)))]
        if len(chosen) != 3 or not 0 <= min(chosen) <= max(chosen) < len(table):
            raise _refused(head, "there are three anchors a cell, each in the list of anchors")
        anchors.append([table[each] for each in chosen])
    labels = _num_labels(heads[0])
    reach = [head.numbers("scale_x_y", (1.0,))[0] for head in heads]
    if len(heads) == 3:
        ascending = [anchor for scale in anchors for anchor in scale]
        yield MatchedModel("yolo_v4", labels, {"anchors": ascending, "reach": reach})
    # Ours are given smallest first, and these begin with the coarse grid.
    descending = {"anchors": [anchor for scale in reversed(anchors) for anchor in scale]}
    if len(heads) == 3 and all(each == 1 for each in reach):
        yield MatchedModel("yolo_v3", labels, descending)
        yield MatchedModel("yolo_v3", labels, {**descending, "pyramid": True})
    if len(heads) == 2 and all(each == 1 for each in reach):
        yield MatchedModel("yolo_v3_tiny", labels, descending)
    if len(heads) == 2:
        yield MatchedModel("yolo_v4_tiny", labels, {**descending, "reach": reach})


def _num_labels(head: Section) -> int:
    count = head.number("classes", 1)
    if not 1 <= count < IGNORE:
        raise _refused(head, f"classes is 1 to {IGNORE - 1}, not {count}")
    return count


def _plan(described: MatchedModel, size_hw: tuple[int, int]) -> list[Convolution]:
    """The convolutions of the model as a .cfg would have them, without any memory for weights."""
    try:
        with shapes_only():
            build = spec_of(described.model).build
            module = build(described.num_labels, **described.options).eval()
            units = units_of(module)
            sizes: dict[nn.Module, tuple[int, int]] = {}
            for unit in units:
                unit.layer.register_forward_hook(
                    lambda layer, _, out: sizes.update({layer: (*out.shape[2:], 1, 1)[:2]})
                )
            module(torch.zeros(1, 3, *size_hw))
    except ValueError as error:
        raise WeightsError(f"The .cfg does not fit {described.model}: {error}") from error
    return [_as_convolution(unit, sizes[unit.layer]) for unit in units]


def _as_convolution(unit: Unit, out_hw: tuple[int, int]) -> Convolution:
    layer, norm = unit.layer, unit.norm is not None
    if isinstance(layer, nn.Linear):
        found = (layer.in_features, layer.out_features, 0)
    else:
        found = (layer.in_channels, layer.out_channels, layer.kernel_size[0])
    return Convolution(*found, norm, unit.activation, out_hw)


def _differs(
    name: str,
    theirs: Sequence[Convolution],
    candidates: Sequence[MatchedModel],
    plans: Sequence[Sequence[Convolution]],
) -> WeightsError:
    """Where the nearest of our models, the one that agrees longest, departs from the .cfg."""
    agreeing = [_agreeing(theirs, plan) for plan in plans]
    if not agreeing:
        return WeightsError(f"{name} describes none of the models here.", hint=SUPPORTED)
    at = max(agreeing)
    nearest = agreeing.index(at)
    ours, model = plans[nearest], candidates[nearest].model
    there = f"is {theirs[at]}" if at < len(theirs) else "is missing"
    here = str(ours[at]) if at < len(ours) else "no such layer"
    return WeightsError(
        f"{name} describes none of the models here. Nearest is {model}, but layer {at + 1} of "
        f"{len(theirs)} with weights {there}; {model} has {here}.",
        hint=SUPPORTED,
    )


def _agreeing(a: Sequence[Convolution], b: Sequence[Convolution]) -> int:
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _refused(section: Section, why: str) -> WeightsError:
    return WeightsError(f"[{section.kind}] in line {section.line}: {why}.", hint=SUPPORTED)
