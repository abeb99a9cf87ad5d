"""The pictures that are gone through as rows, of which only those in sight are looked at."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from engine.formats.report import sample_name
from engine.values import FrameId, SampleState
from gui.panels.table import ROOT, Index

if TYPE_CHECKING:
    from engine.project.badges import Badge

FRAME, STATE, BADGE = (Qt.ItemDataRole.UserRole + n for n in range(3))
KEPT = 2000


class FileRows(QAbstractListModel):
    """Names, states and badges; a badge is read when its row is painted, and kept for a while."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Sequence[FrameId] = ()
        self._state_of: Callable[[FrameId], SampleState] = lambda frame_id: SampleState.NEW
        self._badge_of: Callable[[FrameId], Badge | None] = lambda frame_id: None
        self._badges: OrderedDict[FrameId, Badge | None] = OrderedDict()

    def set_sources(
        self,
        state_of: Callable[[FrameId], SampleState],
        badge_of: "Callable[[FrameId], Badge | None]",
    ) -> None:
        """Ask these for what is in sight."""
        self._state_of, self._badge_of = state_of, badge_of

    def set_ids(self, ids: Sequence[FrameId]) -> None:
        """Show these pictures."""
        self.beginResetModel()
        self._ids = ids
        self._badges.clear()
        self.endResetModel()

    def forget_badges(self) -> None:
        """Something was stored: read again what is in sight."""
        self._badges.clear()

    def frame_id(self, row: int) -> FrameId:
        """The picture of a row."""
        return self._ids[row]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Qt: a row for each picture."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a row says."""
        frame_id = self._ids[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return sample_name(frame_id)
        if role == Qt.ItemDataRole.ToolTipRole:
            return frame_id.path
        if role == FRAME:
            return frame_id
        if role == STATE:
            return self._state_of(frame_id)
        return self._badge(frame_id) if role == BADGE else None

    def _badge(self, frame_id: FrameId) -> "Badge | None":
        if frame_id not in self._badges:
            self._badges[frame_id] = self._badge_of(frame_id)
            if len(self._badges) > KEPT:
                self._badges.popitem(last=False)
        return self._badges[frame_id]
