"""Makes the tables of docs/results/ from the Runs of configs/results/.

python scripts/results.py test RUNS [NAME...]   score the weights of these Runs on their test lists
python scripts/results.py rates RUNS            measure the frame rate of every row on this machine

RUNS is the folder the configs write to (runs/). Semantic models go to segmentation.json, all that
find objects to detection.json. A row that has been tested is never tested again:
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
RESULTS = ROOT / "docs" / "results"
CONFIGS = ROOT / "configs" / "results"
SECONDS = 3.0
SEMANTIC = ("pixel_accuracy", "mean_accuracy", "miou")
OBJECTS = ("ap", "ap50", "ap75")


class Table:
    """The rows of one file, kept in the order of their names, so that a change shows as one."""

    def __init__(self, name: str) -> None:
        self._path = RESULTS / f"{name}.json"
        self.content: dict[str, Any] = {"published": [], "rows": []}
        if self._path.exists():
            self.content = json.loads(self._path.read_text(encoding="utf-8"))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One for each Run."""
        rows: list[dict[str, Any]] = self.content["rows"]
        return rows

    def save(self) -> None:
        """Write the file."""
        from engine.files import write_text

        self.rows.sort(key=lambda row: row["name"])
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_text(self._path, json.dumps(self.content, indent=1, ensure_ascii=False) + "\n")


def load_run(name: str, runs: Path) -> tuple[Any, Any]:
    """The config of a row and the Weights it gave."""
    from engine.training.config import read_config
    from engine.weights.load import load

    config = read_config(CONFIGS / f"{name}.yaml")
    return config, load(runs / name / "weights" / f"{config.name}.safetensors")


def list_beside(config: Any, runs: Path, split: str) -> Path:
    """Another list of the data a config trains on."""
    folder = config.data.train.resolve().relative_to(ROOT / "runs").parent
    return runs / folder / f"{split}.txt"


def make_row(name: str, runs: Path) -> dict[str, Any]:
    """Test one Run's weights and say how they came about."""
    from engine.bench.clock import machine
    from engine.evaluation.evaluate import evaluate
    from engine.pipeline.pipeline import Pipeline

    config, weights = load_run(name, runs)
    test_list = list_beside(config, runs, "test")
    metrics = evaluate(Pipeline(weights, device="cpu"), test_list).metrics
    with (runs / name / "metrics.csv").open(encoding="utf-8") as file:
        epochs = list(csv.DictReader(file))
    return {
        "name": name,
        "model": config.model,
        "options": dict(weights.card.options),
        "data": weights.card.data,
        "test_pictures": metrics["images"],
        "size_hw": list(weights.card.preprocessing.size_hw),
        "epochs": len(epochs),
        "seed": config.seed,
        "warm_start": weights.card.began_with,
        "trained_on": f"one core of {machine()['processor']}, shared with other work",
        "minutes": round(sum(float(row["seconds"]) for row in epochs) / 60, 1),
        "parameters": sum(p.numel() for p in weights.module.parameters()),
        **_scores(metrics),
        "config": f"configs/results/{name}.yaml",
    }


def _scores(metrics: dict[str, Any]) -> dict[str, Any]:
    """What a row says of the test list."""
    if "miou" not in metrics:
        per_label = {k: round(v["ap50"] or 0.0, 4) for k, v in metrics["per_label"].items()}
        return {**{k: round(metrics[k], 4) for k in OBJECTS}, "ap50_per_label": per_label}
    objects = [x for x in metrics["mean_image_iou"] if x != "background"]
    only = round(metrics["mean_image_iou"][objects[0]], 4) if len(objects) == 1 else None
    return {**{k: round(metrics[k], 4) for k in SEMANTIC}, "mean_image_iou": only}


def measure_rate(name: str, runs: Path) -> dict[str, Any]:
    """Frames a second of the whole Pipeline on a validation picture, one at a time."""
    import torch

    from engine.formats.txt_list import read_list
    from engine.pipeline.pipeline import Pipeline
    from engine.sources.picture import read_picture
    from engine.values import Frame, FrameId

    config, weights = load_run(name, runs)
    pipeline = Pipeline(weights, device="cpu")
    pipeline.warm_up()
    pixels = read_picture(read_list(list_beside(config, runs, "val")).entries[0].image)
    frame = Frame(FrameId("picture"), pixels)
    seconds: list[float] = []
    while sum(seconds) < SECONDS or len(seconds) < (5 if sum(seconds) < 20 else 2):
        start = time.perf_counter()
        pipeline.predict(frame)
        seconds.append(time.perf_counter() - start)
    instructions = torch.backends.cpu.get_cpu_capability()
    return {
        "fps": float(f"{1 / statistics.median(seconds):.3g}"),
        "fps_on": f"{pipeline.backend_name}, {pipeline.device_text}, {instructions}",
    }


def table_of(name: str) -> Table:
    """Where the row of this config belongs."""
    from engine.training.config import read_config
    from engine.weights.build import spec_of
    from models.task import Task

    task = spec_of(read_config(CONFIGS / f"{name}.yaml").model).task
    return Table("segmentation" if task is Task.SEMANTIC else "detection")


def main() -> None:
    """Test the Runs named, or all that are there; or measure the rates of these or all rows."""
    what, runs, names = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3:]
    for name in names or sorted(path.stem for path in CONFIGS.glob("*.yaml")):
        table = table_of(name)
        row = next((row for row in table.rows if row["name"] == name), None)
        if what == "rates" and row is not None:
            row |= measure_rate(name, runs)
            print(name, row["fps"], row["fps_on"])
        elif what == "rates" or row is not None:
            print(f"{name}: {'not tested yet' if row is None else 'tested before'}")
            continue
        elif not (runs / name / "weights").is_dir():
            print(f"{name}: not trained yet")
            continue
        else:
            table.rows.append(make_row(name, runs))
            print(name, _told(table.rows[-1]))
        table.save()


def _told(row: dict[str, Any]) -> str:
    return ", ".join(f"{key} {row[key]}" for key in (*SEMANTIC, *OBJECTS) if key in row)


if __name__ == "__main__":
    main()
