"""What is counted in the open video or camera: drawn, named, kept with its source, begun anew."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.counters import NOTHING, Counter, Counting, Place
from engine.sources.source import SourceName, without_password
from gui.controllers.live import LiveController, LiveInfo, name_of
from gui.kept_counters import KeptCounters


class CountingController(QObject):
    """`now` is what is counted; it changes only because a person wants it, or another source is
    opened."""

    changed = Signal(object)

    def __init__(self, folder: Path, live: LiveController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = NOTHING
        self._kept, self._source = KeptCounters(folder), ""
        live.opened.connect(self._on_opened)
        live.ended.connect(self._on_ended)

    def of(self, what: SourceName) -> Counting:
        """What is counted in a source, once it is open."""
        return self._kept.read(key_of(what))

    def add(self, points: tuple[Place, ...], name: str) -> None:
        """Count here too; the name gets a number where others have it."""
        counter = Counter(free_name(name, self.now.counters), points)
        self._change(replace(self.now, counters=(*self.now.counters, counter)))

    def rename(self, counter: Counter, name: str) -> None:
        """Call it so, and go on counting."""
        if name.strip() and name != counter.name:
            others = [c for c in self.now.counters if c != counter]
            named = replace(counter, name=free_name(name.strip(), others))
            counters = tuple(named if c == counter else c for c in self.now.counters)
            self._change(replace(self.now, counters=counters))

    def remove(self, counter: Counter) -> None:
        """Count there no more."""
        counters = tuple(c for c in self.now.counters if c != counter)
        self._change(replace(self.now, counters=counters))

    def set_at(self, at: str) -> None:
        """Objects are at this place of their boxes; what was counted begins anew."""
        self._change(replace(self.now, at=at))

    def reset(self) -> None:
        """Count anew from the next frame on."""
        self._change(replace(self.now, run=self.now.run + 1))

    def _change(self, counting: Counting) -> None:
        if self._source and counting != self.now:
            self.now = counting
            self._kept.keep(self._source, counting)
            self.changed.emit(counting)

    @Slot(object)
    def _on_opened(self, info: LiveInfo) -> None:
        self._source, self.now = key_of(info.what), self.of(info.what)
        self.changed.emit(self.now)

    @Slot()
    def _on_ended(self) -> None:
        self._source, self.now = "", NOTHING
        self.changed.emit(self.now)


def free_name(name: str, others: Iterable[Counter]) -> str:
    """The name, with a number where one of the others has it."""
    taken, number, free = {counter.name for counter in others}, 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def key_of(what: SourceName) -> str:
    """What a source is known by when it is opened again."""
    return without_password(what) if isinstance(what, str) else name_of(what)
