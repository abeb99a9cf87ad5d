"""Measures outlines by clicks: how many it takes, and how good they are after each.

    python scripts/measure_clicks.py LISTS SYSTEM...        of every test part; stored
    python scripts/measure_clicks.py --try LIST SYSTEM...   of another list; printed only

LISTS is the folder that scripts/click_data.py wrote. A SYSTEM is grabcut, superpixels, or weights
that answer clicks, by name or file. All are asked for the same objects, about a hundred of each
part. A part's row of a system is measured once and kept: choices are made on the validation list.
Writes docs/results/clicks.json.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine import devices, plain_json  # noqa: E402
from engine.click.asking import Asker  # noqa: E402
from engine.click.grab_cut import GrabCut  # noqa: E402
from engine.evaluation.click_baselines import SuperpixelOutliner  # noqa: E402
from engine.evaluation.clicks import (  # noqa: E402
    MOST_CLICKS,
    AskedOutliner,
    ClickScores,
    Outliner,
    score_clicks,
)
from engine.files import write_text  # noqa: E402
from engine.weights.load import load  # noqa: E402

RESULTS = ROOT / "docs" / "results" / "clicks.json"
TRIED_EVERY = 4


@dataclass(frozen=True)
class Part:
    """A list of test pictures, and which of its objects are asked for: every nth."""

    name: str
    text: str
    every: int


PARTS = (
    Part("voc", "PASCAL VOC 2012 subset, everyday objects", 2),
    Part("lesions", "ISIC 2018 subset, lesions", 2),
    Part("nuclei", "DSB 2018 subset, nuclei", 7),
    Part("coco", "COCO128, every fifth picture, everyday objects", 2),
)
BASELINES: dict[str, tuple[str, Callable[[], Outliner]]] = {
    "grabcut": ("GrabCut", lambda: AskedOutliner(GrabCut())),
    "superpixels": ("superpixels filled", SuperpixelOutliner),
}


@dataclass(frozen=True)
class System:
    """What is asked, and what a row says of it."""

    outliner: Outliner
    about: dict[str, Any]


def system_of(name: str) -> System:
    """A baseline, or weights on the CPU."""
    if name in BASELINES:
        text, make = BASELINES[name]
        return System(make(), {"system": text, "weights": None, "hardware": devices.cpu().name})
    weights = load(name)
    asker = Asker(weights, "cpu")
    about: dict[str, Any] = {"system": weights.card.model, "weights": weights.name}
    about |= {"size_hw": list(weights.card.preprocessing.size_hw)}
    return System(AskedOutliner(asker), about | {"hardware": asker.device_text})


def row_of(system: System, part: Part, path: Path) -> dict[str, Any]:
    """One part of the data, asked for by clicks and by boxes."""
    scores = score_clicks(system.outliner, path, every=part.every)
    data = f"{part.text}: test list"
    counts = {"objects": len(scores.after), "objects_in_list": scores.met, "every": part.every}
    return {"part": part.name, "data": data, **counts, **system.about, **rounded(scores)}


def rounded(scores: ClickScores) -> dict[str, float]:
    """The metrics, three digits each."""
    return {name: round(value, 3) for name, value in scores.metrics().items()}


def measure(lists: Path, names: list[str]) -> None:
    """Add the rows that are not there yet; written after each."""
    stored = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"rows": []}
    rows: list[dict[str, Any]] = stored["rows"]
    for name in names:
        system = system_of(name)
        who = {key: system.about[key] for key in ("system", "weights")}
        for part in PARTS:
            if any({**row, **who, "part": part.name} == row for row in rows):
                print(f"{name}, {part.name}: measured before")
                continue
            rows.append(row_of(system, part, lists / f"test_{part.name}.txt"))
            print(name, part.name, rows[-1], flush=True)
            order = [each.name for each in PARTS]
            rows.sort(key=lambda row: (order.index(row["part"]), row["system"]))
            again = "python scripts/measure_clicks.py LISTS SYSTEM..."
            content = {"most_clicks": MOST_CLICKS, "again": again, "rows": rows}
            write_text(RESULTS, plain_json.dumps(content, indent=1) + "\n")


def main() -> None:
    """Measure and store, or try."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", metavar="LISTS", type=Path, help="the folder, or with --try a list")
    parser.add_argument("systems", metavar="SYSTEM", nargs="+")
    parser.add_argument("--try", dest="is_trial", action="store_true", help="store nothing")
    parser.add_argument("--every", type=int, default=TRIED_EVERY, help="which objects a try takes")
    options = parser.parse_args()
    if not options.is_trial:
        measure(options.path, options.systems)
        return
    for name in options.systems:
        system = system_of(name)
        scores = score_clicks(system.outliner, options.path, every=options.every)
        print(name, len(scores.after), "objects", rounded(scores), flush=True)


if __name__ == "__main__":
    main()
