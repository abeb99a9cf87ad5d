"""Writes the tables of docs/results.md and the README from docs/results/ and the weights' cards.

python scripts/results_page.py            what was stored; tests/scripts checks that this was done
python scripts/results_page.py --rates    first measure the bundled weights' frame rates here
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.result_tables import (  # noqa: E402
    RESULTS,
    by_data,
    clicks,
    recall,
    refinement,
    stored,
    story,
    table,
)

RATES = RESULTS / "bundled_rates.json"
OLDER = "AVX2"
OLDER_TEXT = f"""Rates marked {OLDER} are of a machine without AVX-512 and bfloat16: there a
YOLOv3-tiny at 320x416 runs at 20 frames a second instead of 31."""
METRICS = ("miou", "pixel_accuracy", "ap50", "ap", "iou_1", "iou_3", "iou_box")


# The bundled weights


def bundled_table() -> str:
    """A row for each bundled file: its card, and its rate as measured last."""
    from engine.weights.card import read_card
    from engine.weights.library import bundled
    from models.task import Task

    measured = stored(RATES.stem)
    rows = [("weights", "model", "finds", "measured on", "result", "CPU frames/s")]
    for path in bundled():
        card = read_card(path)
        learnt = [label.name for label in card.labels if label.name not in card.not_learnt]
        labels = [name for name in learnt if name != "background"]
        finds = ", ".join(labels) if len(labels) < 5 else f"{len(labels)} everyday objects"
        finds = "what is clicked on" if card.task is Task.CLICK else finds
        data = str(card.metrics.get("measured_on", card.data))
        rate = str(measured["frames_a_second"][path.stem])
        rows.append((f"`{path.stem}`", card.model, finds, data, _result(card), rate))
    where = f"Rates on {measured['device']}, one 640x480 picture at a time."
    return "\n".join([*table(*rows), "", where])


def _result(card: Any) -> str:
    """With one object label, how well each picture's object is met; else the field's means."""
    from engine.metric_names import metric_name

    metrics, objects = card.metrics, [x.name for x in card.labels if x.name != "background"]
    per_image = metrics.get("mean_image_iou")
    if per_image and len(objects) == 1:
        return f"mean IoU per picture {per_image[objects[0]]:.3f}, mIoU {metrics['miou']:.3f}"
    found = [key for key in METRICS if metrics.get(key) is not None]
    return ", ".join(f"{metric_name(key)} {metrics[key]:.3f}" for key in found)


def measure_rates() -> None:
    """Store what the bundled weights reach on this machine."""
    from engine.files import write_text
    from engine.weights.library import bundled

    measured = {path.stem: rate(path) for path in bundled()}
    parts = {text.rpartition(", ")[::2] for _, text in measured.values()}
    (place,) = {place for place, _ in parts}
    device = f"{place}, {' or '.join(sorted(precision for _, precision in parts))}"
    content = {"device": device, "frames_a_second": {k: fps for k, (fps, _) in measured.items()}}
    write_text(RATES, json.dumps(content, indent=1) + "\n")


def rate(path: Path) -> tuple[int, str]:
    """Frames a second, preprocessing and decoding included, and where; who is asked by clicks
    sees a frame and answers one."""
    import numpy as np

    from engine.bench.clock import median_ms
    from engine.click.asking import Asker
    from engine.click.question import Click, Question
    from engine.evaluation.evaluate import judged
    from engine.values import Frame, FrameId
    from engine.weights.load import load

    pipeline = judged(load(path), device="cpu")
    pixels = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    frame, question = Frame(FrameId("picture"), pixels), Question((Click(320, 240),))

    def run() -> None:
        if isinstance(pipeline, Asker):
            pipeline.answer(pipeline.see(pixels), question)
        else:
            pipeline.predict(frame)

    return round(1000 / median_ms(run, at_least=30)), pipeline.device_text


# The systems


def segmentation() -> str:
    """The systems that label every pixel, by data, then what was published on the same list."""
    found = stored("segmentation")
    published = [("system", "pixel accuracy", "mean accuracy", "mIoU")]
    published += [(row["system"], *_semantic(row)) for row in found["published"]]
    head = ("system", "parameters", "size", "epochs", "pixel accuracy", "mean accuracy", "mIoU")
    lines = []
    for rows in reversed(by_data(found["rows"])):
        best_first = sorted(rows, key=lambda row: -row["miou"])
        cells = [(*_system(row), str(row["epochs"]), *_semantic(row)) for row in best_first]
        lines += [*_systems_table(head, best_first, cells), ""]
    source = found["published"][0]["source"]
    return "\n".join(
        [*lines, f"Published on CamVid's test list ({source}):", "", *table(*published)]
    )


def detection() -> str:
    """The systems that find objects, by data, the best first."""
    found = stored("detection")["rows"]
    head = ("system", "parameters", "size", "epochs", "minutes", "AP", "AP50", "AP75")
    lines = []
    for rows in by_data(found):
        best_first = sorted(rows, key=lambda row: -row["ap50"])
        cells = [
            (*_system(row), str(row["epochs"]), f"{row['minutes']:g}", *_objects(row))
            for row in best_first
        ]
        lines += [*_systems_table(head, best_first, cells), ""]
    if any(OLDER in row.get("fps_on", "") for row in found):
        lines.append(OLDER_TEXT)
    return "\n".join(lines).rstrip()


def _systems_table(
    head: tuple[str, ...], rows: list[dict[str, Any]], cells: list[tuple[str, ...]]
) -> list[str]:
    """The table of one data set; its last columns are the rate and the config."""
    first = rows[0]
    where = _where_trained(rows)
    ends = [(_rate_of(row), f"[{row['name']}](../{row['config']})") for row in rows]
    return [
        f"**{first['data']}**, scored once on {first['test_pictures']} test pictures, "
        f"trained on {where}:",
        "",
        *table(
            (*head, "frames/s", "config"),
            *((*row, *end) for row, end in zip(cells, ends, strict=True)),
        ),
    ]


def _where_trained(rows: list[dict[str, Any]]) -> str:
    """The machine of most rows, and the rows that were trained on another one."""
    usual, *others = Counter(row["trained_on"] for row in rows).most_common()
    beside = (
        f"{', '.join(row['model'] for row in rows if row['trained_on'] == other)} on {other}"
        for other, _ in others
    )
    return "; ".join((usual[0], *beside))


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


def _rate_of(row: dict[str, Any]) -> str:
    """With the backend; also the machine's instructions, where those are not the usual ones."""
    if "fps" not in row:
        return ""
    backend, *rest = row["fps_on"].split(", ")
    return f"{row['fps']:g} ({', '.join([backend, *(part for part in rest if part == OLDER)])})"


def _semantic(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{row[key]:.3f}" for key in ("pixel_accuracy", "mean_accuracy", "miou"))


def _objects(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{row[key]:.3f}" for key in ("ap", "ap50", "ap75"))


TABLES: dict[Path, dict[str, Callable[[], str]]] = {
    ROOT / "README.md": {"bundled weights": bundled_table},
    ROOT / "docs" / "results.md": {
        "segmentation": segmentation,
        "detection": detection,
        "refinement": refinement,
        "story": story,
        "selective search": recall,
        "clicks": clicks,
    },
}
"""The pages, and what stands between which marks of each."""


def filled(page: Path) -> str:
    """The page's text with every table as it should be now."""
    text = page.read_text(encoding="utf-8")
    for name, make in TABLES[page].items():
        text = replace(text, name, make())
    return text


def replace(text: str, name: str, made: str) -> str:
    """The text with what stands between the two marks of this name replaced."""
    begin, end = (f"<!-- {word} {name} -->" for word in ("table:", "end of"))
    before, found, rest = text.partition(f"{begin}\n")
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"The page has no marks for {name}.")
    return f"{before}{begin}\n\n{made}\n\n{end}{after}"


def main() -> None:
    """Write both pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", action="store_true", help="measure the bundled weights' rates")
    if parser.parse_args().rates:
        measure_rates()
    for page in TABLES:
        page.write_text(filled(page), encoding="utf-8")


if __name__ == "__main__":
    main()
