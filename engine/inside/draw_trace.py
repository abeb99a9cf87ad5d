"""Suppression as a drawing: one candidate is judged, those before it are kept or faded."""

from collections.abc import Sequence

import numpy as np

from engine.inside.drawing import MOST, Drawing, label_colors, name_of, rgba
from engine.inside.suppression import KEPT, Trace
from engine.values import Label

CURRENT = (255, 255, 255)
REMOVER = (77, 163, 255)
REMOVED = (150, 150, 150)


def draw_trace(
    trace: Trace, position: int, labels: Sequence[Label], *, most: int = MOST
) -> Drawing:
    """The candidate at `position` and its remover on top; kept ones in their labels' colours,
    removed ones grey, those to come hardly visible. Past the end: what stays."""
    numbers = np.arange(len(trace))
    current = position if position < len(trace) else -1
    seen = numbers <= position
    is_kept = (trace.by == KEPT) & seen
    colors = label_colors(trace.label_ids, labels)
    alphas = np.select([is_kept, seen], [1.0, 0.5 if current >= 0 else 0.3], 0.3)
    colors[seen & ~is_kept] = REMOVED
    widths = np.where(is_kept, 2, 1).astype(np.uint8)
    layer = is_kept.astype(np.int64)
    if current >= 0:
        remover = int(trace.by[current])
        for number, color in ((remover, REMOVER), (current, CURRENT)):
            if number >= 0:
                colors[number], alphas[number], widths[number] = color, 1.0, 3
                layer[number] = 2 + (number == current)
    order = np.lexsort((-numbers, layer))[-most:]
    texts = tuple(_text(trace, int(n), labels) for n in order)
    captions = tuple((place, texts[place]) for place in np.flatnonzero(layer[order] > 0).tolist())
    drawn = rgba(colors[order], alphas[order])
    return Drawing(trace.boxes[order], drawn, widths[order], texts, captions)


def _text(trace: Trace, number: int, labels: Sequence[Label]) -> str:
    name = name_of(int(trace.label_ids[number]), labels)
    return f"#{number + 1}  {name}  {trace.scores[number]:.2f}"
