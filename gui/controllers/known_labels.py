"""The labels that objects of the shown frame may have: the Project's, and those a model lends."""

from typing import TYPE_CHECKING

from engine.errors import AppError
from engine.values import Label

if TYPE_CHECKING:
    from engine.project.project import Project


class KnownLabels:
    """Asks the Project each time, as a Job or another window may have changed its labels.

    `draft` are the labels of a draft's proposals that the Project does not have.
    """

    def __init__(self) -> None:
        self.project: Project | None = None
        self.draft: tuple[Label, ...] = ()

    @property
    def own(self) -> tuple[Label, ...]:
        """The Project's, background included."""
        return self._read("labels")

    @property
    def lent(self) -> tuple[Label, ...]:
        """Those of proposals that are not the Project's: they are when one is accepted."""
        return self._with_draft(self._read("lent_labels"))

    @property
    def offered(self) -> tuple[Label, ...]:
        """Those of them that a proposal has: they can be seen, and chosen to draw with."""
        return self._with_draft(self._read("offered_labels"), besides=self.own)

    def _with_draft(
        self, labels: tuple[Label, ...], besides: tuple[Label, ...] = ()
    ) -> tuple[Label, ...]:
        known = {label.id for label in (*labels, *besides)}
        return (*labels, *(label for label in self.draft if label.id not in known))

    def _read(self, name: str) -> tuple[Label, ...]:
        """Labels of the Project; none from a damaged one, of which whoever edits is told."""
        try:
            return getattr(self.project, name) if self.project is not None else ()
        except AppError:
            return ()
