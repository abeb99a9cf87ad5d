"""Ten minutes on a machine with a GPU: tests, speed, and three Runs made again, in one command.

Here, once, with what scripts/prepare_data.py wrote:
    python scripts/gpu_day.py --prepare runs/data
    python scripts/gpu_day.py --carry                says which folder travels, and how large all is
There, in the checkout, with torch 2.11 and that folder:
    python3 scripts/gpu_day.py --out RESULTS         gpu-day.txt, gpu-day.json, weights below 16 MiB
`--tiny` rehearses it on the CPU. What it runs is in scripts/gpu/table.py. Weights that came back
are tested on their test list by scripts/bundle_weights.py.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.gpu import carry  # noqa: E402
from scripts.gpu.parts import GRACE_S, run_part, run_tests, share, write_result  # noqa: E402
from scripts.gpu.report import text_of  # noqa: E402
from scripts.gpu.table import LIMIT_S, SPEED, TESTS, TRAININGS, WEIGHTS, settings  # noqa: E402


def main() -> None:
    """Prepare, say what to carry, run one part, or all of them."""
    options = _options()
    if options.prepare:
        carry.prepare(options.prepare.resolve(), options.folder.resolve(), options.python)
    if options.prepare or options.carry:
        print(carry.told(options.folder.resolve()))
    elif options.part:
        _run_one(options)
    else:
        _run_all(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--prepare", type=Path, metavar="DATA", help="fill the carried folder")
    parser.add_argument("--python", default="3.12", help="the Python over there, for --prepare")
    parser.add_argument("--carry", action="store_true", help="say what has to travel")
    parser.add_argument("--folder", type=Path, default=carry.FOLDER, help="the carried folder")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "gpu_day_out")
    parser.add_argument("--seconds", type=float, default=LIMIT_S, help="for all of it")
    parser.add_argument("--tiny", action="store_true", help="rehearse on the CPU")
    parser.add_argument("--part", choices=[*WEIGHTS], help="only this, into --work")
    parser.add_argument("--work", type=Path, help="where a part keeps its files")
    return parser.parse_args()


def _run_all(options: argparse.Namespace) -> None:
    """Each part in a process of its own; results are written after every one."""
    end = time.monotonic() + options.seconds
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="gpu-day-") as name:
        site = Path(name) / "site"
        absent = carry.unpack_missing(options.folder.resolve(), site)
        if absent:
            print(f"missing here, and not carried: {', '.join(absent)}")
        if options.tiny:
            os.environ["OMP_NUM_THREADS"] = "1"  # a busy machine waits for each thread
        paths = (str(ROOT), str(site), os.environ.get("PYTHONPATH", ""))
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        for part in WEIGHTS:
            seconds = share(end - time.monotonic(), WEIGHTS, part)
            work = Path(name) / part
            work.mkdir()
            found[part] = run_part(
                _command(part, options, work, seconds), work / "result.json", seconds
            )
            write_result(out / "gpu-day.json", found)
            (out / "gpu-day.txt").write_text(text_of(found), encoding="utf-8")
            print(f"{part}: {found[part]['ended']} after {found[part]['seconds']} s", flush=True)
    print(text_of(found))


def _command(part: str, options: argparse.Namespace, work: Path, seconds: float) -> list[str]:
    command = [sys.executable, str(Path(__file__).resolve()), "--part", part, "--work", str(work)]
    command += ["--seconds", str(max(1.0, seconds - GRACE_S)), "--out", str(options.out.resolve())]
    command += ["--folder", str(options.folder.resolve())]
    return [*command, "--tiny"] if options.tiny else command


def _run_one(options: argparse.Namespace) -> None:
    """This process is one part."""
    chosen, result = settings(tiny=options.tiny), options.work / "result.json"
    if options.part == TESTS:
        run_tests(result, options.seconds)
    elif options.part == SPEED:
        from scripts.gpu.speed import measure

        measure(chosen, result, options.seconds)
    else:
        from scripts.gpu.training import run_training

        training = next(each for each in TRAININGS if each.config == options.part)
        folders = options.folder, options.work, options.out
        run_training(training, chosen, folders, options.seconds)


if __name__ == "__main__":
    main()
