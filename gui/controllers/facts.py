"""What the window tells of a registered model: a value that needs no torch, made in a Job."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.about import About, Option

if TYPE_CHECKING:
    from models.registry import ModelSpec


@dataclass(frozen=True)
class ModelFacts:
    """A model's name, task, paper, card and options; `size_multiple` divides its input's sides."""

    name: str
    task: str
    text: str = ""
    paper: str = ""
    about: About | None = None
    options: tuple[Option, ...] = ()
    input_hw: tuple[int, int] = (256, 256)
    size_multiple: int = 1

    @property
    def live_options(self) -> tuple[Option, ...]:
        """The options that loaded weights can be switched by."""
        return tuple(option for option in self.options if option.live)

    @property
    def tip(self) -> str:
        """What it is and where it comes from, in two lines."""
        year = (
            f" ({self.about.year})" if self.about and str(self.about.year) not in self.paper else ""
        )
        return "\n".join(part for part in (self.text, f"{self.paper}{year}") if part)


def facts_of(spec: "ModelSpec") -> ModelFacts:
    """The facts of a registered model."""
    return ModelFacts(
        name=spec.name,
        task=str(spec.task),
        text=spec.text,
        paper=spec.paper,
        about=spec.about,
        options=spec.options,
        input_hw=spec.input_hw,
        size_multiple=spec.size_multiple,
    )
