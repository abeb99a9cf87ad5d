"""The examples of CONTRIBUTING.md, as if somebody had added their files.

`-p tests.examples` loads them into a run of pytest: what is below the folder `MASKLOOP_EXAMPLES`
joins the packages.
"""

import importlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
FOLDER = "MASKLOOP_EXAMPLES"
BLOCK = re.compile(r"^```python(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A block of the page, and the path it would have in the repository ("" if it names none)."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """What it registers: a file is called like what is in it, a side panel like its folder."""
        path = Path(self.path)
        return path.parent.name if path.stem == "side_panel" else path.stem


def examples() -> list[Example]:
    """Every Python block of the page."""
    return [Example(*found) for found in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


def write(folder: Path) -> None:
    """Write every example below the folder; a package of its own gets its `__init__.py`."""
    for example in examples():
        target = folder / example.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(example.text, encoding="utf-8")
        if not (ROOT / example.path).parent.is_dir():
            (target.parent / "__init__.py").touch()


def join(folder: Path) -> None:
    """Let the packages find the files below the folder too; they register when they are walked."""
    for example in examples():
        place = Path(example.path).parent
        while not (ROOT / place).is_dir():
            place = place.parent
        package = importlib.import_module(".".join(place.parts))
        package.__path__.append(str(folder / place))


if FOLDER in os.environ:
    join(Path(os.environ[FOLDER]))
