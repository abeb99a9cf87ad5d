"""A Prediction as `--json` tells it: what was seen, without the pixels of it."""

import os
from typing import Any

import numpy as np

from engine.counters import WORDS
from engine.regions.masks import box_of
from engine.values import LabelMap, Prediction


def as_told(prediction: Prediction) -> dict[str, Any]:
    """Path and index; objects with label, score, xyxy box and track; of a label map each label's
    share of the pixels; of a classifier each label's probability; and what was counted so far."""
    names = {label.id: label.name for label in prediction.labels}
    frame_id = prediction.frame_id
    told: dict[str, Any] = {"path": os.path.abspath(frame_id.path), "index": frame_id.index}
    if prediction.label_map is not None:
        shares = _shares(prediction.label_map).items()
        told["shares"] = {names.get(i, str(i)): round(share, 6) for i, share in shares}
    if prediction.ranking:
        told["ranking"] = {names[i]: round(score, 6) for i, score in prediction.ranking}
    if prediction.label_map is None and not prediction.ranking:
        told["detections"] = [
            {
                "label": names[each.label_id],
                "score": round(each.score, 6),
                "xyxy": [round(float(side), 3) for side in box_of(each.region).xyxy],
                **({} if each.track is None else {"track": each.track}),
            }
            for each in prediction.detections
        ]
    if prediction.tallies:
        told["counts"] = counts_told(prediction)
    return told


def counts_told(prediction: Prediction) -> list[dict[str, Any]]:
    """Of each line how many went over it either way, of each zone how many are inside and have come
    in, by label."""
    names = {label.id: label.name for label in prediction.labels}
    return [
        {
            "name": tally.counter.name,
            **{
                word: {names[row[0]]: row[1 + place] for row in tally.rows}
                for place, word in enumerate(WORDS[tally.counter.is_zone])
            },
        }
        for tally in prediction.tallies
    ]


def _shares(label_map: LabelMap) -> dict[int, float]:
    """The share of the pixels of every label that there is."""
    ids, counts = np.unique(label_map.ids, return_counts=True)
    return dict(zip(ids.tolist(), (counts / label_map.ids.size).tolist(), strict=True))
