"""Where a project is while it is open: how it gets its file, and why it may not be there."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from engine.errors import ProjectError
from engine.project import labels as labels_of_project
from engine.project.database import Database
from engine.project.place import BESIDE, ProjectPlace, inside, place_of
from engine.project.schema import MIGRATIONS, stored_version
from engine.project.scratch import discard, new_scratch, settled
from engine.project.seen import Seen
from engine.project.store import Store
from engine.values import Label


class PlacedProject:
    """What a Project is apart from its content."""

    def __init__(
        self, place: ProjectPlace, *, read_only: bool = False, busy_seconds: float | None = None
    ) -> None:
        self._database = Database(place, read_only=read_only, busy_seconds=busy_seconds)
        self._store = Store(self._database)
        self._seen = place.seen or Seen()
        self._on_join: Callable[[], None] = _nothing

    @classmethod
    def exists(cls, folder: Path | str) -> bool:
        """Whether there is a project on the pictures of this folder."""
        place = place_of(folder, read_only=True)
        return place.exists

    @classmethod
    def open(
        cls,
        where: ProjectPlace | Path | str,
        *,
        read_only: bool = False,
        busy_seconds: float | None = None,
    ) -> Self:
        """Open the project at this place, or on this folder."""
        place = where if isinstance(where, ProjectPlace) else place_of(where, read_only=read_only)
        if place.seed is not None:  # What cannot be written is copied once, to go on there.
            place = settled(place)
        if not place.exists:
            hint = "Open the folder in the window, or create the project first."
            raise ProjectError(f"There is no project in {place.root}.", hint=hint)
        return cls(place, read_only=read_only, busy_seconds=busy_seconds)

    @classmethod
    def create(cls, folder: Path | str, labels: Sequence[Label] = ()) -> Self:
        """Make a new project on this folder; an existing one is never replaced."""
        place = place_of(folder)
        if place.exists:
            raise ProjectError(f"{place.root} has a project already.", hint="Open it instead.")
        scratch = new_scratch(place)
        try:
            with cls(scratch) as project:
                labels_of_project.begin(project._store, labels)
                if project.trouble is not None:
                    raise project.trouble
                return cls(project.place)
        finally:
            discard(scratch)

    @classmethod
    def look(cls, folder: Path | str, *, where: str = BESIDE) -> Self:
        """Open the project on this folder, or a new one. Nothing is written before its first Edit,
        which then makes it where `where` says.
        """
        place = place_of(folder, where=where)
        is_home = place.scratch is None and place.exists
        if is_home and 0 < stored_version(place.home) < len(MIGRATIONS):
            place = replace(place, seed=place.home)
        project = cls(place if place.exists and place.seed is None else new_scratch(place))
        if project.trouble is not None:
            project._database.go_home(is_asked=False)
        return project

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database. Everything is saved already."""
        self._database.close()

    @property
    def place(self) -> ProjectPlace:
        """Where it is; a Job opens its own Project by that."""
        return replace(self._database.place, seen=self._seen)

    @property
    def is_unedited(self) -> bool:
        """Whether nobody has edited it: it is nowhere yet."""
        return self._database.is_unedited

    @property
    def trouble(self) -> ProjectError | None:
        """Why what was edited is not at the project's place, None when it is."""
        return self._database.trouble

    @property
    def refusal(self) -> ProjectError | None:
        """Why nothing can be edited; None when it can."""
        return self._database.refusal

    @property
    def edits(self) -> int:
        """How many Edits were stored in it, as far as this window knows."""
        return self._database.edits

    @property
    def odd_rows(self) -> tuple[str, ...]:
        """What was left out because its row makes no sense, as far as it was asked for."""
        return self._store.odd.lines

    @property
    def lost_edits(self) -> int:
        """How many Edits were acknowledged and are not in the file any more."""
        return self._database.lost_edits

    def listen(
        self, on_change: Callable[[], None], on_join: Callable[[], None] | None = None
    ) -> None:
        """Call this whenever `place` or `trouble` is another, in this Project's thread; `on_join`
        when it has gone over to a project that another window has begun.
        """
        self._database.on_change = on_change
        self._on_join = on_join or _nothing

    def join(self) -> None:
        """Go over to the project that another window has begun here meanwhile, if there is one."""
        self._database.join()

    def try_again(self) -> None:
        """Bring what was edited to the project's place, making its folder anew if need be."""
        self._database.go_home(is_asked=True)

    def move_to(self, folder: Path | str) -> None:
        """Bring what was edited to a folder of the person's, from now on the project's place."""
        self._database.move_to(
            replace(self.place, folder=inside(Path(folder), self.root), scratch=None)
        )

    @property
    def root(self) -> Path:
        """The folder of the pictures."""
        return self.place.root


def _nothing() -> None:
    """Nobody listens."""
