"""What undo and redo would do next."""

from dataclasses import dataclass

from engine.project.store import Store


@dataclass(frozen=True, slots=True)
class History:
    """The text of the step that undo would take back, and of the one that redo would do again.

    "" where there is none.
    """

    undo: str = ""
    redo: str = ""


def read(store: Store) -> History:
    """Both texts in one question."""
    undo, redo = store.query(
        "SELECT (SELECT text FROM steps WHERE is_undone = 0 ORDER BY id DESC LIMIT 1),"
        " (SELECT text FROM steps WHERE is_undone = 1 ORDER BY id LIMIT 1)"
    )[0]
    return History(undo or "", redo or "")
