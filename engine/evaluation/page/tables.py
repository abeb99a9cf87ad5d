"""Tables of the page: figures, labels, the confusion matrix and the errors."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import PurePath
from typing import Any

MOST_LABELS = 40
"""A confusion matrix of more could not be read."""
MOST_ERRORS = 40


def figure(name: str, value: object, about: str = "") -> str:
    """One number, large."""
    tip = f' title="{escape(about)}"' if about else ""
    return f'<div class="figure"{tip}><b>{text(value)}</b><span>{escape(name)}</span></div>'


def label_table(columns: Sequence[tuple[str, Mapping[str, Any]]], colors: Mapping[str, str]) -> str:
    """A row for each label; of each column its number by label."""
    names = list(dict.fromkeys(name for _, values in columns for name in values))
    head = "".join(f"<th>{escape(title)}</th>" for title, _ in columns)
    rows = (
        f"<tr><td>{swatch(colors.get(name))}{escape(name)}</td>"
        + "".join(_bar_cell(values.get(name)) for _, values in columns)
        + "</tr>"
        for name in names
    )
    return (
        f"<table><thead><tr><th>label</th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def confusion_table(confusion: Mapping[str, Any]) -> str:
    """Rows are the truth; the darker a cell, the larger its share of the row."""
    rows, columns, counts = confusion["rows"], confusion["columns"], confusion["counts"]
    if len(rows) > MOST_LABELS:
        return (
            f'<p class="note">{len(rows)} labels are too many to show here; see the JSON file.</p>'
        )
    head = "".join(f'<th class="up"><span>{escape(name)}</span></th>' for name in columns)
    body = []
    for name, row in zip(rows, counts, strict=True):
        total = sum(row)
        cells = (
            _cell(count, total, is_right=column == name, what=f"{name} called {column}")
            for column, count in zip(columns, row, strict=True)
        )
        body.append(f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>")
    return (
        f'<table class="confusion"><thead><tr><th>truth ↓  model →</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def error_table(errors: Sequence[Mapping[str, Any]]) -> str:
    """The worst mistakes one by one."""
    rows = []
    for row in errors[:MOST_ERRORS]:
        cells = (
            row["kind"].replace("_", " "),
            row.get("label") or "–",
            row.get("said") or "–",
            text(row.get("score")),
            text(row.get("iou")),
            PurePath(row["image"]).name,
        )
        rows.append("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>")
    heads = ("error", "truth", "model says", "score", "IoU", "picture")
    head = "".join(f"<th>{name}</th>" for name in heads)
    more = len(errors) - len(rows)
    note = f'<p class="note">{more} more are in the JSON file.</p>' if more > 0 else ""
    body = "".join(rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def swatch(color: str | None) -> str:
    """A small square of a label's colour."""
    return f'<i class="swatch" style="background:{color}"></i>' if color else ""


def text(value: object) -> str:
    """A number for people; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))


def _bar_cell(value: float | None) -> str:
    share = 0 if value is None else max(0.0, min(1.0, value)) * 100
    return f'<td class="bar"><i style="width:{share:.1f}%"></i><span>{text(value)}</span></td>'


def _cell(count: int, total: int, *, is_right: bool, what: str) -> str:
    share = count / total if total else 0.0
    color = "var(--good)" if is_right else "var(--bad)"
    fill = f"color-mix(in srgb, {color} {round(75 * share)}%, transparent)"
    shown = _thousands(count) if count else "·"
    tip = f"{what}: {count} ({share:.0%})"
    return f'<td style="background:{fill}" title="{escape(tip)}">{shown}</td>'


def _thousands(count: int) -> str:
    for unit, name in ((1_000_000, "M"), (10_000, "k")):
        if count >= unit:
            return f"{count / (1_000_000 if name == 'M' else 1000):.1f}{name}"
    return str(count)
