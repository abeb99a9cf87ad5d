"""Makes resources/results/segmentation.json from the Runs of configs/results/.

python scripts/results.py test RUNS [NAME...]   score the weights of these Runs on their test lists
python scripts/results.py rates RUNS            measure the frame rate of every row on this machine

RUNS is the folder the configs write to (runs/). A row that has been tested is never tested again:
the test list is read once, after the validation list has chosen the epoch.
"""

import csv
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TABLE = ROOT / "resources" / "results" / "segmentation.json"
CONFIGS = ROOT / "configs" / "results"
SECONDS = 3.0


def load_table() -> dict[str, Any]:
    """The table as it is, or an empty one."""
    if not TABLE.exists():
        return {"published": [], "rows": []}
    table: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def save_table(table: dict[str, Any]) -> None:
    """Rows in the order of their names, so that a change shows as one."""
    from engine.files import write_text

    table["rows"].sort(key=lambda row: row["name"])
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    write_text(TABLE, json.dumps(table, indent=1, ensure_ascii=False) + "\n")


def load_run(name: str, runs: Path) -> tuple[Any, Any]:
    """The config of a row and the Weights it gave."""
    from engine.training.config import read_config
    from engine.weights.weights import load

    config = read_config(CONFIGS / f"{name}.yaml")
    return config, load(runs / name / "weights" / f"{config.name}.safetensors")


def make_row(name: str, runs: Path) -> dict[str, Any]:
    """Test one Run's weights and say how they came about."""
    from engine.bench.clock import machine
    from engine.evaluation.evaluate import evaluate
    from engine.pipeline.pipeline import Pipeline

    config, weights = load_run(name, runs)
    test_list = runs / config.data.train.resolve().relative_to(ROOT / "runs").with_name("test.txt")
    metrics = evaluate(Pipeline(weights, device="cpu"), test_list).metrics
    with (runs / name / "metrics.csv").open(encoding="utf-8") as file:
        epochs = list(csv.DictReader(file))
    objects = [x for x in metrics["mean_image_iou"] if x != "background"]
    return {
        "name": name,
        "model": config.model,
        "options": dict(weights.card.options),
        "data": weights.card.data,
        "test_pictures": metrics["images"],
        "size_hw": list(weights.card.preprocessing.size_hw),
        "epochs": len(epochs),
        "seed": config.seed,
        "warm_start": weights.card.parent,
        "trained_on": f"one core of {machine()['processor']}, shared with other work",
        "minutes": round(sum(float(row["seconds"]) for row in epochs) / 60, 1),
        "parameters": sum(p.numel() for p in weights.module.parameters()),
        "pixel_accuracy": round(metrics["pixel_accuracy"], 4),
        "mean_accuracy": round(metrics["mean_accuracy"], 4),
        "miou": round(metrics["miou"], 4),
        "mean_image_iou": round(metrics["mean_image_iou"][objects[0]], 4)
        if len(objects) == 1
        else None,
        "config": f"configs/results/{name}.yaml",
    }


def measure_rate(name: str, runs: Path) -> dict[str, Any]:
    """Frames a second of the whole Pipeline at the row's input size, one picture at a time."""
    import numpy as np

    from engine.pipeline.pipeline import Pipeline
    from engine.values import Frame, FrameId

    _, weights = load_run(name, runs)
    pipeline = Pipeline(weights, device="cpu")
    pipeline.warm_up()
    shape = (*weights.card.preprocessing.size_hw, 3)
    pixels = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    frame = Frame(FrameId("picture"), pixels)
    seconds: list[float] = []
    while sum(seconds) < SECONDS or len(seconds) < 5:
        start = time.perf_counter()
        pipeline.predict(frame)
        seconds.append(time.perf_counter() - start)
    return {
        "fps": round(1 / statistics.median(seconds), 1),
        "fps_on": f"{pipeline.backend_name}, {pipeline.device_text}",
    }


def main() -> None:
    """Test the Runs named, or all that are there; or measure the rates."""
    what, runs, names = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3:]
    table = load_table()
    if what == "rates":
        for row in table["rows"]:
            row |= measure_rate(row["name"], runs)
            print(row["name"], row["fps"], row["fps_on"])
        save_table(table)
        return
    done = {row["name"] for row in table["rows"]}
    for name in names or sorted(path.stem for path in CONFIGS.glob("*.yaml")):
        if name in done or not (runs / name / "weights").is_dir():
            print(f"{name}: {'tested before' if name in done else 'not trained yet'}")
            continue
        table["rows"].append(make_row(name, runs))
        print(name, table["rows"][-1]["miou"])
        save_table(table)


if __name__ == "__main__":
    main()
