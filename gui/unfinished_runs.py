"""Which trainings this program's windows have under way: a file beside the settings.

A window notes its Run when it starts it and forgets it when it ended in its sight, so what is noted
at the next start ended with a window: it was closed, or killed.
"""

import logging
from pathlib import Path

from engine.errors import DatasetError
from engine.files import replacing
from engine.plain_json import dumps, read_json

logger = logging.getLogger(__name__)
NAME = "trainings.json"


def noted(folder: Path) -> tuple[Path, ...]:
    """The folders of these Runs, the newest last."""
    path = folder / NAME
    if not path.is_file():
        return ()
    try:
        found = read_json(path)
    except DatasetError as error:
        logger.info("The list of trainings was skipped: %s", error)
        return ()
    if not isinstance(found, list):
        return ()
    return tuple(Path(each) for each in found if isinstance(each, str))


def note(folder: Path, run: Path) -> None:
    """A Run begins."""
    _write(folder, [*(each for each in noted(folder) if each != run), run])


def forget(folder: Path, run: Path) -> None:
    """A Run has ended, or has been told of."""
    known = noted(folder)
    if run in known:
        _write(folder, [each for each in known if each != run])


def _write(folder: Path, runs: list[Path]) -> None:
    try:
        with replacing(folder / NAME) as temporary:
            temporary.write_text(dumps([str(run) for run in runs]), encoding="utf-8")
    except (OSError, UnicodeError) as error:
        logger.warning("The list of trainings could not be stored: %s", error)
