"""Measures what selective search finds: how many of a list's objects its first boxes meet.

    python scripts/measure_recall.py LIST "what the list is" [EVERY ["what else the machine did"]]

An object is found at an overlap (IoU) of 0.5. EVERY 6 takes the list's pictures 1, 7, 13 and so
on. They are searched one after another, without the cache. `seconds` are those on the clock, and
grow with what else runs; `cpu_seconds` are the work itself.
Writes docs/results/proposals.json.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torchvision.ops import box_iou

from engine import devices, plain_json
from engine.datasets.truth import TruthList, open_list
from engine.files import write_text
from engine.region_proposals.propose import propose
from engine.region_proposals.selective_search import STRATEGIES, SearchMode
from engine.sources.picture import read_picture
from models.contract import Task

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "results"
COUNTS = (100, 500, 1000, 2000)
FOUND_IOU = 0.5

Overlaps = NDArray[np.float32]


def main() -> None:
    """Search every picture of the list in every mode, and write the report."""
    path, what, *more = sys.argv[1:]
    every, beside = int(more[0]) if more else 1, " ".join(more[1:])
    whole = open_list(Path(path), Task.DETECTION)
    pictures = replace(whole, entries=whole.entries[::every])
    modes = {mode: measure(pictures, mode) for mode in get_args(SearchMode)}
    report = {
        "data": what,
        "pictures": len(pictures.entries),
        "pictures_in_list": len(whole.entries),
        "every": every,
        "objects": sum(len(truth) for _, truth in samples(pictures)),
        "machine": devices.cpu().name,
        "beside": beside,
        "threads": torch.get_num_threads(),
        "again": f'python scripts/measure_recall.py LIST "{what}" {every}',
        "modes": modes,
    }
    target = RESULTS / "proposals.json"
    write_text(target, plain_json.dumps(report, indent=1) + "\n")


def measure(pictures: TruthList, mode: SearchMode) -> dict[str, Any]:
    """One mode's recall and mean best overlap at each of `COUNTS`, and its seconds a picture."""
    seconds, cpu_seconds, boxes, overlaps = [], [], [], []
    for pixels, truth in samples(pictures):
        start, cpu_start = time.perf_counter(), time.process_time()
        found = propose(pixels, mode)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
        boxes.append(len(found))
        overlaps.append(best_overlaps(found, truth))
    best = np.concatenate(overlaps)  # (objects, counts)
    result = {
        "groupings": len(STRATEGIES[mode]),
        "boxes": round(statistics.mean(boxes)),
        "recall": by_count((best >= FOUND_IOU).mean(axis=0)),
        "mean_best_overlap": by_count(best.mean(axis=0)),
        "objects_found": int((best[:, -1] >= FOUND_IOU).sum()),
        "seconds": round(statistics.median(seconds), 3),
        "cpu_seconds": round(statistics.median(cpu_seconds), 3),
    }
    print(mode, result, flush=True)
    return result


def samples(pictures: TruthList) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
    """The pixels (H, W, 3) of each picture and the boxes (N, 4) of its objects."""
    for entry in pictures.entries:
        pixels = read_picture(entry.image)
        yield pixels, pictures.read(entry, (pixels.shape[0], pixels.shape[1])).boxes


def best_overlaps(found: NDArray[np.float32], truth: NDArray[np.float32]) -> Overlaps:
    """How well each object (N, 4) is met by the first so many boxes (P, 4): (N, counts)."""
    overlaps = box_iou(torch.from_numpy(truth), torch.from_numpy(found)).numpy()
    firsts = [overlaps[:, :count].max(axis=1, initial=0) for count in COUNTS]
    return np.stack(firsts, axis=1)


def by_count(values: NDArray[np.float32]) -> dict[str, float]:
    """Numbers (counts,) under the number of boxes each is of."""
    return {str(count): round(float(v), 4) for count, v in zip(COUNTS, values, strict=True)}


if __name__ == "__main__":
    main()
