"""Measures what an outline costs in the window, and writes that part of docs/benchmarks.md.

    python scripts/bench_label.py LIST... [--weights W...] [--count 24]

Each LIST is a txt list with outlines, as scripts/prepare_data.py writes them; the weights propose
something on the list in the same place. About a minute for every six objects of a list.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine.files import write_text  # noqa: E402
from gui.bench.label import OBJECTS, measure, tasks_of  # noqa: E402
from scripts.rivals.labelling import section, with_section  # noqa: E402


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lists", metavar="LIST", nargs="+", type=Path)
    parser.add_argument("--weights", nargs="*", default=[], help="one for each list")
    parser.add_argument("--count", type=int, default=OBJECTS, help="objects of each list")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args()
    tasks = tasks_of(options.lists, options.weights)
    found = measure(tasks, options.count)
    text = section(found, {task.name: task.weights for task in tasks})
    print(text)
    page = options.out.read_text(encoding="utf-8") if options.out.exists() else ""
    write_text(options.out, with_section(page, text))


if __name__ == "__main__":
    main()
