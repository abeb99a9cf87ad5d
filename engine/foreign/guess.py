"""Guesses what a foreign network's outputs mean, from shapes, value ranges and names alone."""

from collections.abc import Sequence

import numpy as np

from engine.foreign.guess_boxes import guess_lists, guess_pair, guess_table
from engine.foreign.guess_maps import guess_maps, guess_scores
from engine.foreign.seen import Guess, Outputs, Seen

RULES = (guess_table, guess_pair, guess_lists, guess_maps, guess_scores)


def guess(
    seen: Sequence[Seen], size_hw: tuple[int, int], known_labels: int = 0, purpose: str = ""
) -> tuple[Guess, ...]:
    """All that the outputs for a picture of this input size may mean, the likeliest first.

    `known_labels` is how many labels the file names, 0 where it names none; `purpose` what it says
    that it is for. Nothing where no layout fits.
    """
    finite = [Seen(each.name, np.nan_to_num(each.array)) for each in seen]
    outputs = Outputs(finite, size_hw, known_labels, purpose)
    found = [each for rule in RULES for each in rule(outputs)]
    return tuple(sorted(found, key=lambda each: -each.confidence))
