"""The registered models: a name, what it can do, and the function that builds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.about import About, Look, Option
from models.contract import Model, Task

Builder = Callable[..., Model]
FitOptions = Callable[[NDArray[np.float32], np.random.Generator], dict[str, Any]]


@dataclass(frozen=True)
class ModelSpec:
    """A registered model.

    `build(num_labels, **options)` gives the network, randomly initialised. For semantic models
    `num_labels` counts background, for detectors it does not.
    `backends` says where `forward` runs. `fit_options`, if any, derives builder options (anchors)
    from the widths and heights (N, 2) of the training boxes in input pixels, and a generator.
    `proposals` says that it judges boxes it is given (`models.detector.ProposalDetector`).
    `trainable` is False for yardsticks that only predict. `options` are keywords of `build` that a
    person may choose; `looks` are the places inside that tell most; `about` is the model's card.
    """

    name: str
    task: Task
    input_hw: tuple[int, int]
    paper: str
    build: Builder
    text: str = ""
    backends: tuple[str, ...] = ("torch", "openvino")
    fit_options: FitOptions | None = None
    size_multiple: int = 1
    proposals: bool = False
    trainable: bool = True
    about: About | None = None
    options: tuple[Option, ...] = ()
    looks: tuple[Look, ...] = ()


_SPECS: dict[str, ModelSpec] = {}


def register(name: str, **fields: Any) -> Callable[[Builder], Builder]:
    """Register the decorated builder; its docstring's first line becomes the text shown."""

    def add(builder: Builder) -> Builder:
        if name in _SPECS:
            raise ValueError(f"The model {name} is registered twice.")
        text = (builder.__doc__ or "").strip().splitlines()[0]
        _SPECS[name] = ModelSpec(name=name, build=builder, text=text, **fields)
        return builder

    return add


def names() -> list[str]:
    """All registered names, sorted."""
    return sorted(_SPECS)


def get(name: str) -> ModelSpec:
    """The spec of a registered model. KeyError, with the known names, for any other."""
    if name not in _SPECS:
        raise KeyError(f"No model is called {name}. Known: {', '.join(names())}.")
    return _SPECS[name]
