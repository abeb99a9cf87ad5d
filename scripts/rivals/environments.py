"""The rivals, and an environment of its own for each."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Rival:
    """One program: its file `with_NAME.py`, what is installed, and the scenes it can show."""

    name: str
    text: str
    package: str
    requirements: tuple[str, ...]
    scenes: tuple[str, ...]
    needs_display: bool = False


RIVALS = (
    Rival("labelme", "labelme", "labelme", ("labelme",), ("start", "folder", "huge", "polygons")),
    Rival(
        "xanylabeling",
        "X-AnyLabeling",
        "x-anylabeling-cvhub",
        ("x-anylabeling-cvhub[cpu]",),
        ("start", "folder", "huge", "polygons"),
    ),
    Rival(
        "napari",
        "napari",
        "napari",
        ("napari[pyqt6]",),
        ("start", "polygons", "brush"),
        needs_display=True,
    ),
    Rival(
        "supervision",
        "supervision",
        "supervision",
        # Without OpenCV it falls back to NumPy, several times slower.
        ("supervision", "opencv-python-headless"),
        ("overlay",),
    ),
)


def install(rival: Rival, folder: Path) -> str:
    """The version in the environment, which is made the first time; RuntimeError says why not."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.is_file():
        _run([sys.executable, "-m", "venv", str(folder)])
    ask = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    try:
        return _run([str(python), "-c", ask, rival.package])
    except RuntimeError:
        sys.stderr.write(f"Installing {rival.text} ...\n")
        _run([str(python), "-m", "pip", "install", "-q", *rival.requirements])
        return _run([str(python), "-c", ask, rival.package])


def _run(command: list[str]) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, capture_output=True, text=True, env=kept)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return done.stdout.strip()
