"""What a person points at, in pixels of the frame."""

from dataclasses import dataclass, replace

from engine.values import Box


@dataclass(frozen=True, slots=True)
class Click:
    """A point on the object, or one beside it."""

    x: float
    y: float
    is_positive: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """All that was said of one object so far: clicks in their order, and perhaps a box."""

    clicks: tuple[Click, ...] = ()
    box: Box | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing points at anything: clicks beside an object alone do not."""
        return self.box is None and not any(click.is_positive for click in self.clicks)

    def with_click(self, click: Click) -> "Question":
        """The same and one click more."""
        return replace(self, clicks=(*self.clicks, click))

    def moved(self, dx: float, dy: float) -> "Question":
        """The same, of a frame whose corner lies elsewhere."""
        clicks = tuple(replace(click, x=click.x + dx, y=click.y + dy) for click in self.clicks)
        if self.box is None:
            return Question(clicks)
        x1, y1, x2, y2 = self.box.xyxy
        return Question(clicks, Box(x1 + dx, y1 + dy, x2 + dx, y2 + dy))

    @property
    def steps(self) -> tuple["Question", ...]:
        """The question as a person asks it, itself the last: the box first, then one click after
        the other. What points at nothing is no step."""
        first = Question(box=self.box)
        clicked = (Question(self.clicks[:n], self.box) for n in range(1, len(self.clicks) + 1))
        return tuple(step for step in (first, *clicked) if not step.is_empty)
