"""Puts the weights of a Run into the program, with their test scores on the card.

    python scripts/bundle_weights.py WEIGHTS TEST_LIST "what the test list is" [HEIGHT WIDTH]

The test list is read here, once, after all choices were made on the validation list. One of them is
the size at which the network sees pictures: augmentation that enlarges shows it larger objects in
training than pictures hold, which a larger size makes up for (Touvron et al.: Fixing the train-test
resolution discrepancy, NeurIPS 2019).
"""

import sys
from dataclasses import replace
from pathlib import Path

import resources
from engine import devices
from engine.evaluation.evaluate import evaluate, judged
from engine.jobs import CancelToken, no_progress
from engine.weights.load import load, tensors_of
from engine.weights.weights import save


def main() -> None:
    """Score, write the card, save."""
    path, test_list, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    weights = load(path)
    if sys.argv[4:]:
        height, width = map(int, sys.argv[4:6])
        seen = replace(weights.card.preprocessing, size_hw=(height, width))
        weights = replace(weights, card=replace(weights.card, preprocessing=seen))
    pipeline = judged(weights)
    scores = evaluate(pipeline, test_list, progress=no_progress, cancel=CancelToken()).metrics
    metrics = {
        **scores,
        "measured_on": f"{what}, {scores['images']} pictures",
        "hardware": f"{devices.best().name} ({pipeline.backend_name})",
        "chosen_by": weights.card.metrics,
    }
    target = resources.path("weights") / path.name
    save(target, tensors_of(path), replace(weights.card, metrics=metrics))
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB, {scores}")


if __name__ == "__main__":
    main()
