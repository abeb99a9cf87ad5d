"""What every Asker promises, whatever it is: a network for clicks, a model
that knows its labels, a foreign pair of files."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.click.question import Question
from engine.values import Mask


class AnyAnswer(Protocol):
    """The outline, None if there is nothing, and how sure it is in 0..1; whatever else it holds is
    for who gave it."""

    @property
    def mask(self) -> Mask | None:
        """In pixels of the frame."""

    @property
    def score(self) -> float:
        """How sure; 0 where nobody can say."""


class AnyAsker(Protocol):
    """Sees a frame once, then answers questions about it. Any thread may call it, one at a time."""

    @property
    def origin(self) -> str:
        """As an Annotation names where it comes from."""

    @property
    def device_text(self) -> str:
        """The device and precision really in use."""

    def see(self, pixels: NDArray[np.uint8], /) -> Any:
        """Look at a frame (H, W, 3) uint8 RGB; what comes back is for `ask` alone."""

    def ask(
        self, pixels: NDArray[np.uint8], whole: Any, question: Question, before: Any = None, /
    ) -> AnyAnswer:
        """What the question points at in this frame, whose view is `whole`; `before` is what this
        one answered to the question without its last click."""
