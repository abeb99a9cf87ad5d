"""Measures labelme, X-AnyLabeling, napari and supervision in turns with Maskloop, on this machine.

python scripts/bench_rivals.py                       writes docs/benchmarks.md; about 12 minutes
python scripts/bench_rivals.py --rounds 1 --only labelme --out some.md

Each rival gets an environment of its own, installed the first time (about 5 minutes, 2 GB), in the
cache folder of Maskloop or in `--envs`. Every scene runs in a new process; a rival that cannot be
installed or run is not measured, and the table says why.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from engine.bench.clock import machine  # noqa: E402
from engine.bench.rivals import environments  # noqa: E402
from engine.errors import AppError  # noqa: E402
from gui.bench.alone import SCENES, measure_alone  # noqa: E402
from scripts.rivals.child import numbers_in  # noqa: E402
from scripts.rivals.environments import RIVALS, Rival, install  # noqa: E402
from scripts.rivals.labelling import kept, with_section  # noqa: E402
from scripts.rivals.report import page  # noqa: E402
from scripts.rivals.scenes import make_scenes  # noqa: E402

PATIENCE_S = 300
OURS = "maskloop"
Numbers = dict[str, dict[str, list[float]]]
"""Row id -> program -> one number for each round."""


def main() -> None:
    """Install what is missing, measure in turns, write the page."""
    options = _options()
    troubles: dict[str, str] = {}
    versions: dict[str, str] = {}
    for rival in options.rivals:
        try:
            versions[rival.name] = install(rival, options.envs / rival.name)
        except RuntimeError as error:
            troubles[rival.name] = f"not installed: {error}"
    with tempfile.TemporaryDirectory() as name:
        files = Path(name) / "files"
        files.mkdir()
        make_scenes(files)
        begin = time.monotonic()
        found = _measure_all(options, versions, files, troubles)
        minutes = (time.monotonic() - begin) / 60
    text = page(found, machine(), versions, troubles, rounds=options.rounds, minutes=minutes)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    before = options.out.read_text(encoding="utf-8") if options.out.exists() else ""
    text = with_section(text, kept(before))
    options.out.write_text(text, encoding="utf-8")
    print(text)


def _options() -> argparse.Namespace:
    known = [rival.name for rival in RIVALS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--envs", type=Path, default=environments(), help="folder of environments")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--rounds", type=int, default=3, help="medians are over so many rounds")
    parser.add_argument("--only", nargs="*", choices=known, default=known)
    options = parser.parse_args()
    if options.envs.resolve().is_relative_to(ROOT):
        parser.error("the environments do not belong in the repository")
    options.rivals = [rival for rival in RIVALS if rival.name in options.only]
    return options


def _measure_all(
    options: argparse.Namespace, versions: dict[str, str], files: Path, troubles: dict[str, str]
) -> Numbers:
    """Every scene in every round, ours first, then each rival's: what else the machine does meets
    all of them alike."""
    found: Numbers = {}
    for number in range(options.rounds):
        for scene in SCENES:
            sys.stderr.write(f"round {number + 1}: {scene}\n")
            try:
                _note(found, OURS, measure_alone(scene, files))
            except AppError as error:
                troubles[f"{OURS} {scene}"] = str(error)
            for rival in options.rivals:
                key = f"{rival.name} {scene}"
                if rival.name not in versions or scene not in rival.scenes or key in troubles:
                    continue
                try:
                    _note(found, rival.name, _measure(rival, scene, options.envs, files))
                except RuntimeError as error:
                    troubles[key] = f"not measured: {error}"
    return found


def _note(found: Numbers, program: str, numbers: dict[str, float]) -> None:
    for row_id, value in numbers.items():
        found.setdefault(row_id, {}).setdefault(program, []).append(value)


def _measure(rival: Rival, scene: str, envs: Path, files: Path) -> dict[str, float]:
    """One scene in a new process of the rival's environment, with settings of its own."""
    script = Path(__file__).parent / "rivals" / f"with_{rival.name}.py"
    python = envs / rival.name / ("Scripts" if os.name == "nt" else "bin") / "python"
    command = [str(python), str(script), scene, str(files)]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment = kept | {"HOME": str(files / "settings"), "QT_QPA_PLATFORM": "offscreen"}
    if rival.needs_display:
        environment["QT_QPA_PLATFORM"] = "xcb"
        if "DISPLAY" not in os.environ:
            if shutil.which("xvfb-run") is None:
                raise RuntimeError("it needs a display or xvfb-run")
            command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1200x24", *command]
    begin = time.time()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"no answer in {PATIENCE_S} s") from error
    found = numbers_in(done.stdout)
    if found is None:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    if "window.start_at" in found:
        found["window.start"] = found.pop("window.start_at") - begin
    return found


if __name__ == "__main__":
    main()
