"""The measurements that need a window, for `maskloop bench`."""

from typing import Any

from engine.bench import registry
from engine.bench.registry import Row


def register_all() -> None:
    """Add them to the engine's; measuring imports Qt, this does not."""
    if "window" not in registry.names():
        registry.register("canvas")(measure_canvas)
        registry.register("window")(measure_window)


def measure_canvas() -> list[Row]:
    """Repaint, hover and brush on a busy canvas."""
    from gui.bench.canvas import rows

    return [_row(row) for row in rows()]


def measure_window() -> list[Row]:
    """Start, a large folder, and the live rate in the window."""
    from gui.bench import live, window

    return [
        *window.start_rows(),
        *window.folder_rows(),
        *window.huge_rows(),
        *live.rows(),
    ]


def _row(found: dict[str, Any]) -> Row:
    """The canvas measures against numbers got from its rivals earlier, on a like machine."""
    rival = f"{found['rival']}, measured earlier" if found["rival"] else ""
    name = str(found["id"]).replace("live.", "canvas.")
    return Row(name, found["value"], "ms", rival, found["rival_value"], found["budget"])
