"""What a person is told of a model, apart from its code: no torch here, so it loads at once."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple


class Text(NamedTuple):
    """The same words in English and in Korean."""

    en: str
    ko: str


UNSAID = Text("", "")


@dataclass(frozen=True)
class About:
    """A model's place in the course: the idea in three plain sentences, the year of its paper,
    what it improved on, what to look for on the screen, and where it differs from the paper."""

    year: int
    idea: Text
    improves_on: Text
    look_for: Text
    differs: Text = UNSAID


@dataclass(frozen=True)
class Option:
    """A builder's keyword that a person may choose; the default is the first of the choices.

    A `live` option changes no tensor's name or shape, so loaded weights can be switched by it.
    """

    name: str
    text: Text
    choices: tuple[Any, ...]
    live: bool = False

    @property
    def default(self) -> Any:
        """What the builder takes without being told."""
        return self.choices[0]


@dataclass(frozen=True)
class Look:
    """A place inside the network that is worth looking at: a module, by its path in
    `named_modules()`. A module that runs several times in one pass shows each of its results.

    "activation": feature maps (N, C, h, w). "scores": label scores (N, K, h, w), shown in the
    labels' colours. "objectness": whether each anchor holds an object (N, A, h, w), before sigmoid,
    shown as a probability. "positions": a pair whose second member holds max-pooling's indices.
    """

    path: str
    text: Text
    kind: Literal["activation", "scores", "objectness", "positions"] = "activation"
