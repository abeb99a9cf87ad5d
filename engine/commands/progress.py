"""A progress bar on stderr for commands that take their time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from engine.jobs import Progress, no_progress


@contextmanager
def progress_bar(*, in_bytes: bool = False) -> Iterator[Progress]:
    """A `Progress` to hand to engine work; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("", total=None)

        def show(done: int, total: int, text: str) -> None:
            bar.update(line, completed=done, total=total or None, description=text)

        yield show
