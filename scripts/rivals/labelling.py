"""The part of the page of numbers that says what labelling costs; the rest is `report`'s."""

import datetime
import statistics
from collections.abc import Mapping, Sequence

from gui.bench.label import Found, Outcome

HEADING = "## What an outline costs"
WAYS = {
    "polygon": "polygon: corners alone",
    "grab_cut": "colors alone (GrabCut): a box, then clicks",
    "scissors": "scissors: clicks along the outline",
    "superpixels": "superpixels: strokes",
    "smart": "Smart click: clicks",
    "smart_box": "Smart click: a box, then clicks",
    "proposal": "a model's proposal, accepted and corrected",
}
NOTES = (
    "A made-up person who sees the true outline draws each object in the real window until it has "
    "an IoU of 0.90: actions (clicks, drags, keys, rolls of the wheel) and seconds by a model of "
    "the hand (Fitts' law for a mouse, the keystroke-level model; `engine/bench/effort.py`), means "
    "of an object. Corners are those of Douglas and Peucker at the coarsest tolerance that is good "
    "enough, the fewest that anybody could need, each hit at the first try without a look: their "
    "seconds are the least that there can be. With anything that helps, it looks for 1.35 s after "
    "each step and acts at the largest error; what no longer helps is corrected with the brush, or "
    "deleted and drawn with corners, and all of it counts. “Alone” says how many objects needed "
    "neither. `maskloop bench label LIST... --weights W...` measures it anywhere; "
    "`python scripts/bench_label.py` wrote this part."
)


def section(found: Mapping[str, Found], weights: Mapping[str, str]) -> str:
    """The heading, a table of all lists, and how it was measured."""
    names = list(found)
    head = ["way", *(f"{name}: actions | seconds | alone" for name in names)]
    columns = 1 + 3 * len(names)
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['---'] * columns)} |"]
    for way, text in WAYS.items():
        if any(way in found[name] for name in names):
            cells = [cell for name in names for cell in _cells(found[name].get(way, []))]
            lines.append(f"| {' | '.join([text, *cells])} |")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    counts = ", ".join(f"{len(next(iter(found[name].values())))} of {name}" for name in names)
    models = ", ".join(f"{key} on {name}" for name, key in weights.items() if key)
    best = [f"{name}: {_best(found[name])}" for name in names]
    return "\n".join(
        [
            HEADING,
            "",
            f"Measured on {today} with {counts}; proposals of {models or 'no model'}.",
            "",
            *lines,
            "",
            f"The best that helps takes, in actions of corners alone: {'; '.join(best)}.",
            "",
            NOTES,
            "",
        ]
    )


def _cells(outcomes: Sequence[Outcome]) -> list[str]:
    if not outcomes:
        return ["", "", ""]
    actions = statistics.mean(each.actions for each in outcomes)
    seconds = statistics.mean(each.seconds for each in outcomes)
    alone = sum(each.is_helped for each in outcomes)
    return [f"{actions:.1f}", f"{seconds:.1f}", f"{alone} of {len(outcomes)}"]


def _best(found: Found) -> str:
    """The way with the fewest actions, beside polygons."""
    means = {
        way: statistics.mean(each.actions for each in outcomes) for way, outcomes in found.items()
    }
    corners = means.pop("polygon")
    way = min(means, key=lambda each: means[each])
    return f"{means[way] / corners:.2f} ({WAYS[way].split(':')[0]})"


def kept(page: str) -> str:
    """The part as it stands in a page; nothing where there is none."""
    start = page.find(HEADING)
    return page[start:] if start >= 0 else ""


def with_section(page: str, text: str) -> str:
    """A page with this part at its end in place of the one it has."""
    start = page.find(HEADING)
    return (page if start < 0 else page[:start]).rstrip() + "\n\n" + text
