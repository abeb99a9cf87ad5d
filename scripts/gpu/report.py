"""The day in a few lines of text."""

from typing import Any

from scripts.gpu.table import SPEED, TESTS

TIMES = (
    *("eager", "ours", "no_graph", "network"),
    *("two_in_turn", "two_at_once", "frame", "prepared_here", "decode", "copied_decode"),
)
"""Columns of milliseconds."""
COLUMNS = (*TIMES, "graphs", "times", "share", "live")
SPEED_ROW = "{system:16} {batch:>5}" + "".join(f" {{{name}:>14}}" for name in COLUMNS)


def text_of(found: dict[str, Any]) -> str:
    """What was found, part by part; a part that did not run is told, too."""
    lines = [f"{name}: {part['ended']} after {part['seconds']} s" for name, part in found.items()]
    for name, part in found.items():
        told = {TESTS: _tests, SPEED: _speed}.get(name, _training)
        lines += ["", f"== {name}", *told(part)]
        if "trouble" in part:
            lines.append(f"trouble: {part['trouble']}")
        if "log" in part:
            lines += ["the end of what it printed:", part["log"]]
    return "\n".join(lines) + "\n"


def _tests(part: dict[str, Any]) -> list[str]:
    counts = ", ".join(
        f"{part.get(key, 0)} {key}" for key in ("tests", "failures", "errors", "skipped")
    )
    return [counts, *(f"failed: {name}: {why}" for name, why in part.get("failed", {}).items())]


def _speed(part: dict[str, Any]) -> list[str]:
    if "systems" not in part:
        return []
    header = {key: key for key in ("system", "batch", *COLUMNS)}
    header |= {key: f"{key} ms" for key in TIMES}
    lines = [
        f"{part['device']}: {part['matrix_tflops']:.4g} TFLOP/s in a bfloat16 matrix product",
        SPEED_ROW.format(**header),
    ]
    for row in part["systems"]:
        cells = {key: _short(row.get(f"{key}_ms")) for key in TIMES}
        cells |= {key: str(row.get(key, "")) for key in ("system", "batch", "graphs")}
        cells |= {"times": _short(row.get("times")), "live": _short(row.get("live_times"))}
        cells["share"] = _short(row.get("share_of_matrix_rate"))
        lines.append(SPEED_ROW.format(**cells).rstrip())
        if row.get("why_no_graphs"):
            lines.append(f"  no graphs: {row['why_no_graphs']}")
        if "trouble" in row:
            lines.append(f"  {row['trouble']}")
    return [
        *lines,
        "graphs: sizes recorded; times: eager float32 to ours; live: to the naive loop, asked 3",
    ]


def _training(part: dict[str, Any]) -> list[str]:
    epochs = part.get("epochs") or []
    if not epochs:
        return ["no epoch was ended"]
    validated = [row for row in epochs if row["val"]]
    last = {k: v for k, v in (validated[-1]["val"] if validated else {}).items() if v is not None}
    return [
        f"{len(epochs)} of {part.get('planned_epochs', '?')} epochs on {part.get('device')} in "
        f"{part.get('precision')}, best {_short(part.get('best'))}",
        "last validation: " + ", ".join(f"{key} {_short(value)}" for key, value in last.items()),
        f"weights: {part.get('weights', 'none')}",
    ]


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
