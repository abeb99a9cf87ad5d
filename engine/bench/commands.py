"""How long small commands take to start, beside what a command with a network cannot do without."""

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from engine.bench.registry import Measurement, register

RIVAL = "importing torch and torchvision"
IMPORT = (sys.executable, "-c", "import torch, torchvision")
OURS = (sys.executable, "-m", "engine")
HELP: Sequence[str] = (*OURS, "--help")
HELP_SECONDS = 0.4
COMMANDS: Mapping[str, tuple[Sequence[str], float]] = {
    "models": ((*OURS, "models"), 1.3),
    "model_card": ((*OURS, "models", "unet32"), 1.3),
    "weights": ((*OURS, "weights"), 1.3),
    "doctor": ((*OURS, "doctor"), 1.6),
}
"""A command line, and the most it may take in times of the import."""
ROUNDS = 3


@register("commands")
def measure() -> list[Measurement]:
    """Each command in a process of its own, in turns with the import; medians of their ratios.

    The help's seconds are its best: there is nothing beside them to cancel out a busy machine.
    """
    _seconds(IMPORT)  # from here on the files are in memory
    helps: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        rival = _seconds(IMPORT)
        for name, (command, _budget) in COMMANDS.items():
            helps.append(_seconds(HELP))
            ratios[name].append(_seconds(command) / rival)
    rows = [Measurement("commands.help", min(helps), "s", budget=HELP_SECONDS)]
    for name, (_command, budget) in COMMANDS.items():
        ratio = statistics.median(ratios[name])
        rows.append(Measurement(f"commands.{name}", ratio, "x", RIVAL, 1.0, budget))
    return rows


def _seconds(command: Sequence[str]) -> float:
    """How long one process takes from start to end. `doctor` may end with 1, others may not."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode and "doctor" not in command:
        done.check_returncode()
    return taken
