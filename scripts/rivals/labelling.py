"""The part of the page of numbers that says what labelling costs; the rest is `report`'s."""

import datetime
import statistics
from collections.abc import Mapping, Sequence

from engine.bench.tracing import GAIN, SDS_IN_WIDTH, SHARE, SURE, WIDEST, WIDTH
from gui.bench.label import UNAIDED, Found, Outcome

HEADING = "## What an outline costs"
WAYS = {
    "polygon": "polygon: corners alone",
    "freehand": "polygon by hand: one drag along the outline, no model",
    "grab_cut": "colors alone (GrabCut): a box, then clicks",
    "scissors": "scissors: clicks along the outline",
    "superpixels": "superpixels: strokes",
    "smart": "Smart click: clicks",
    "smart_box": "Smart click: a box, then clicks",
    "smart_redraw": "Smart click: clicks, then what is wrong is redrawn by a drag",
    "box_redraw": "Smart click: a box, then clicks and such drags",
    "proposal": "a model's proposal, accepted and corrected",
    "proposal_redraw": "a model's proposal, or Smart click, and such drags",
}
NOTES = (
    "A made-up person who sees the true outline draws each object in the real window until it has "
    "an IoU of 0.90: actions (clicks, drags, keys, rolls of the wheel) and seconds by a model of "
    "the hand (Fitts' law for a mouse, the keystroke-level model; `engine/bench/effort.py`), means "
    "of an object. Corners are those of Douglas and Peucker at the coarsest tolerance that is good "
    "enough, the fewest that anybody could need, each hit at the first try without a look: their "
    "seconds are the least that there can be. A hole that is too large to be left gets corners of "
    "its own, or a drag from who drags. With anything that helps, it looks for 1.35 s after each "
    "step and acts at the largest error; what no longer helps is corrected with the brush, or "
    "deleted and drawn with corners, and all of it counts. “Alone” says how many objects needed "
    "neither. A tool stays in hand from one object to the next. A drag along the border is one "
    "action, of whatever length; its seconds are those of the steering law, the hand keeps to a "
    f"way of {WIDTH:g} of the tolerance of the corners and at most {WIDEST:g} pixels, beside its "
    f"middle by a standard deviation of 1 / {SDS_IN_WIDTH:g} of that. Who redraws clicks first; "
    f"once a drag along at most {SHARE:.0%} of the border would do (an IoU of {SURE:g} if it were "
    f"drawn exactly), or a click has gained less than {GAIN:g} of the IoU, the shortest stretch "
    "that does is redrawn. Drawing all of it by hand is no help, however few actions it takes. "
    "`maskloop bench label LIST... --weights W...` measures it anywhere; "
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
            "The best that helps takes, in actions of corners alone, of all objects and but for "
            f"that of the most corners: {'; '.join(best)}.",
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
    """The way that helps with the fewest actions, with the most laborious object and without."""
    actions = {way: [each.actions for each in outcomes] for way, outcomes in found.items()}
    way = min(actions.keys() - UNAIDED, key=lambda each: sum(actions[each]))
    helped, corners = actions[way], actions["polygon"]
    most = corners.index(max(corners))
    others = sum(corners) - corners[most]
    without = f", {(sum(helped) - helped[most]) / others:.2f}" if others else ""
    return f"{sum(helped) / sum(corners):.2f}{without} ({WAYS[way]})"


def kept(page: str) -> str:
    """The part as it stands in a page; nothing where there is none."""
    start = page.find(HEADING)
    return page[start:] if start >= 0 else ""


def with_section(page: str, text: str) -> str:
    """A page with this part at its end in place of the one it has."""
    start = page.find(HEADING)
    return (page if start < 0 else page[:start]).rstrip() + "\n\n" + text
