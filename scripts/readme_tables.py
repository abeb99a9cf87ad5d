"""Fills the README's tables: what the weights' cards say, and what was measured here.

python scripts/readme_tables.py                      the results, from resources/results/
python scripts/readme_tables.py --models             also the bundled weights, with their rates
python scripts/readme_tables.py --bench bench.json   also the output of maskloop bench --json
"""

import argparse
import json
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OLDER = "AVX2"
OLDER_TEXT = f"""Rates marked {OLDER} are of a machine without AVX-512 and bfloat16: there the
bundled `cells-yolo_v3_tiny` runs at 20 frames a second instead of 31."""
METRICS = ("miou", "pixel_accuracy", "ap50", "ap")


def models_table() -> str:
    """A row for each bundled file."""
    from engine.weights.card import read_card
    from engine.weights.library import bundled

    lines = [
        "| weights | model | finds | measured on | result | CPU frames/s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    device = ""
    for path in bundled():
        card = read_card(path)
        rate, device = _rate(path)
        labels = [label.name for label in card.labels if label.name != "background"]
        finds = ", ".join(labels) if len(labels) < 5 else f"{len(labels)} everyday objects"
        cells = (f"`{path.stem}`", card.model, finds, _measured_on(card), _result(card), rate)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"Rates on {device}, one 640x480 picture at a time."])


def _measured_on(card: Any) -> str:
    return str(card.metrics.get("measured_on", card.data))


def _result(card: Any) -> str:
    """With one object label, how well each picture's object is met; else the field's means."""
    from engine.metric_names import metric_name

    metrics, objects = card.metrics, [x.name for x in card.labels if x.name != "background"]
    per_image = metrics.get("mean_image_iou")
    if per_image and len(objects) == 1:
        return f"mean IoU per picture {per_image[objects[0]]:.3f}, mIoU {metrics['miou']:.3f}"
    found = [key for key in METRICS if metrics.get(key) is not None]
    return ", ".join(f"{metric_name(key)} {metrics[key]:.3f}" for key in found)


def _rate(path: Path) -> tuple[str, str]:
    """Frames a second, preprocessing and decoding included, and where."""
    import numpy as np

    from engine.pipeline.pipeline import Pipeline
    from engine.values import Frame, FrameId
    from engine.weights.load import load

    pipeline = Pipeline(load(path), device="cpu")
    pixels = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    frame = Frame(FrameId("picture"), pixels)
    pipeline.warm_up()
    seconds = []
    for _ in range(30):
        start = time.perf_counter()
        pipeline.predict(frame)
        seconds.append(time.perf_counter() - start)
    return f"{1 / statistics.median(seconds):.0f}", pipeline.device_text


def bench_table(path: Path) -> str:
    """The measured rows that have a rival or a budget."""
    found = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        "| what | here | budget | rival | rival's | ratio |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in found["rows"]:
        if row["budget"] is None and row["rival_value"] is None:
            continue
        cells = (
            row["id"],
            f"{row['value']:g} {row['unit']}".strip(),
            _text(row["budget"]),
            row["rival"],
            _text(row["rival_value"]),
            "" if row["ratio"] is None else f"{row['ratio']:.1f}x",
        )
        lines.append(f"| {' | '.join(cells)} |")
    machine = found["machine"]
    return "\n".join(
        [
            "`maskloop bench` measures on your machine what we promise, against a named rival",
            f"where there is one. On {machine['processor']}, {machine['cores']} cores, no display:",
            "",
            *lines,
        ]
    )


def results_table() -> str:
    """The segmentation systems, ours by data, then what was published on the same test list."""
    path = ROOT / "resources" / "results" / "segmentation.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    lines = []
    for data in sorted({row["data"] for row in found["rows"]}, reverse=True):
        rows = [row for row in found["rows"] if row["data"] == data]
        lines += [_heading(rows), "", *_rows_of(rows), ""]
    lines += [
        "Published on CamVid's test list (" + found["published"][0]["source"] + "):",
        "",
        "| system | pixel accuracy | mean accuracy | mIoU |",
        "| --- | --- | --- | --- |",
    ]
    for row in found["published"]:
        lines.append(f"| {row['system']} | {_three(row)} |")
    return "\n".join(lines)


def detection_table() -> str:
    """The systems that find objects, by data, the best first."""
    path = ROOT / "resources" / "results" / "detection.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    lines: list[str] = []
    for data in sorted({row["data"] for row in found["rows"]}):
        rows = [row for row in found["rows"] if row["data"] == data]
        lines += [_heading(rows), "", *_objects_of(rows), ""]
    if any(OLDER in row.get("fps_on", "") for row in found["rows"]):
        lines += [OLDER_TEXT, ""]
    return "\n".join([*lines, *_story(), "", *_recall()]).rstrip()


def _recall() -> list[str]:
    """How many objects selective search meets, as scripts/measure_recall.py measured."""
    path = ROOT / "resources" / "results" / "proposals.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        f"**Selective search** on {found['data']} ({found['pictures']} pictures, "
        f"{found['objects']} objects), boxes at an overlap of 0.5 or more:",
        "",
        "| mode | groupings | recall at 100 | at 500 | at 1000 | at 2000 boxes "
        "| mean best overlap | CPU seconds a picture |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for mode, row in found["modes"].items():
        recall = " | ".join(f"{row['recall'][n]:.3f}" for n in ("100", "500", "1000", "2000"))
        overlap = f"{row['mean_best_overlap']['2000']:.3f}"
        lines.append(
            f"| {mode} | {row['groupings']} | {recall} | {overlap} | {row['cpu_seconds']:.2f} |"
        )
    return lines


def _story() -> list[str]:
    """From R-CNN to YOLO in seconds, as `maskloop bench story --json` measured them in one run."""
    path = ROOT / "resources" / "results" / "story.json"
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    seconds = {row["id"].removeprefix("story."): row["value"] for row in found["rows"]}
    totals = [name for name in seconds if ".total" in name]
    machine = found["machine"]
    lines = [
        "**The story in seconds a picture**: `maskloop bench story`, every network at its paper's",
        f"size, in one run on {machine['processor']}, {machine['cores']} cores, one picture of "
        "600x400:",
        "",
        "| system | seconds | of it proposals | of it network | times YOLO's |",
        "| --- | --- | --- | --- | --- |",
    ]
    for total in totals:
        name = total.split(".")[0]
        network = next(v for k, v in seconds.items() if k.startswith(f"{name}.network"))
        ratio = next(v for k, v in seconds.items() if k.startswith(f"{name}.times_"))
        note = " (scaled up)" if "_from_" in total else ""
        cells = (
            f"{name}{note}",
            f"{seconds[total]:.3g}",
            f"{seconds[f'{name}.proposals']:.3g}",
            f"{network:.3g}",
            f"{ratio:.3g}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return [
        *lines,
        "",
        "SPPnet has AlexNet's layers, as its paper; Fast R-CNN runs VGG16's dense layers on 2000",
        "proposals, Faster R-CNN on 300 of its own.",
    ]


def _objects_of(rows: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| system | parameters | size | epochs | minutes | AP | AP50 | AP75 | frames/s | config |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in sorted(rows, key=lambda r: -r["ap50"]):
        scores = " | ".join(f"{row[key]:.3f}" for key in ("ap", "ap50", "ap75"))
        cells = (*_system(row), str(row["epochs"]), f"{row['minutes']:g}", scores, *_end(row))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _system(row: dict[str, Any]) -> tuple[str, str, str]:
    """What was trained: model and options, parameters, size."""
    notes = [f"{key} {value}" for key, value in row["options"].items() if not _is_fitted(key)]
    if row["warm_start"]:
        notes.append(f"begun with {row['warm_start']}")
    system = row["model"] + (f" ({', '.join(notes)})" if notes else "")
    size = "x".join(str(side) for side in row["size_hw"])
    return system, f"{row['parameters'] / 1e6:.2f} M", size


def _is_fitted(option: str) -> bool:
    """Anchors come from the data, not from a person's choice."""
    return option in ("anchors", "anchor_sides")


def _end(row: dict[str, Any]) -> tuple[str, str]:
    rate = f"{row['fps']:g} ({_rated_on(row)})" if "fps" in row else ""
    return rate, f"[{row['name']}]({row['config']})"


def _rated_on(row: dict[str, Any]) -> str:
    """The backend; also the machine's instructions, where those are not the usual ones."""
    parts = row["fps_on"].split(", ")
    return ", ".join([parts[0], *(part for part in parts if part == OLDER)])


def _heading(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    return (
        f"**{first['data']}**, scored once on {first['test_pictures']} test pictures, "
        f"trained on {first['trained_on']}:"
    )


def _rows_of(rows: list[dict[str, Any]]) -> list[str]:
    """Best first."""
    lines = [
        "| system | parameters | size | epochs | pixel accuracy | mean accuracy | mIoU "
        "| frames/s | config |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in sorted(rows, key=lambda r: -r["miou"]):
        cells = (*_system(row), str(row["epochs"]), _three(row), *_end(row))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _three(row: dict[str, Any]) -> str:
    return " | ".join(f"{row[key]:.3f}" for key in ("pixel_accuracy", "mean_accuracy", "miou"))


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def replace(text: str, name: str, table: str) -> str:
    """The text with what stands between the two marks of this name replaced."""
    pattern = rf"(<!-- {name} TABLE:[^>]*-->\n).*?(\n<!-- END OF {name} TABLE -->)"
    changed, count = re.subn(pattern, lambda m: f"{m[1]}\n{table}\n{m[2]}", text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"The README has no marks for {name}.")
    return changed


def main() -> None:
    """Fill in what is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", action="store_true", help="measure the bundled weights' rates")
    parser.add_argument("--bench", type=Path, help="what `maskloop bench --json` printed")
    options = parser.parse_args()
    readme = ROOT / "README.md"
    text = replace(readme.read_text(encoding="utf-8"), "RESULTS", results_table())
    text = replace(text, "DETECTION", detection_table())
    if options.models:
        text = replace(text, "MODELS", models_table())
    if options.bench:
        text = replace(text, "BENCH", bench_table(options.bench))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
