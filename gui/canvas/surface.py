"""What Hand and Pointer ask of the widget they work on; the Canvas is one."""

from typing import Protocol

from PySide6.QtCore import QPointF, Qt

from gui.canvas.view import Area, View
from gui.tools.scene import Scene


class Surface(Protocol):
    """Shows a frame through a View, and over it a Scene to draw in."""

    @property
    def view(self) -> View:
        """Where the frame is on the screen."""

    @property
    def scene(self) -> Scene:
        """What the Tools get to see."""

    @property
    def is_editable(self) -> bool:
        """Whether there is a Sample to draw in."""

    @property
    def is_live(self) -> bool:
        """Whether frames come by themselves."""

    @property
    def is_comparing(self) -> bool:
        """Whether two Predictions share the frame, with a line between them."""

    def is_on_split(self, position: QPointF) -> bool:
        """Whether the mouse can take that line here."""

    def move_split(self, position: QPointF) -> None:
        """Put that line here."""

    def to_frame(self, position: QPointF) -> tuple[float, float]:
        """Position in the widget -> point in the frame."""

    def reach(self, distance: float) -> float:
        """A distance in the widget, in frame pixels."""

    def pan(self, by: QPointF) -> None:
        """Move the frame with the mouse."""

    def zoom_at(self, factor: float, position: QPointF) -> None:
        """Zoom; what is under this position stays there."""

    def peek(self, is_bare: bool) -> None:
        """Show the frame alone for as long as the person looks."""

    def set_selection(self, selection: tuple[str, ...]) -> None:
        """Select these annotations."""

    def set_brush(self, radius: float, **ways: bool) -> None:
        """Radius in frame pixels, and what of the Scene says how strokes are painted."""

    def update_area(self, area: Area | None) -> None:
        """Paint this part of the screen again."""

    def underMouse(self) -> bool:
        """Qt: whether the mouse is over the widget."""

    def setCursor(self, shape: Qt.CursorShape, /) -> None:
        """Qt: what the mouse looks like over the widget."""
