"""Running a network once to see what one of its stages gives for a frame."""

import copy
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.backends.backend import is_out_of_memory
from engine.devices import find
from engine.errors import DeviceError
from engine.inside.matched import given_proposals
from engine.inside.refinements import refinement_stages, view_of
from engine.inside.stages import (
    MOST_REGIONS,
    Stage,
    find_stages,
    is_map,
    is_pair,
    regions_of,
    watched,
)
from engine.preprocess import Placement, prepare
from engine.weights.weights import Weights
from models.contract import RawTensors


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What a stage gave for one frame: for each time it ran, maps (C, h, w) float32.

    Of "positions", 1 where max-pooling found a maximum and 0 elsewhere, at its input's size. Of
    "refinement" there are no maps but a picture (h, w, 3) uint8 RGB. Of "regions" one for each, and
    where they were cut out: `regions` (R, 4) xyxy in input pixels. `seconds` is what it took.
    """

    stage: Stage
    maps: tuple[NDArray[np.float32], ...]
    placement: Placement
    seconds: float
    picture: NDArray[np.uint8] | None = None
    regions: NDArray[np.float32] | None = None


class _SeenEnough(Exception):  # noqa: N818 - not an error
    """The stage has run as often as it does: the rest of the network is not needed."""


class Inside:
    """Weights whose torch module can be looked into, whatever backend the pipeline uses.

    On the CPU it is the module that the pipeline may be running too; on a GPU a copy of it.
    """

    def __init__(self, weights: Weights, device: str = "cpu") -> None:
        chosen = find(device)
        self.weights = weights
        self.device_text = chosen.name
        self._device = torch.device(chosen.id)
        self._module: torch.nn.Module = weights.module
        if chosen.kind != "cpu":
            self._module = copy.deepcopy(weights.module).to(self._device)
        found = find_stages(weights, self._module)
        named, others = (tuple(p for p in found if p.is_named is flag) for flag in (True, False))
        self.stages: tuple[Stage, ...] = (*named, *refinement_stages(weights), *others)

    def look(self, pixels: NDArray[np.uint8], stage: Stage) -> Glimpse:
        """Run the network on a frame (H, W, 3) uint8 RGB, up to this stage.

        DeviceError when memory is used up. Hooks are gone afterwards, also after an error.
        """
        if stage.kind == "refinement":
            return self._look_after(pixels, stage)
        if stage.kind == "regions":
            return self._look_at_regions(pixels, stage)
        prepared, placement = prepare(pixels, self.weights.card.preprocessing)
        maps: list[NDArray[np.float32]] = []

        def keep(path: str, inputs: tuple[Any, ...], output: Any) -> None:
            found = _maps_of(stage, inputs, output)
            if found is not None:
                maps.append(found)
            if len(maps) >= stage.calls:
                raise _SeenEnough

        start = time.perf_counter()
        watch = watched({stage.path: self._module.get_submodule(stage.path)}, keep)
        with watch, suppress(_SeenEnough):
            self._run(prepared)
        return Glimpse(stage, tuple(maps), placement, time.perf_counter() - start)

    def _look_at_regions(self, pixels: NDArray[np.uint8], stage: Stage) -> Glimpse:
        """What a module cuts out of its maps, region by region."""
        start = time.perf_counter()
        prepared, placement = prepare(pixels, self.weights.card.preprocessing)
        given = given_proposals(self._module, pixels, placement)
        found: list[NDArray[np.float32]] = []

        def keep(path: str, inputs: tuple[Any, ...], output: Any) -> None:
            boxes = regions_of(inputs, output)
            if boxes is not None:
                found[:] = (each[:MOST_REGIONS].float().cpu().numpy() for each in (output, boxes))
                raise _SeenEnough

        module = self._module.get_submodule(stage.path)
        with watched({stage.path: module}, keep), suppress(_SeenEnough):
            self._run(prepared, *(() if given is None else (given,)))
        if not found or not len(found[0]):
            found = [np.zeros((1, *stage.shape), np.float32), np.zeros((1, 4), np.float32)]
        seconds = time.perf_counter() - start
        return Glimpse(stage, tuple(found[0]), placement, seconds, regions=found[1])

    def _look_after(self, pixels: NDArray[np.uint8], stage: Stage) -> Glimpse:
        """What a refinement makes of the network's label scores."""
        start = time.perf_counter()
        prepared, placement = prepare(pixels, self.weights.card.preprocessing)
        picture = view_of(self.weights, self._run(prepared), (pixels, placement), stage.path)
        return Glimpse(stage, (), placement, time.perf_counter() - start, picture)

    def _run(self, prepared: NDArray[np.float32], *given: Tensor) -> RawTensors:
        """The network on one prepared frame (3, H, W), and what it is given besides."""
        inputs = torch.from_numpy(prepared), *given
        try:
            with torch.inference_mode():
                result: RawTensors = self._module(*(each[None].to(self._device) for each in inputs))
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise DeviceError(
                f"Out of memory on {self.device_text}.",
                hint="Close other programs that use it, or look inside smaller weights.",
            ) from error
        return result


def _maps_of(stage: Stage, inputs: tuple[Any, ...], output: Any) -> NDArray[np.float32] | None:
    """Maps (C, h, w) of one run, None if it gave none this time."""
    if stage.kind == "positions" and is_pair(output):
        return _array(_marked(output[1], inputs[0].shape[-2:]))
    tensor = output[0] if is_pair(output) else output
    return _array(tensor) if is_map(tensor) else None


def _marked(indices: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """Flat positions (1, C, h, w) in planes of this size -> planes (1, C, H, W), 1 where one is."""
    height, width = size_hw
    flat = indices.flatten(2)  # (1, C, h * w)
    planes = torch.zeros(*flat.shape[:2], height * width, device=flat.device)
    return planes.scatter_(2, flat, 1.0).view(*flat.shape[:2], height, width)


def _array(tensor: Tensor) -> NDArray[np.float32]:
    result: NDArray[np.float32] = tensor[0].float().cpu().numpy()
    return result
