"""One scene measured in a process of its own: its times, and the memory that it took."""

import compileall
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import engine
import gui
import models
from engine.errors import ProjectError
from gui.bench.application import peak_mb

SCENES = ("start", "folder", "huge", "giant_file", "polygons", "brush", "overlay", "click", "live")


def measure_alone(scene: str, files: Path) -> dict[str, float]:
    """The numbers of a scene, measured in a new process; `files` is what `make_files` filled."""
    code = "from gui.bench.alone import main; main()"
    command = [sys.executable, "-c", code, scene, str(files)]
    compile_packages()
    begin = time.time()
    done = subprocess.run(command, capture_output=True, text=True, env=environment(os.environ))
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ProjectError(f"The scene {scene} could not be measured: {last}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    since = {row_id: value for row_id, value in found.items() if row_id.endswith("_at")}
    for row_id, moment in since.items():
        del found[row_id]
        found[row_id.removesuffix("_at")] = moment - begin
    return found


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """That of a scene's process: no display is needed, and compiled modules are taken."""
    kept = {key: value for key, value in ours.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"QT_QPA_PLATFORM": "offscreen"}


@cache
def compile_packages() -> None:
    """As an installer does it: what Python compiles once is no part of the start."""
    for package in (models, engine, gui):
        compileall.compile_dir(next(iter(package.__path__)), quiet=2)


def main() -> None:
    """Measure the scene that the command line names, and tell the numbers as JSON."""
    scene, files = sys.argv[1], Path(sys.argv[2])
    found = _measure(scene, files)
    found.setdefault(f"memory.{scene}", peak_mb())
    sys.stdout.write(f"{json.dumps(found)}\n")


def _measure(scene: str, files: Path) -> dict[str, float]:
    if scene in ("start", "folder", "large", "huge", "giant_file"):
        from gui.bench import window

        if scene == "start":
            return window.start()
        if scene == "folder":
            return window.open_folder(files / "pictures")
        if scene == "large":
            return window.open_large(files / "large")
        if scene == "giant_file":
            return window.open_giant(files / "giant.jpg")
        return window.open_huge(files / "huge.jpg")
    if scene == "click":
        from gui.bench import click

        return click.measure(files / "photographs")
    if scene == "live":
        from gui.bench import live

        live.play()
        return {}
    from gui.bench import canvas, extremes

    if scene in extremes.SCENES:
        return extremes.measure(scene)
    return canvas.measure(scene)
