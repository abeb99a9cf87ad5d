"""Which files with code in them a person has agreed to run: the digests of their bytes."""

import hashlib
from pathlib import Path

import platformdirs

from engine.errors import WeightsError
from engine.files import replacing

_DIGITS = 64


def digest(content: bytes) -> str:
    """What tells a file's bytes from all others."""
    return hashlib.sha256(content).hexdigest()


def is_trusted(content: bytes) -> bool:
    """Whether a person has agreed to run these bytes."""
    return digest(content) in _known()


def trust(content: bytes) -> None:
    """Note that a person has agreed. WeightsError where that cannot be written."""
    known = _known()
    lines = "\n".join(sorted({*known, digest(content)}))
    try:
        with replacing(_path()) as temporary:
            temporary.write_text(lines + "\n", encoding="utf-8")
    except OSError as error:
        raise WeightsError(
            f"Cannot write {_path()}: {error}", hint="Free some space, or make it writable."
        ) from error


def _known() -> frozenset[str]:
    try:
        lines = _path().read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(line for line in lines if len(line) == _DIGITS)


def _path() -> Path:
    return Path(platformdirs.user_data_dir("maskloop", appauthor=False)) / "trusted.txt"
