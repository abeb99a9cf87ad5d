"""Tensors of torchvision's SSDs as those of our own, which carry the same names.

Only the label scores differ: torchvision counts COCO's 90 numbers with their gaps, we count labels.
"""

import re
from collections.abc import Mapping, Sequence

from torch import Tensor

SCORES = re.compile(r"head\.classification_head\.module_list\.\d+\.(1\.)?(weight|bias)")
"""The last layer of each map's label scores: all of SSD's, the second half of SSDlite's."""


def keep_labels(
    tensors: Mapping[str, Tensor], kept: Sequence[int], *, numbered: int
) -> dict[str, Tensor]:
    """The tensors without the scores of numbers that no label of ours has.

    `kept` are our labels' numbers among torchvision's `numbered`, of which 0, nothing, stays. A
    score layer's rows (A * numbered, ...) go through the numbers box by box. As no object ever had
    one of the other numbers, their share of the softmax is next to nothing.
    """
    rows = [0, *kept]
    return {
        name: _cut(tensor, rows, numbered) if SCORES.fullmatch(name) else tensor
        for name, tensor in tensors.items()
    }


def _cut(tensor: Tensor, rows: Sequence[int], numbered: int) -> Tensor:
    if len(tensor) % numbered:
        return tensor  # Not of this many numbers: the shapes' check will say so.
    by_box = tensor.view(-1, numbered, *tensor.shape[1:])  # (A, numbered, ...)
    return by_box[:, list(rows)].flatten(0, 1)
