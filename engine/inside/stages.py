"""Where a network can be looked into: the stages its card names, then its stages."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor, nn

from engine.weights.build import spec_of
from engine.weights.weights import Weights
from models.about import Look, Text

MOST = 48
"""A network with more stages than this shows the first ones."""

STEP = 64
"""Pixels by which an input is larger where it takes two to tell what a map covers."""

MOST_REGIONS = 300
"""Of a module that cuts regions out of maps so many can be looked at, the first ones."""

StageKind = Literal["activation", "scores", "objectness", "positions", "regions", "refinement"]
OnResult = Callable[[str, tuple[Any, ...], Any], None]


@dataclass(frozen=True)
class Stage:
    """A module to look at, by its path, and what it gives for one picture of the input size.

    `shape` is (C, h, w) of its last run, `calls` how often it runs in one pass. Kinds are those of
    `models.about.Look`, "regions" of a module that cuts boxes out of its first input (`calls` then
    counts those), and "refinement": the path then names a view of what comes after the
    network. `is_named` tells the card's stages from other stages. `extent_hw` are the
    input pixels that a map covers around the input's middle, where that is not just the input: an
    unpadded network looks at a margin around it.
    """

    path: str
    text: Text
    kind: StageKind
    shape: tuple[int, int, int]
    calls: int = 1
    is_named: bool = False
    extent_hw: tuple[int, int] | None = None


def find_stages(weights: Weights, module: nn.Module | None = None) -> tuple[Stage, ...]:
    """Every stage of these weights: those of the model's card first, then the network's stages.

    Runs the module (by default the weights' own, on the CPU) once, on nothing.
    """
    module = weights.module if module is None else module
    size_hw = weights.card.preprocessing.size_hw
    seen = _run_once(module, size_hw)
    looks = [look for look in spec_of(weights.card.model).looks if look.path in seen]
    named = [_named(look, seen[look.path], len(weights.card.labels)) for look in looks]
    known = {look.path for look in looks}
    rest = [path for path in _stages(module, seen) if path not in known]
    stages = (*named, *(_stage(path, seen[path]) for path in rest))[:MOST]
    if all(stage.kind == "regions" or _covers(stage.shape[1:], size_hw) for stage in stages):
        return stages
    larger = _run_once(module, (size_hw[0] + STEP, size_hw[1] + STEP))
    return tuple(_with_extent(stage, larger.get(stage.path), size_hw) for stage in stages)


@contextmanager
def watched(modules: Mapping[str, nn.Module], on_result: OnResult) -> Iterator[None]:
    """Tell `on_result` path, inputs and output each time one of these modules has run.

    Only of passes in this thread: a live pipeline may run the same module in another one. No hook
    is left behind, whatever happens.
    """
    thread = threading.get_ident()
    handles = []

    def hook_of(path: str) -> Callable[..., None]:
        def hook(_: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            if threading.get_ident() == thread:
                on_result(path, inputs, output)

        return hook

    try:
        for path, module in modules.items():
            handles.append(module.register_forward_hook(hook_of(path)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def is_map(tensor: Any) -> bool:
    """Whether this is a map of one picture, (1, C, h, w), of more than a single position."""
    return (
        isinstance(tensor, Tensor)
        and tensor.ndim == 4
        and tensor.shape[0] == 1
        and tensor.shape[2] * tensor.shape[3] > 1
    )


def regions_of(inputs: tuple[Any, ...], output: Any) -> Tensor | None:
    """The boxes (R, 4) in input pixels that a module cut out, if its output is (R, C, h, w)."""
    given = inputs[1] if len(inputs) > 1 else None
    boxes = given[0] if isinstance(given, list | tuple) and len(given) == 1 else None
    if not isinstance(boxes, Tensor) or not isinstance(output, Tensor) or output.ndim != 4:
        return None
    return boxes if boxes.shape == (len(output), 4) else None


def is_pair(output: Any) -> bool:
    """Whether this is max-pooling's pair of values and positions."""
    return isinstance(output, tuple) and len(output) > 1 and is_map(output[0]) and is_map(output[1])


def _covers(map_hw: tuple[int, int], size_hw: tuple[int, int]) -> bool:
    """Whether maps of this size are an input of that size, halved so many times."""
    strides = [2**k for k in range(8)]
    return any(
        all(
            -(-side // s) == cells or side // s == cells
            for cells, side in zip(map_hw, size_hw, strict=True)
        )
        for s in strides
    )


def _with_extent(stage: Stage, larger: list[Any] | None, size_hw: tuple[int, int]) -> Stage:
    """The stage with the extent of its maps, told by how they grow with the input."""
    if stage.calls > 1 or not larger:
        return stage
    grown = larger[-1][1]
    cells = [new - old for new, old in zip(grown[1:], stage.shape[1:], strict=True)]
    if min(cells) <= 0:
        return stage
    height, width = (n * STEP // c for n, c in zip(stage.shape[1:], cells, strict=True))
    if abs(height - size_hw[0]) * cells[0] < STEP and abs(width - size_hw[1]) * cells[1] < STEP:
        return stage  # Less than one cell more or less: the last one is not full.
    return replace(stage, extent_hw=(height, width))


def _run_once(module: nn.Module, size_hw: tuple[int, int]) -> dict[str, list[Any]]:
    """The outputs of every module that ran: lists of (kind, (C, h, w)), one for each region."""
    seen: dict[str, list[Any]] = {}

    def note(path: str, inputs: tuple[Any, ...], output: Any) -> None:
        tensor = output[0] if is_pair(output) else output
        regions = regions_of(inputs, output)
        if regions is not None:
            count = min(max(1, len(regions)), MOST_REGIONS)
            seen[path] = [("regions", tuple(tensor.shape[1:]))] * count
        elif is_map(tensor):
            kind = "positions" if is_pair(output) else "activation"
            seen.setdefault(path, []).append((kind, tuple(tensor.shape[1:])))

    modules = {path: each for path, each in module.named_modules(remove_duplicate=False) if path}
    parameter = next(module.parameters(), None)
    device = parameter.device if parameter is not None else torch.device("cpu")
    with torch.inference_mode(), watched(modules, note):
        module(torch.zeros(1, 3, *size_hw, device=device))
    return seen


def _named(
    look: Look, seen: Sequence[tuple[StageKind, tuple[int, int, int]]], labels: int
) -> Stage:
    """The stage that a card names; what it gives decides, should the card be wrong."""
    found, shape = seen[-1]
    kind: StageKind = found if found == "regions" else look.kind
    if kind == "positions" and found != "positions":
        kind = "activation"
    if kind == "scores" and shape[0] != labels:
        kind = "activation"
    return Stage(look.path, look.text, kind, shape, len(seen), is_named=True)


def _stage(path: str, seen: Sequence[tuple[StageKind, tuple[int, int, int]]]) -> Stage:
    kind, shape = seen[-1]
    return Stage(path, Text(path, path), kind, shape, len(seen))


def _stages(module: nn.Module, seen: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The outermost modules that give maps, in the order they were made."""
    found: list[str] = []
    for name, child in module.named_children():
        path = f"{prefix}{name}"
        found += [path] if path in seen else _stages(child, seen, f"{path}.")
    if len(found) == 1:
        # A network wrapped as a whole tells nothing by itself: its parts do.
        inner = _stages(module.get_submodule(found[0].removeprefix(prefix)), seen, f"{found[0]}.")
        return inner or found
    return found
