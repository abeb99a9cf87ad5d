"""Which pictures of a list were corrected in a project, and not yet saved back to the list."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.values import FrameId

if TYPE_CHECKING:
    from engine.project.project import Project


@dataclass
class Corrections:
    """`known` are the pictures whose Sample holds all that the list said of them, or what a person
    made of that: only they may be saved back. `changed` are those to be saved, `saving` those
    that are just being written.
    """

    known: set[FrameId] = field(default_factory=set)
    changed: set[FrameId] = field(default_factory=set)
    saving: set[FrameId] = field(default_factory=set)

    def begin_saving(self) -> None:
        """What is changed from now on is not in the files."""
        self.saving, self.changed = self.changed, set()

    def end_saving(self, *, is_written: bool) -> None:
        """What was not written is still to be written."""
        if not is_written:
            self.changed |= self.saving
        self.saving = set()


class CorrectionBook:
    """The Corrections of every project to every list; projects remember which pictures are known,
    so that correcting goes on after a restart."""

    def __init__(self) -> None:
        self._all: dict[tuple[Path | None, Path | None], Corrections] = {}

    def of(self, project: "Project | None", path: Path | None) -> Corrections:
        """Those of a project to the list at `path`."""
        key = (project.root if project is not None else None, path)
        if key not in self._all:
            kept = project.recall(_note(path), []) if project is not None else []
            self._all[key] = Corrections({FrameId(each) for each in kept})
        return self._all[key]

    def set_known(self, project: "Project", path: Path | None, frame_id: FrameId, on: bool) -> None:
        """Whether the picture's Sample holds all that the list said of it."""
        known = self.of(project, path).known
        (known.add if on else known.discard)(frame_id)
        project.remember(_note(path), sorted(each.path for each in known))

    def end_saving(self, *, is_written: bool) -> None:
        """The one Job that writes has ended."""
        for corrections in self._all.values():
            corrections.end_saving(is_written=is_written)


def _note(path: Path | None) -> str:
    return f"labels read from {path}"
