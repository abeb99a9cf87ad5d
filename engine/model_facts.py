"""What listings, pickers and cards tell of a registered model: a value that needs no torch."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.about import About, Option
from models.task import Task

if TYPE_CHECKING:
    from models.registry import ModelSpec


@dataclass(frozen=True)
class ModelFacts:
    """A model's registry entry without its builder, and its `parameters` with 20 labels.

    `size_multiple` divides its input's sides; with `proposals` it judges boxes it is given.
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
        parameters=_count(spec),
        backends=spec.backends,
        trainable=spec.trainable,
    )


def _count(spec: "ModelSpec") -> int:
    """Parameters with 20 labels, counted without making any."""
    from models.shapes_only import shapes_only

    labels = 21 if spec.task is Task.SEMANTIC else 20
    with shapes_only():
        return sum(parameter.numel() for parameter in spec.build(labels).parameters())
