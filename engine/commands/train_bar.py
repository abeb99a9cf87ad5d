"""The bar of a training in a terminal: where it is, its loss and the time left."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.training.events import Event, Progressed, Started, Stepped
from engine.words import time_left

ShowEvent = Callable[[Event], None]


@contextmanager
def training_bar() -> Iterator[ShowEvent | None]:
    """What to hand every event; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}", markup=False),
    )
    # Lines of a terminal go above the bar; those into a file are left alone.
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    ) as bar:
        line = bar.add_task("", total=None, told="")
        epochs, steps = 0, 0

        def show(event: Event) -> None:
            nonlocal epochs, steps
            match event:
                case Progressed():
                    text, total = event.text, event.total or None
                    bar.update(line, description=text, completed=event.done, total=total, told="")
                case Started():
                    epochs = event.epochs
                    steps = event.steps or event.epochs * event.steps_per_epoch
                    text = f"epoch {event.epochs_done + 1}/{epochs}"
                    bar.update(line, description=text, completed=event.steps_done, total=steps)
                case Stepped():
                    text = f"epoch {event.epoch}/{epochs}"
                    told = f"loss {event.loss:.4f}, {time_left(event.seconds_left)}"
                    bar.update(line, description=text, completed=event.step, total=steps, told=told)

        yield show
