"""A detector's steps as drawings: boxes in their order, and a grid with its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.inside.drawing import (
    MOST,
    NUMBERED,
    Cells,
    Colors,
    Drawing,
    label_colors,
    name_of,
    ramp,
    rgba,
)
from engine.inside.steps import BoxStep, Order
from engine.values import Label

ColorBy = Literal["score", "order", "label"]
Shade = Literal["confidence", "label", "none"]

NAMED = 8
"""So many labels of a box are named."""


@dataclass(frozen=True)
class StepStyle:
    """How a step is drawn: the `first` boxes of an order, or of a grid those that score at least
    `least` and the cells' colours. `cell` is marked, -1 for none; `is_alone` hides the boxes of all
    others, whatever its own score."""

    first: int = 100
    order: Order = "own"
    color_by: ColorBy = "score"
    least: float = 0.05
    shade: Shade = "confidence"
    cell: int = -1
    is_alone: bool = False
    most: int = MOST

    @property
    def shows_one(self) -> bool:
        """Whether only one cell's boxes are drawn."""
        return self.is_alone and self.cell >= 0


@dataclass(frozen=True)
class CellBox:
    """One box of a cell in words: its number and confidence, and the labels it may have with their
    probabilities, the most probable first."""

    number: int
    score: float
    chances: tuple[tuple[str, float], ...] = ()


def draw_step(step: BoxStep, style: StepStyle, labels: Sequence[Label]) -> Drawing:
    """The step as the style says."""
    return draw_order(step, style, labels) if step.grid is None else draw_grid(step, style, labels)


def draw_order(step: BoxStep, style: StepStyle, labels: Sequence[Label]) -> Drawing:
    """The first boxes of the order, the very first on top and numbered."""
    order = step.in_order(style.order)[: min(style.first, style.most)]
    ranks = np.arange(len(order), dtype=np.float32)
    faded = 1 - 0.7 * ranks / max(len(order), 1)
    colors = rgba(_colors(step, order, style, labels), faded)
    widths = np.where(ranks < NUMBERED, 2, 1).astype(np.uint8)
    texts = _texts(step, order, labels, is_ranked=True)
    last = len(order) - 1
    numbers = tuple((last - rank, str(rank + 1)) for rank in range(min(NUMBERED, len(order))))
    flipped = slice(None, None, -1)
    return Drawing(step.boxes[order][flipped], colors[flipped], widths[flipped], texts[::-1],
                   numbers[::-1])  # fmt: skip


def draw_grid(step: BoxStep, style: StepStyle, labels: Sequence[Label]) -> Drawing:
    """The grid, its cells coloured, and all boxes that score enough: wider and clearer the more
    they do."""
    assert step.grid is not None
    if style.shows_one:
        chosen = step.of_cell(style.cell)
        alphas, widths = np.ones(len(chosen), np.float32), np.full(len(chosen), 2)
    else:
        chosen = np.flatnonzero(step.scores >= style.least)
        chosen = chosen[np.argsort(step.scores[chosen], kind="stable")][-style.most :]
        scores = step.scores[chosen]
        alphas = np.float32(0.25) + np.float32(0.75) * scores
        widths = np.select([scores > 0.75, scores > 0.5, scores > 0.2], [4, 3, 2], 1)
    colors = rgba(_colors(step, chosen, style, labels), alphas)
    texts = _texts(step, chosen, labels, is_ranked=False)
    captions = tuple(enumerate(texts)) if style.shows_one else ()
    cells = cells_of(step, style, labels)
    return Drawing(step.boxes[chosen], colors, widths.astype(np.uint8), texts, captions, cells)


def boxes_in_cell(step: BoxStep, cell: int, labels: Sequence[Label]) -> tuple[CellBox, ...]:
    """What a cell says before suppression, its surest box first."""
    chosen = step.of_cell(cell)
    found = []
    for number in chosen[np.argsort(-step.scores[chosen], kind="stable")].tolist():
        chances: tuple[tuple[str, float], ...] = ()
        if step.chances is not None:
            order = np.argsort(-step.chances[number], kind="stable")[:NAMED].tolist()
            chances = tuple((name_of(k + 1, labels), float(step.chances[number, k])) for k in order)
        elif step.label_ids is not None:
            chances = ((name_of(int(step.label_ids[number]), labels), 1.0),)
        found.append(CellBox(number, float(step.scores[number]), chances))
    return tuple(found)


def cells_of(step: BoxStep, style: StepStyle, labels: Sequence[Label]) -> Cells:
    """The grid's lines and colours, where it lies over the frame."""
    grid = step.grid
    assert grid is not None
    assert step.cells is not None
    best = grid.best(step.scores, step.cells)  # (rows, columns)
    scores = np.where(best >= 0, step.scores[best], 0)
    if style.shade == "label" and step.label_ids is not None:
        colors = rgba(label_colors(step.label_ids[best], labels), 0.12 + 0.5 * scores)
    else:
        colors = rgba(ramp(scores), 0.6 * np.sqrt(scores))
    if style.shade == "none":
        colors[..., 3] = 0
    rows, columns = grid.seen_hw
    (width, height), (bottom, right) = grid.cell_wh, grid.size_hw
    xs = np.minimum(np.arange(columns + 1) * width, right).astype(np.float32)
    ys = np.minimum(np.arange(rows + 1) * height, bottom).astype(np.float32)
    marked = grid.box(style.cell) if style.cell >= 0 else None
    return Cells(xs, ys, colors[:rows, :columns], marked)


def _colors(
    step: BoxStep, chosen: NDArray[np.int64], style: StepStyle, labels: Sequence[Label]
) -> Colors:
    if style.color_by == "label" and step.label_ids is not None:
        return label_colors(step.label_ids[chosen], labels)
    if style.color_by == "order":
        return ramp(1 - np.arange(len(chosen), dtype=np.float32) / max(len(chosen) - 1, 1))
    return ramp(step.scores[chosen])


def _texts(
    step: BoxStep, chosen: NDArray[np.int64], labels: Sequence[Label], *, is_ranked: bool
) -> tuple[str, ...]:
    """`#3  0.87  WBC` for each of these boxes, as far as it is known."""
    texts = [f"{score:.2f}" for score in step.scores[chosen].tolist()]
    if is_ranked:
        texts = [f"#{rank}  {text}" for rank, text in enumerate(texts, start=1)]
    if step.label_ids is not None:
        names = {label.id: label.name for label in labels}
        found = (
            names.get(label_id, f"#{label_id}") for label_id in step.label_ids[chosen].tolist()
        )
        texts = [f"{text}  {name}" for text, name in zip(texts, found, strict=True)]
    return tuple(texts)
