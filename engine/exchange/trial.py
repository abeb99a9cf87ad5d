"""Tries a draft on a picture before it is saved, and says in words what came of it."""

import numpy as np

from engine.exchange.add import weights_of
from engine.exchange.probe import Draft
from engine.exchange.runner import Runner, TrialBackend
from engine.pipeline.pipeline import Pipeline
from engine.values import Prediction
from engine.words import counted

MOST_NAMED = 4


def trial(runner: Runner, draft: Draft) -> Pipeline:
    """A Pipeline of the network under a draft; the runner stays compiled for the next one."""
    weights = weights_of(runner.brought, draft)
    return Pipeline(weights, use=TrialBackend(runner, weights))


def told(prediction: Prediction) -> str:
    """What a Prediction says, in one line."""
    names = {label.id: label.name for label in prediction.labels}
    if prediction.ranking:
        best = prediction.ranking[:3]
        return ", ".join(f"{names[label]} {100 * chance:.0f} %" for label, chance in best)
    if prediction.label_map is not None:
        ids, counts = np.unique(prediction.label_map.ids, return_counts=True)
        total = int(counts.sum())
        shares = sorted(zip(counts.tolist(), ids.tolist(), strict=True), reverse=True)
        texts = [f"{names.get(i, str(i))} {100 * n / total:.0f} %" for n, i in shares]
        return ", ".join(texts[:MOST_NAMED])
    found = prediction.detections
    if not found:
        return "no object"
    best_names = [f"{names[d.label_id]} {d.score:.2f}" for d in found[:MOST_NAMED]]
    more = ", …" if len(found) > MOST_NAMED else ""
    return f"{counted(len(found), 'object')}: {', '.join(best_names)}{more}"
