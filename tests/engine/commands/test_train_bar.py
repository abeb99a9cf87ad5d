"""The bar of a training, on a terminal that is none."""

import io
import sys

from engine.commands.train_bar import training_bar
from engine.training.events import EpochEnded, Progressed, Started, Stepped


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


STARTED = Started("run", "unet32", "cpu", "CPU", 1, "float32", 4, 10, 80, 8, 1000)
STEPPED = Stepped(2, 13, 0.5, {"all": 0.5}, 1e-3, 8.0, 7.0, 754.0)


def test_it_shows_epoch_step_loss_and_time_left(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stderr", terminal)
    with training_bar() as show:
        assert show is not None
        for event in (Progressed(0, 80, "Counting"), STARTED, STEPPED, EpochEnded(4, 2, 0.5, 3.0)):
            show(event)
    said = terminal.getvalue()
    for part in ("epoch 2/4", "13/40", "loss 0.5000", "about 13 min left"):
        assert part in said


def test_there_is_none_without_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with training_bar() as show:
        assert show is None
