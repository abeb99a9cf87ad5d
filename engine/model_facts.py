"""What listings, pickers and cards tell of a registered model: a value that needs no torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.about import About, Option
from models.task import Task

if TYPE_CHECKING:
    from torch.nn import Module

    from models.contract import Model
    from models.registry import ModelSpec

BACKBONE = "backbone"
"""The option that names another encoder."""
WIDTH = "width"
"""The option that makes a network narrower."""


@dataclass(frozen=True)
class ModelFacts:
    """A model's registry entry without its builder, and its `parameters` with 20 labels.

    `size_multiple` divides its input's sides; with `proposals` it judges boxes it is given.
    `encoder` is the backbone that it is built on, as it is without options; nothing for a model
    whose own layers take no weights of one. `scales_encoder` says whether the option width makes
    the encoder narrower too.
    """

    name: str
    task: str
    text: str = ""
    paper: str = ""
    about: About | None = None
    options: tuple[Option, ...] = ()
    input_hw: tuple[int, int] = (256, 256)
    size_multiple: int = 1
    proposals: bool = False
    parameters: int = 0
    backends: tuple[str, ...] = ()
    trainable: bool = True
    encoder: str = ""
    scales_encoder: bool = False

    def encoder_with(self, options: Mapping[str, Any]) -> str:
        """The backbone under these options; nothing for a model that takes none."""
        return str(options.get(BACKBONE, self.encoder)) if self.encoder else ""

    @property
    def live_options(self) -> tuple[Option, ...]:
        """The options that loaded weights can be switched by."""
        return tuple(option for option in self.options if option.live)

    @property
    def source(self) -> str:
        """The paper, with its year where it does not name one itself."""
        if self.about is None or re.search(r"\b(19|20)\d\d\b", self.paper):
            return self.paper
        return f"{self.paper}, {self.about.year}"

    @property
    def tip(self) -> str:
        """What it is and where it comes from, in two lines."""
        return "\n".join(part for part in (self.text, self.source) if part)


def facts_from(spec: "ModelSpec") -> ModelFacts:
    """The facts of a registered model; builds its network to count the parameters."""
    # Of shapes alone: neither memory nor random numbers are taken.
    from models.shapes_only import shapes_only

    with shapes_only():
        model = spec.build(_labels(spec))
        encoder = _encoder(spec, model)
        scales_encoder = bool(encoder) and _scales_encoder(spec)
    return ModelFacts(
        name=spec.name,
        task=str(spec.task),
        text=spec.text,
        paper=spec.paper,
        about=spec.about,
        options=spec.options,
        input_hw=spec.input_hw,
        size_multiple=spec.size_multiple,
        proposals=spec.proposals,
        parameters=_size(model),
        backends=spec.backends,
        trainable=spec.trainable,
        encoder=encoder,
        scales_encoder=scales_encoder,
    )


def _labels(spec: "ModelSpec") -> int:
    return 21 if spec.task is Task.SEMANTIC else 20


def _encoder(spec: "ModelSpec", model: "Model") -> str:
    """The name of the backbone in `model`, which is built without options."""
    from models.encoder import encoder_of

    found = encoder_of(model)
    if found is not None:
        return found.name
    for option in spec.options:
        if option.name == BACKBONE:
            # Its own layers may be no backbone (Darknet-53) where the other choices are.
            other = encoder_of(spec.build(_labels(spec), **{BACKBONE: option.choices[-1]}))
            return str(option.default) if other is not None else ""
    return ""


def _scales_encoder(spec: "ModelSpec") -> bool:
    """Whether half the width leaves the encoder with fewer parameters."""
    from models.encoder import encoder_of

    if not any(option.name == WIDTH for option in spec.options):
        return False
    other = {o.name: o.choices[-1] for o in spec.options if o.name == BACKBONE}
    whole, half = (
        encoder_of(spec.build(_labels(spec), **other, **{WIDTH: width})) for width in (1.0, 0.5)
    )
    assert whole is not None
    assert half is not None
    return _size(half) < _size(whole)


def _size(module: "Module") -> int:
    return sum(parameter.numel() for parameter in module.parameters())
