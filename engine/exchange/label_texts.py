"""Names: those of labels in a text, and that of weights from a file's. Known without torch."""

import re
from pathlib import Path

from engine.errors import WeightsError
from engine.regular_files import read_regular

MOST_NAMES = 1 << 20
_NUMBERED = re.compile(r"\d{1,9}\s+(\S.*?)\s+#[0-9a-fA-F]{6}")


def name_for(path: Path) -> str:
    """What weights from a file are called by default."""
    return re.sub(r"[^\w.-]+", "_", path.stem).strip("._") or "network"


def read_names(path: Path) -> tuple[str, ...]:
    """The labels' names in a text: one a line, or the lines of a labels.txt."""
    try:
        text = read_regular(path, MOST_NAMES, WeightsError).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(
            f"Cannot read {path}.", hint="Give UTF-8 text with one name a line."
        ) from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_NUMBERED.fullmatch(line) for line in lines]
    return tuple(match[1] if match else line for line, match in zip(lines, found, strict=True))
