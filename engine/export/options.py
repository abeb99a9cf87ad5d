"""What an export is asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.errors import ConfigError
from engine.formats.registry import Format
from engine.values import SampleState

REVIEWED = frozenset({SampleState.CORRECTED, SampleState.VERIFIED})
"""The states of Samples whose annotations a person has looked at."""
DONE = REVIEWED | {SampleState.LABELLED}
"""The states of Samples whose annotations count, whoever made them."""


class Pictures(StrEnum):
    """How the pictures come into the folder. Without their own files, they are only referred to.

    Frames of videos, tiles and resized pictures are always written.
    """

    COPY = "copy"
    HARD_LINK = "hard_link"
    SYMLINK = "symlink"
    REFER = "refer"


class Unheld(StrEnum):
    """What becomes of a picture with an object that the Format has no place for."""

    LEAVE_OUT = "leave_out"
    IGNORE = "ignore"
    """Its pixels are marked as ignored (255)."""
    WITHOUT = "without"
    """It is written without the object; not in label maps, which would call it background."""


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """What becomes of labels, all by their names.

    `names` gives new names, and the same new name merges; the objects of labels in `left_out` are
    not exported, those in `ignored` are marked as ignored.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Split:
    """A seeded split into train, val and test; or `folds` that are validated on in turn.

    What belongs together stays on one side: the frames of a video, near-duplicates, on request the
    pictures of one folder, or those whose path agrees in the first group of a regular expression.
    With `keeps_parts`, frames that the dataset has in one of its parts stay there: what was for
    testing is never trained on. Folds know no parts.
    """

    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 0
    folds: int = 0
    by_likeness: bool = True
    by_folder: bool = False
    by_pattern: str = ""
    keeps_parts: bool = False

    def __post_init__(self) -> None:
        check_fractions(self.fractions)
        if self.folds < 0 or self.folds == 1:
            raise ConfigError("Cross-validation needs at least 2 folds.", hint="5 is usual.")
        try:
            re.compile(self.by_pattern)
        except re.error as error:
            raise ConfigError(
                f"The name pattern {self.by_pattern} is no regular expression: {error}.",
                hint=r"An example: patient_(\d+) keeps all pictures of a patient together.",
            ) from error

    @property
    def is_divided(self) -> bool:
        """Whether more than train is made."""
        return self.folds > 0 or self.fractions[0] < 1


@dataclass(frozen=True, slots=True)
class Tiles:
    """Square pieces of `size` pixels, each sharing `overlap` pixels with the next."""

    size: int
    overlap: int = 0

    def __post_init__(self) -> None:
        if self.size < 16 or not 0 <= self.overlap < self.size:
            raise ConfigError(
                f"Tiles of {self.size} pixels that overlap by {self.overlap} are not possible.",
                hint="Tiles have at least 16 pixels, and overlap by less than their size.",
            )


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to write, and how.

    Without a `split`, the parts the samples come in are kept. `longest_side` makes larger pictures
    smaller, before they are cut into `tiles`. A picture without objects is written only if somebody
    said that there are none, or with `unmarked_empty`. `replace` puts aside what else the folder
    holds; an earlier export that nobody touched is replaced without it.
    """

    format: str
    states: frozenset[SampleState] = DONE
    labels: LabelChoice = field(default_factory=LabelChoice)
    pictures: Pictures = Pictures.COPY
    unheld: Unheld = Unheld.LEAVE_OUT
    unmarked_empty: bool = False
    longest_side: int = 0
    tiles: Tiles | None = None
    split: Split | None = field(default_factory=Split)
    replace: bool = False

    def __post_init__(self) -> None:
        if self.longest_side and self.longest_side < 16:
            raise ConfigError(
                f"Pictures of {self.longest_side} pixels are too small.",
                hint="Give 16 pixels or more for the longest side, or 0 to leave them as they are.",
            )

    @property
    def is_transforming(self) -> bool:
        """Whether pictures are written anew."""
        return self.longest_side > 0 or self.tiles is not None


def check_fractions(fractions: tuple[float, float, float]) -> None:
    """ConfigError unless they are shares of one with some for training."""
    is_share = all(0 <= f <= 1 for f in fractions) and abs(sum(fractions) - 1) < 1e-6
    if not is_share or fractions[0] == 0:
        raise ConfigError(
            f"The split {fractions} is not possible.",
            hint="Give three shares that add up to 1, the first above 0, as 0.8 0.1 0.1.",
        )


def check_format(options: ExportOptions, layout: Format) -> None:
    """ConfigError for what this Format cannot do."""
    if layout.writer is None:
        hint = "Choose another format; this one is only read."
        raise ConfigError(f"{layout.text} cannot be written.", hint=hint)
    if options.unheld is Unheld.IGNORE and not layout.carries.ignored:
        raise ConfigError(
            f"{layout.text} has no place for ignored regions.",
            hint="Leave out pictures with objects it cannot hold.",
        )
    if options.unheld is Unheld.WITHOUT and not layout.carries.is_layered:
        raise ConfigError(
            f"{layout.text} would call the objects it cannot hold background.",
            hint="Leave out such pictures, or mark the objects as ignored.",
        )
