"""The page of numbers: a row for each, a column for each program, and what was not measured."""

import datetime
import statistics
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from gui.bench.register import PROMISES
from scripts.rivals.environments import RIVALS
from scripts.rivals.labelling import WAYS

TEXTS = {
    "window.start": "window on screen, from the command",
    "window.open_folder_20000": "open a folder of 20,000 pictures, the first one shown",
    "window.next_picture": "next picture (640x480, in that folder)",
    "window.open_8192": "open an 8192x8192 JPEG: something shown",
    "window.open_8192_whole": "open an 8192x8192 JPEG: all of it shown",
    "window.open_8192_to_decoder": "the same, against the decoder alone",
    "canvas.repaint_2000_polygons": "repaint 2,000 polygons of 50 points over 4000x3000",
    "canvas.zoom_2000_polygons": "one zoom step over them",
    "canvas.hover_2000_polygons": "the mouse moves over them, highlight included",
    "canvas.brush_8192": "one step of a brush on an 8192x8192 mask",
    "canvas.brush_release_8192": "the end of that stroke",
    "canvas.repaint_10000_polygons": "repaint 10,000 polygons of 50 points",
    "canvas.hover_10000_polygons": "the mouse moves over them",
    "canvas.zoom_10000_polygons": "one zoom step over them",
    "canvas.rest_10000_polygons": "the exact view once that rests",
    "canvas.repaint_100000_polygons": "repaint 100,000 polygons",
    "canvas.hover_100000_polygons": "the mouse moves over them",
    "canvas.zoom_100000_polygons": "one zoom step over them",
    "canvas.rest_100000_polygons": "the exact view once that rests",
    "canvas.repaint_100000_points": "repaint one polygon of 100,000 points",
    "canvas.hover_100000_points": "the mouse moves over it",
    "canvas.zoom_100000_points": "one zoom step over it",
    "canvas.show_20000": "show a frame of 20000x20000",
    "canvas.pan_20000": "one step of panning in it",
    "canvas.open_20000": "open a JPEG of 20000x20000: all of it shown",
    "canvas.pan_20000_file": "one step of panning in it at 100 %",
    "canvas.brush_5px_8192": "one step of a brush of 5 px on an 8192x8192 mask",
    "canvas.brush_5px_release_8192": "the end of that stroke",
    "canvas.brush_50px_8192": "one step of a brush of 50 px",
    "canvas.brush_50px_release_8192": "the end of that stroke",
    "canvas.brush_500px_8192": "one step of a brush of 500 px",
    "canvas.brush_500px_release_8192": "the end of that stroke",
    "canvas.overlay_12_objects_1080p": "12 masks, boxes and labels painted on a 1080p frame",
    "canvas.canvas_1080p": "a live 1080p frame with them, shown",
    "click.answer": "Smart click on 4000x3000: from the click to the painted outline",
    "click.look": "the same: until a picture that was not seen ahead can be asked about",
    "click.longest_turn": "the longest time without an event while it works",
    "click.longest_turn_loading": "the same, while the network and its libraries are loaded",
    **{
        f"label.{way}_{unit}": f"an outline, {text}: {unit}"
        for way, text in WAYS.items()
        for unit in ("actions", "seconds")
    },
    "label.best_to_polygon": "an outline: actions of the best help, against corners alone",
    "large.first_picture": "a project of 1,000,000 objects: first picture, from the command",
    "large.opened": "the same, until its objects are there",
    "large.next_picture": "next picture in it",
    "memory.large_above_empty": "memory: that project, above the empty window",
    "memory.start": "memory: the empty window",
    "memory.folder": "memory: the folder of 20,000 pictures",
    "memory.huge": "memory: the 8192x8192 JPEG",
    "memory.polygons": "memory: the 2,000 polygons",
    "memory.brush": "memory: the 8192x8192 mask",
    "memory.overlay": "memory: the 12 objects",
    "memory.crowd_10000": "memory: the 10,000 polygons",
    "memory.crowd_100000": "memory: the 100,000 polygons",
    "memory.long_line": "memory: the polygon of 100,000 points",
    "memory.giant": "memory: the frame of 20000x20000",
    "memory.giant_file": "memory: the JPEG of 20000x20000",
    "memory.brushes": "memory: the three brushes",
    "memory.click": "memory: Smart click on pictures of 4000x3000",
    "memory.live": "memory: a live video of 640x360 with a network",
}
Found = Mapping[str, Mapping[str, list[float]]]


def page(
    found: Found,
    machine: Mapping[str, Any],
    versions: Mapping[str, str],
    troubles: Mapping[str, str],
    *,
    rounds: int,
    minutes: float,
) -> str:
    """The whole page as Markdown."""
    names = [rival for rival in RIVALS if rival.name in versions]
    header = ["what", "Maskloop", "budget", *(rival.text for rival in names), "best rival / ours"]
    lines = [f"| {' | '.join(header)} |", f"| {' | '.join(['---'] * len(header))} |"]
    for row_id, text in TEXTS.items():
        if row_id in found:
            programs = [rival.name for rival in names]
            lines.append(f"| {' | '.join(_cells(row_id, text, found[row_id], programs))} |")
    known = [f"{rival.text} {versions[rival.name]}" for rival in names]
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"
    not_measured = [f"- {what}: {why}" for what, why in sorted(troubles.items())]
    return "\n".join(
        [
            "# Maskloop beside other programs",
            "",
            "<!-- Written by scripts/bench_rivals.py; run it again rather than edit. -->",
            "",
            f"Measured on {today} on {where}, Python {machine['python']}: Maskloop "
            f"{_own_version()}, {', '.join(known)}. Medians of {rounds} rounds, all programs in "
            f"turns, each scene in a new process; {minutes:.0f} minutes.",
            "",
            *lines,
            "",
            "Memory is the most that the process had. The last column says how many times the "
            "best rival takes what Maskloop takes: below 1, the rival is better.",
            "",
            *NOTES,
            *(["", "Not measured:", "", *not_measured] if not_measured else []),
            "",
        ]
    )


NOTES = (
    "How it is measured:",
    "",
    "- `python scripts/bench_rivals.py` makes an environment for each rival, runs everything and "
    "writes this page. Each program is started as a person starts it, without a display (Qt's "
    "offscreen platform), and asked by its own actions and signals. What Python compiles at a "
    "first start is compiled before, for all.",
    "- napari needs OpenGL: it runs under Xvfb with Mesa's software renderer where there is no "
    "display, which costs it much of its time; with a graphics card it is faster.",
    "- A canvas is 1280x900. A time ends when the canvas has been painted.",
    "- Maskloop's zoom step is 2 %, as napari's here; labelme's and X-AnyLabeling's is 10 %.",
    "- labelme and X-AnyLabeling show a picture whole or not at all; Maskloop shows a small "
    "version of a huge JPEG first, then all of it.",
    "- An empty cell: the program has no such thing, or it was not measured.",
)


def _cells(
    row_id: str, text: str, numbers: Mapping[str, list[float]], names: list[str]
) -> list[str]:
    promise = PROMISES[row_id]
    ours = _median(numbers.get("maskloop"))
    rivals = [_median(numbers.get(name)) for name in names]
    known = [value for value in rivals if value is not None]
    # Memory has no budget in numbers: it is to be below the leanest rival's.
    leanest = min(known, default=None) if promise.unit == "MB" else promise.budget
    times = _short(min(known) / ours) if known and ours else ""
    return [
        text,
        _with_unit(ours, promise.unit),
        _with_unit(leanest, promise.unit),
        *(_with_unit(value, promise.unit) for value in rivals),
        times,
    ]


def _median(values: list[float] | None) -> float | None:
    return statistics.median(values) if values else None


def _with_unit(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "ms" and value >= 1000:
        value, unit = value / 1000, "s"
    return f"{_short(value)} {unit}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _own_version() -> str:
    try:
        return metadata.version("maskloop")
    except metadata.PackageNotFoundError:
        return "from its sources"
