"""Other programs that the bench is compared with: where they are, and who measures them.

Only `scripts/bench_rivals.py` installs and runs them, in turns with ours: numbers of another run
or machine would make the ratios wrong.
"""

from pathlib import Path

from engine.folders import cache_folder


def environments() -> Path:
    """The folder with one environment for each rival."""
    return cache_folder() / "rivals"


def note(rival: str) -> str:
    """What the rival's column says here, where no rival runs."""
    is_installed = (environments() / rival).is_dir()
    why = "measured by" if is_installed else "not installed:"
    return f"{rival} ({why} scripts/bench_rivals.py)"
