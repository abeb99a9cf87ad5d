"""The tables of docs/results.md that scripts measured beside the systems, from docs/results/."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "results"


def stored(name: str) -> Any:
    """What docs/results/ holds under this name."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def table(*rows: tuple[str, ...]) -> list[str]:
    """The lines of a Markdown table; the first row is its head."""
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return [lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]]


def by_data(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows of each data set, by its name."""
    names = sorted({row["data"] for row in rows})
    return [[row for row in rows if row["data"] == name] for name in names]


def refinement() -> str:
    """What the CRF does to trained weights, as scripts/measure_crf.py measured."""
    found = stored("crf")
    head = ("weights", "boundary IoU before", "after", "mIoU before", "after")
    rows = [
        (
            row["weights"],
            *(f"{row[when]['mean_boundary_iou']:.3f}" for when in ("before", "after")),
            *(f"{row[when]['miou']:.3f}" for when in ("before", "after")),
        )
        for row in found["rows"]
    ]
    return "\n".join([f"`--refine {found['refine']}` on {found['data']}:", "", *table(head, *rows)])


def story() -> str:
    """From R-CNN to YOLO in seconds, as `maskloop bench story --json` measured them in one run."""
    found = stored("story")
    seconds = {row["id"].removeprefix("story."): row["value"] for row in found["rows"]}
    rows = [("system", "seconds", "of it proposals", "of it network", "times YOLO's")]
    for total in (name for name in seconds if ".total" in name):
        name = total.split(".")[0]
        note = " (scaled up)" if "_from_" in total else ""
        parts = (
            seconds[total],
            seconds[f"{name}.proposals"],
            next(v for k, v in seconds.items() if k.startswith(f"{name}.network")),
            next(v for k, v in seconds.items() if k.startswith(f"{name}.times_")),
        )
        rows.append((name + note, *(f"{value:.3g}" for value in parts)))
    machine = found["machine"]
    where = f"One picture of 600x400 on {machine['processor']}, {machine['cores']} cores, one run:"
    return "\n".join([where, "", *table(*rows)])


def clicks() -> str:
    """Outlines by clicks, by data, the fewest clicks first, as scripts/measure_clicks.py
    measured."""
    found = stored("clicks")
    head = ("system", *(f"clicks to IoU 0.{end}" for end in ("80", "85", "90")))
    head += ("IoU after 1 click", "after 3", "after 5", "from a box")
    lines = []
    for rows in by_data(found["rows"]):
        best_first = sorted(rows, key=lambda row: row["noc85"])
        cells = [
            (
                row["system"] if row["weights"] is None else f"`{row['weights']}`",
                *(f"{row[key]:.2f}" for key in ("noc80", "noc85", "noc90")),
                *(f"{row[key]:.3f}" for key in ("iou_1", "iou_3", "iou_5", "iou_box")),
            )
            for row in best_first
        ]
        first = rows[0]
        asked = f"{first['objects']} of {first['objects_in_list']} objects asked for"
        lines += [f"**{first['data']}**, {asked}:", "", *table(head, *cells), ""]
    return "\n".join(lines).rstrip()


def recall() -> str:
    """How many objects selective search meets, as scripts/measure_recall.py measured."""
    found = stored("proposals")
    counts = ("100", "500", "1000", "2000")
    head = ("mode", "groupings", "recall at 100", "at 500", "at 1000", "at 2000 boxes")
    rows = [
        (
            mode,
            str(row["groupings"]),
            *(f"{row['recall'][count]:.3f}" for count in counts),
            f"{row['mean_best_overlap']['2000']:.3f}",
            f"{row['cpu_seconds']:.2f}",
        )
        for mode, row in found["modes"].items()
    ]
    where = (
        f"{found['data']} ({found['pictures']} pictures, {found['objects']} objects), boxes at an "
        "overlap of 0.5 or more:"
    )
    ends = ("mean best overlap", "CPU seconds a picture")
    return "\n".join([where, "", *table((*head, *ends), *rows)])
