"""The measurements that need a window, for `maskloop bench`: what each promises."""

import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.bench import registry
from engine.bench.registry import Measurement
from engine.jobs import Progress

STARTS = 3


@dataclass(frozen=True)
class Promise:
    """The most a number may be, its unit, and the rival it stands against."""

    unit: str
    budget: float | None = None
    rival: str = ""


PROMISES = {
    "window.start": Promise("s", 0.7, "labelme"),
    "window.open_folder_20000": Promise("s", 0.3, "labelme"),
    "window.next_picture": Promise("ms", 6.0, "labelme"),
    "window.open_8192": Promise("s", 0.25),
    "window.open_8192_whole": Promise("s", None, "xanylabeling"),
    "window.open_8192_to_decoder": Promise("x", 1.1),
    "canvas.repaint_2000_polygons": Promise("ms", 2.0, "labelme"),
    "canvas.zoom_2000_polygons": Promise("ms", 16.0, "napari"),
    "canvas.hover_2000_polygons": Promise("ms", 2.0, "labelme"),
    "canvas.brush_8192": Promise("ms", 1.0, "napari"),
    "canvas.brush_release_8192": Promise("ms", 30.0),
    "canvas.overlay_12_objects_1080p": Promise("ms", 4.0, "supervision"),
    "canvas.canvas_1080p": Promise("ms", 16.0),
    "canvas.repaint_10000_polygons": Promise("ms", 20.0),
    "canvas.hover_10000_polygons": Promise("ms", 4.0),
    "canvas.zoom_10000_polygons": Promise("ms", 40.0),
    "canvas.rest_10000_polygons": Promise("ms"),
    "canvas.repaint_100000_polygons": Promise("ms", 20.0),
    "canvas.hover_100000_polygons": Promise("ms", 4.0),
    "canvas.zoom_100000_polygons": Promise("ms", 40.0),
    "canvas.rest_100000_polygons": Promise("ms"),
    "canvas.repaint_100000_points": Promise("ms", 20.0),
    "canvas.hover_100000_points": Promise("ms", 4.0),
    "canvas.zoom_100000_points": Promise("ms", 40.0),
    "canvas.show_20000": Promise("ms"),
    "canvas.pan_20000": Promise("ms", 40.0),
    "canvas.open_20000": Promise("s"),
    "canvas.pan_20000_file": Promise("ms", 40.0),
    "canvas.brush_5px_8192": Promise("ms", 8.0),
    "canvas.brush_5px_release_8192": Promise("ms", 30.0),
    "canvas.brush_50px_8192": Promise("ms", 8.0),
    "canvas.brush_50px_release_8192": Promise("ms", 30.0),
    "canvas.brush_500px_8192": Promise("ms", 8.0),
    "canvas.brush_500px_release_8192": Promise("ms", 30.0),
    "click.answer": Promise("ms", 150.0),
    "click.look": Promise("ms", 500.0),
    "click.longest_turn": Promise("ms", 50.0),
    "click.longest_turn_loading": Promise("ms"),
    "label.polygon_actions": Promise(""),
    "label.polygon_seconds": Promise("s"),
    "label.freehand_actions": Promise(""),
    "label.freehand_seconds": Promise("s"),
    "label.grab_cut_actions": Promise(""),
    "label.grab_cut_seconds": Promise("s"),
    "label.scissors_actions": Promise(""),
    "label.scissors_seconds": Promise("s"),
    "label.superpixels_actions": Promise(""),
    "label.superpixels_seconds": Promise("s"),
    "label.smart_actions": Promise(""),
    "label.smart_seconds": Promise("s"),
    "label.smart_box_actions": Promise(""),
    "label.smart_box_seconds": Promise("s"),
    "label.smart_redraw_actions": Promise(""),
    "label.smart_redraw_seconds": Promise("s"),
    "label.box_redraw_actions": Promise(""),
    "label.box_redraw_seconds": Promise("s"),
    "label.proposal_actions": Promise(""),
    "label.proposal_seconds": Promise("s"),
    "label.proposal_redraw_actions": Promise(""),
    "label.proposal_redraw_seconds": Promise("s"),
    "label.best_to_polygon": Promise("x", 0.33),
    "large.first_picture": Promise("s"),
    "large.opened": Promise("s"),
    "large.next_picture": Promise("ms", 8.0),
    "memory.large_above_empty": Promise("MB", 300.0),
    "memory.click": Promise("MB"),
    "memory.live": Promise("MB"),
    "memory.start": Promise("MB", None, "labelme"),
    "memory.folder": Promise("MB", None, "labelme"),
    "memory.huge": Promise("MB", None, "xanylabeling"),
    "memory.polygons": Promise("MB", None, "labelme"),
    "memory.brush": Promise("MB", None, "napari"),
    "memory.crowd_10000": Promise("MB"),
    "memory.crowd_100000": Promise("MB"),
    "memory.long_line": Promise("MB"),
    "memory.giant": Promise("MB", 1500.0),
    "memory.giant_file": Promise("MB", 1500.0),
    "memory.brushes": Promise("MB"),
    "memory.overlay": Promise("MB", None, "supervision"),
}


def register_all() -> None:
    """Add them to the engine's; measuring imports Qt, this does not."""
    if "window" not in registry.names():
        registry.register("canvas")(measure_canvas)
        registry.register("window")(measure_window)
        registry.register("large")(measure_large)
        registry.register_long("live")(measure_live)
        registry.register("click")(measure_click)
        registry.register_of_lists("label")(measure_label)


def measure_canvas() -> list[Measurement]:
    """Repaint, hover and brush on a busy canvas, and its memory; then what is hardest."""
    hardest = ("crowd_10000", "crowd_100000", "long_line", "giant", "giant_file", "brushes")
    return _measure("polygons", "brush", "overlay", *hardest)


def measure_window() -> list[Measurement]:
    """Start, a large folder, a huge picture, and their memory."""
    return _measure(*["start"] * STARTS, "folder", "huge")


def measure_large() -> list[Measurement]:
    """The window on a project of 100,000 pictures and a million regions."""
    from gui.bench.alone import measure_alone
    from gui.bench.scenes import make_large

    with tempfile.TemporaryDirectory() as name:
        files = Path(name)
        make_large(files)
        empty = measure_alone("start", files)["memory.start"]
        found = measure_alone("large", files)
    found["memory.large_above_empty"] = found.pop("memory.large") - empty
    return rows_of(found)


def measure_live(progress: Progress) -> list[Measurement]:
    """The live engine against a naive loop; rate and delay in the window, and its memory."""
    from engine.bench import loops
    from gui.bench import live

    found = [*loops.measure(progress), *live.rows(progress)]
    progress(0, 0, "live: memory")
    return [*found, *_measure("live")]


def measure_click() -> list[Measurement]:
    """Smart click on pictures of 4000x3000."""
    return _measure("click")


def measure_label(lists: Sequence[Path], weights: Sequence[str]) -> list[Measurement]:
    """What it costs to outline the objects of txt lists, all lists together."""
    from gui.bench.label import measure, summary, tasks_of, together

    return rows_of(summary(together(measure(tasks_of(lists, weights)))))


def _measure(*scenes: str) -> list[Measurement]:
    """Each scene in a process of its own; the median where one is measured several times."""
    from gui.bench.alone import measure_alone
    from gui.bench.scenes import make_files, make_giant, make_photographs

    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        files = Path(name)
        if "folder" in scenes:
            make_files(files)
        if "giant_file" in scenes:
            make_giant(files)
        if "click" in scenes:
            make_photographs(files)
        for scene in scenes:
            for row_id, value in measure_alone(scene, files).items():
                found.setdefault(row_id, []).append(value)
    return rows_of({row_id: statistics.median(values) for row_id, values in found.items()})


def rows_of(found: Mapping[str, float]) -> list[Measurement]:
    """The rows of these numbers; a rival's column says who measures it."""
    from engine.bench.rivals import note

    rows = []
    for row_id, value in found.items():
        promise = PROMISES[row_id]
        rival = note(promise.rival) if promise.rival else ""
        rows.append(Measurement(row_id, value, promise.unit, rival, budget=promise.budget))
    return rows
