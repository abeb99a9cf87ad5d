"""Small plots as inline SVG; colours come from the page's style, so they fit dark and light."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LEFT, TOP, RIGHT, BOTTOM = 46, 12, 12, 40
"""Room around a plot for its axes, in pixels."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """Points (x, y) in 0..1 with a name and a colour of the style."""

    name: str
    color: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Bar:
    """Parts of one column on top of each other: (value, colour)."""

    name: str
    parts: tuple[tuple[float, str], ...]
    text: str = ""

    @property
    def height(self) -> float:
        """All parts together."""
        return sum(value for value, _ in self.parts)


@dataclass(frozen=True)
class Axes:
    """What a plot measures, and its size in pixels."""

    title: str
    x: str
    y: str
    width: int = 440
    height: int = 300

    @property
    def inner_wh(self) -> tuple[int, int]:
        """The size of the plot without its axes."""
        return self.width - LEFT - RIGHT, self.height - TOP - BOTTOM


def line_plot(axes: Axes, lines: Sequence[Line]) -> str:
    """Lines over 0..1 in both directions."""
    width, height = axes.inner_wh
    steps = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    parts = _y_axis(axes, steps, [f"{step:.1f}" for step in steps])
    for step in steps:
        x = LEFT + step * width
        parts.append(
            f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{TOP + height}"/>'
        )
        parts.append(_text(x, TOP + height + 16, f"{step:.1f}", "middle"))
    for line in lines:
        points = " ".join(
            f"{LEFT + x * width:.1f},{TOP + (1 - y) * height:.1f}" for x, y in line.points
        )
        parts.append(
            f'<polyline class="line" style="stroke:{line.color}" points="{points}">'
            f"<title>{escape(line.name)}</title></polyline>"
        )
    return _svg(axes, parts)


def bar_plot(axes: Axes, bars: Sequence[Bar], *, top: float | None = None) -> str:
    """Columns; `top` is the end of the axis, the highest one if not given."""
    width, height = axes.inner_wh
    most = top or max((bar.height for bar in bars), default=0.0) or 1.0
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    parts = _y_axis(axes, ticks, [_short(tick * most) for tick in ticks])
    room = width / max(len(bars), 1)
    # Narrow columns have no room for every name.
    every = max(1, -(-len(bars) // max(1, int(width / 44))))
    for place, bar in enumerate(bars):
        x, y = LEFT + place * room + room * 0.12, float(TOP + height)
        for value, color in bar.parts:
            tall = value / most * height
            y -= tall
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{room * 0.76:.1f}" height="{tall:.1f}" '
                f'style="fill:{color}"><title>{escape(bar.name)}: {_short(value)}</title></rect>'
            )
        middle = LEFT + (place + 0.5) * room
        if bar.text:
            parts.append(_text(middle, y - 4, bar.text, "middle", "value"))
        if place % every == 0:
            parts.append(_text(middle, TOP + height + 16, _cut(bar.name), "middle"))
    return _svg(axes, parts)


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Names with their colours."""
    items = (
        f'<span><i style="background:{color}"></i>{escape(name)}</span>' for name, color in entries
    )
    return f'<p class="legend">{"".join(items)}</p>'


def _y_axis(axes: Axes, places: Sequence[float], texts: Sequence[str]) -> list[str]:
    width, height = axes.inner_wh
    parts = []
    for place, text in zip(places, texts, strict=True):
        y = TOP + (1 - place) * height
        parts.append(
            f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + width}" y2="{y:.1f}"/>'
        )
        parts.append(_text(LEFT - 6, y + 4, text, "end"))
    return parts


def _svg(axes: Axes, parts: Sequence[str]) -> str:
    width, height = axes.inner_wh
    middle = TOP + height / 2
    y_title = _text(0, 0, axes.y, "middle", "axis")
    texts = (
        _text(LEFT + width / 2, axes.height - 4, axes.x, "middle", "axis"),
        f'<g transform="translate(11 {middle}) rotate(-90)">{y_title}</g>',
    )
    frame = f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{width}" height="{height}"/>'
    return (
        f'<figure><figcaption>{escape(axes.title)}</figcaption><svg role="img" '
        f'aria-label="{escape(axes.title)}" viewBox="0 0 {axes.width} {axes.height}">'
        f"{''.join(parts)}{frame}{''.join(texts)}</svg></figure>"
    )


def _text(x: float, y: float, text: str, anchor: str, kind: str = "tick") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _short(value: float) -> str:
    """At most three digits behind the point, none for whole numbers."""
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"


def _cut(name: str, most: int = 12) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
