"""Measures what a refinement does to trained weights: the scores of a list before and after.

    python scripts/measure_crf.py LIST "what the list is" REFINE "how chosen" WEIGHTS...

REFINE is what `maskloop evaluate --refine` takes, its numbers chosen before, on validation
pictures. The test list is read here, once. Writes docs/results/crf.json.
"""

import sys
from pathlib import Path
from typing import Any

from engine import devices, plain_json
from engine.commands.refine_option import set_refine
from engine.evaluation.evaluate import evaluate
from engine.files import write_text
from engine.pipeline.pipeline import Pipeline
from engine.weights.load import load

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "results"
KEPT = ("mean_boundary_iou", "boundary_iou", "miou", "mean_accuracy", "pixel_accuracy")


def main() -> None:
    """Score every weights file with and without, and write the table."""
    path, what, refine, chosen, *names = sys.argv[1:]
    rows = [row(name, Path(path), refine) for name in names]
    target = RESULTS / "crf.json"
    report = {
        "data": what,
        "refine": refine,
        "chosen_on": chosen,
        "hardware": devices.best().name,
        "again": f'python scripts/measure_crf.py LIST "{what}" {refine} "{chosen}" WEIGHTS...',
        "rows": rows,
    }
    write_text(target, plain_json.dumps(report, indent=1) + "\n")


def row(name: str, path: Path, refine: str) -> dict[str, Any]:
    """The scores of one weights file."""
    weights = load(name)
    pipeline = Pipeline(weights)
    before = evaluate(pipeline, path).metrics
    set_refine(pipeline, refine)
    after = evaluate(pipeline, path).metrics
    result = {
        "weights": weights.name,
        "model": weights.card.model,
        "options": dict(weights.card.options),
        "input_hw": list(weights.card.preprocessing.size_hw),
        "images": before["images"],
        "before": {key: before[key] for key in KEPT},
        "after": {key: after[key] for key in KEPT},
    }
    change = after["mean_boundary_iou"] - before["mean_boundary_iou"]
    print(
        f"{weights.name}: boundary IoU {before['mean_boundary_iou']:.4f} {change:+.4f}", flush=True
    )
    return result


if __name__ == "__main__":
    main()
