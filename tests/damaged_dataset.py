"""A dataset with one damaged file after another, opened and read: only AppErrors may come out."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from random import Random

from engine.errors import AppError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from tests.damage import ODD_WORDS, damaged_bytes, damaged_json

MOST_READ = 20
_VALUES = {".xml": rb'(?<=")[^"<>]+(?=")', ".txt": rb"[^\s,]+", ".csv": rb"[^\s,]+"}


def read_damaged(
    name: str, folder: Path, seeds: Iterable[int], pattern: str, but: Collection[str] = ()
) -> Counter[str]:
    """What became of it: how often it was read whole, with something skipped, or refused.

    All files that the pattern means are damaged, `but` those at some paths.
    """
    files = sorted(p for p in folder.rglob(pattern) if p.is_file() and str(p) not in but)
    assert files
    whole = {path: path.read_bytes() for path in files}
    became: Counter[str] = Counter()
    for seed in seeds:
        path = Random(seed).choice(files)
        data = whole[path]
        path.write_bytes(_damaged(path, data, seed))
        became[_read(name, folder)] += 1
        path.write_bytes(data)
    return became


def _damaged(path: Path, data: bytes, seed: int) -> bytes:
    """Half of all XML and text stays what it is, with other values in it."""
    random = Random(seed)
    if path.suffix == ".json":
        return damaged_json(json.loads(data), seed)
    values = list(re.finditer(_VALUES.get(path.suffix, rb"^\b$"), data))
    if not values or random.random() < 0.5:
        return damaged_bytes(data, seed)
    value = random.choice(values)
    return data[: value.start()] + random.choice(ODD_WORDS) + data[value.end() :]


def _read(name: str, folder: Path) -> str:
    layout = registry.get(name)
    layout.recognise(folder)
    report = Report()
    try:
        opened = layout.open(folder, ReadOptions())
        for frame_id in opened.frame_ids[:MOST_READ]:
            sample = opened.read(frame_id, report)
            assert sample.frame_id == frame_id
            assert min(sample.size_hw) > 0
    except AppError:
        return "refused"
    return "skipped" if report.skipped or opened.report.skipped else "whole"
