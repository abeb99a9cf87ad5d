"""Every model says the same on each backend that its registry entry names."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import models
from engine.backends.openvino import convert, core
from models import registry
from models.contract import Model, Task
from models.registry import ModelSpec
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

models.load_all()
LABELS = 3
SIZE_HW = (64, 96)
SMALLER_HW = {"patch_cnn": (16, 24)}
"""Every pixel of these may be a picture of its own to the network."""
# Those of the image classifiers that have layers no other model here has.
CLASSIFIERS = {"alexnet", "googlenet", "seresnet50", "efficientnet_b0", "resnet50_deformable"}
# Made by the same lines as the smallest of their family.
LARGER = {"unet64", "unet128", "efficientdet_d1", "efficientdet_d2"}
SPECS = [
    spec
    for spec in map(registry.get, registry.names())
    if spec.build.__module__.startswith("models.")
    and spec.trainable
    and "openvino" in spec.backends
    and spec.name not in LARGER
    and (spec.task is not Task.CLASSIFICATION or spec.name in CLASSIFIERS)
]


def variants() -> list[Any]:
    """Each model with its defaults; each choice of an option once, with the first that has it.

    Other backbones are other models' defaults; options are tried on the smallest one.
    """
    found, seen = [], {"width", "backbone"}
    for spec in SPECS:
        smallest = {o.name: min(o.choices) for o in spec.options if o.name == "width"}
        found.append(pytest.param(spec, smallest, id=spec.name))
        backbones = {b for o in spec.options if o.name == "backbone" for b in o.choices}
        light = smallest | ({"backbone": "resnet18"} if "resnet18" in backbones else {})
        for option in spec.options:
            for choice in option.choices[1:] if option.name not in seen else ():
                chosen = {**light, option.name: choice}
                found.append(pytest.param(spec, chosen, id=f"{spec.name}-{option.name}-{choice}"))
        seen |= {option.name for option in spec.options}
    return found


def settle(module: Model, batch: Tensor) -> None:
    """Give batch norm the statistics of two pictures, as trained weights would have them."""
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 1.0
    module.train()
    with torch.no_grad():
        # Two that differ: equal ones pooled to one pixel have no variance at all.
        module(torch.cat([batch, torch.randn_like(batch)]))
    module.eval()


@pytest.mark.slow
@pytest.mark.parametrize(("spec", "options"), variants())
def test_openvino_says_the_same_as_torch(spec: ModelSpec, options: dict[str, Any]) -> None:
    torch.manual_seed(0)
    module = spec.build(LABELS, **options)
    size_hw = SMALLER_HW.get(spec.name, SIZE_HW)
    batch = torch.randn(1, 3, *size_hw)
    settle(module, batch)
    with torch.inference_mode():
        wanted = [t.numpy() for t in module(batch)]
    # At full precision: random weights amplify what bfloat16 rounds away, trained ones do not.
    config = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = core().compile_model(convert(module, size_hw), "CPU", config)
    raw = compiled([batch.numpy()])
    assert len(raw) == len(wanted)
    for index, theirs in enumerate(wanted):
        # torch itself is 1e-3 off float64 in a hundred layers of random weights, ten thousand
        # roundings; a wrong layer is off by the scores themselves.
        assert_rounding_only(raw[index], theirs, 40_000)


class OnOneDevice(TorchDispatchMode):
    """Fails where a tensor is on the CPU: on a GPU it would have to be waited for."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        said = func(*args, **(kwargs or {}))
        tensors = [each for each in tree_leaves((args, kwargs, said)) if isinstance(each, Tensor)]
        assert all(each.is_meta for each in tensors), func
        return said


@pytest.mark.slow
@pytest.mark.parametrize(("spec", "options"), variants())
def test_what_openvino_runs_does_the_same_whatever_it_sees(
    spec: ModelSpec, options: dict[str, Any]
) -> None:
    """On the meta device there is nothing to see: so a CUDA graph of it replays the right work."""
    if spec.name == "resnet50_deformable":
        pytest.skip("torchvision has no deformable convolution of shapes alone")
    with shapes_only():
        module = spec.build(LABELS, **options).eval()
        batch = torch.empty(1, 3, *SMALLER_HW.get(spec.name, SIZE_HW))
    with torch.inference_mode(), OnOneDevice():
        module(batch)
