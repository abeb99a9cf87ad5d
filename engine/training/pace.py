"""How fast a Run is, and how long it still takes."""

from collections import deque

STEPS = 32
VALIDATIONS = 4
"""So many of the last ones count."""
SHARE = 1 / 3
"""Of the time to learn from a picture, that to validate one takes about so much: there is no way
back through the network. Used until the first validation has been timed."""


class Pace:
    """Moving averages of what steps and validations took, waiting for samples included.

    `last` is the step that ends the Run; after each `steps_per_epoch` an epoch is over, and after
    every `validate_every` of those `val_samples` pictures are validated, at the end always.
    """

    def __init__(
        self, last: int, steps_per_epoch: int, *, validate_every: int, val_samples: int
    ) -> None:
        self._last, self._steps_per_epoch = last, steps_per_epoch
        self._validate_every, self._val_samples = validate_every, val_samples
        self._steps: deque[tuple[float, int]] = deque(maxlen=STEPS)
        self._validations: deque[float] = deque(maxlen=VALIDATIONS)
        self._is_first = True

    def stepped(self, seconds: float, samples: int) -> None:
        """A step took so long for so many samples. The first one is slow, and soon forgotten."""
        if len(self._steps) == 1 and self._is_first:
            self._steps.clear()
            self._is_first = False
        self._steps.append((seconds, samples))

    def validated(self, seconds: float) -> None:
        """A validation took so long, with what is written after it."""
        self._validations.append(seconds)

    @property
    def samples_per_second(self) -> float:
        """How many samples are learned from in a second; 0 before the first step."""
        seconds, samples = sum(s for s, _ in self._steps), sum(n for _, n in self._steps)
        return samples / seconds if seconds else 0.0

    def seconds_left(self, step: int) -> float:
        """How long the Run takes from here, so many steps after its begin."""
        per_step = sum(seconds for seconds, _ in self._steps) / len(self._steps)
        return per_step * max(0, self._last - step) + self._validation * self._due(step)

    @property
    def _validation(self) -> float:
        """How long a validation takes."""
        if self._validations:
            return sum(self._validations) / len(self._validations)
        speed = self.samples_per_second
        return SHARE * self._val_samples / speed if speed else 0.0

    def _due(self, step: int) -> int:
        """How many validations are to come."""
        if not self._val_samples or step > self._last:
            return 0
        # The one that follows this step is to come, too.
        done = (max(step, 1) - 1) // self._steps_per_epoch
        epochs = -(-self._last // self._steps_per_epoch)
        regular = epochs // self._validate_every - done // self._validate_every
        return regular + (epochs % self._validate_every > 0)
