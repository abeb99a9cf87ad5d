"""The page of a report: one HTML file, no script, nothing loaded from elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import PurePath
from typing import Any

from engine.evaluation.page.plots import Axes, Bar, Line, bar_plot, legend, line_plot
from engine.evaluation.page.style import STYLE
from engine.evaluation.page.tables import confusion_table, error_table, figure, label_table
from engine.evaluation.page.thumbnails import example_cards
from engine.evaluation.report import BINS, LEAST_SCORE, Report
from engine.evaluation.scene import SHOWN_SCORE
from engine.metric_names import metric_name

FIGURES = {
    "ap": "Mean average precision at IoU 0.50 to 0.95, as COCO defines it",
    "ap50": "At IoU 0.5",
    "ap75": "At IoU 0.75",
    "ap_voc": "PASCAL VOC since 2010: the area under the curve at IoU 0.5",
    "ap_voc11": "PASCAL VOC 2007: eleven recalls at IoU 0.5",
    "ar100": "Mean recall with 100 detections a picture",
    "miou": "Mean IoU over the labels of the truth",
    "pixel_accuracy": "Share of pixels that are right",
    "mean_accuracy": "Share of each label's pixels, meaned over labels",
    "boundary_ap": "AP where the borders must agree too",
    "mean_boundary_iou": "How well borders agree",
    "box_ap": "AP of the boxes around the masks",
    "top1": "Share of pictures whose best label is right",
    "top5": "Share of pictures whose label is among the best five",
    "iou_1": "Mean over the objects, each clicked in the middle of what is wrong",
    "iou_3": "The same, two corrections later",
    "iou_5": "The same, four corrections later",
    "iou_box": "Mean over the objects, each asked for by its box alone",
    "noc80": "Mean clicks an outline takes; 20 where they do not suffice",
    "noc85": "The same, for a better outline",
    "noc90": "The same, for a good outline",
    "objects": "",
    "images": "",
}
"""What the numbers at the head of the page mean; those are shown that a report has."""

COLUMNS = {key: metric_name(key) for key in ("ap", "ap50", "ap_voc", "ap_voc11")}
MOST_LINES = 24


def page(report: Report, *, weights: str, data: str) -> str:
    """The whole page as a text."""
    title = f"Evaluation of {PurePath(weights).name}"
    sections = "".join(
        f"<section><h2>{escape(name)}</h2>{content}</section>"
        for name, content in _sections(report)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<h1>{escape(title)}</h1><p class="about">{escape(report.task)} on {escape(data)}</p>'
        f"{sections}</body></html>\n"
    )


def _sections(report: Report) -> Iterator[tuple[str, str]]:
    yield "In short", _figures(report.metrics)
    if report.curves:
        yield "Precision and recall", _curves(report)
    if "ap_small" in report.metrics:
        yield "By size, and how many are found", _sizes(report.metrics)
    if report.histogram is not None:
        yield "Scores", _scores(report)
    if columns := list(_columns(report.metrics)):
        yield "By label", label_table(columns, _colors(report))
    if report.confusion is not None:
        about = (
            f"{report.confusion.unit.capitalize()} of each label, and what the model called them."
        )
        if report.curves:
            about += f" At a score of {SHOWN_SCORE} or more and IoU 0.5 or more."
        yield (
            "Confusion",
            f'<p class="note">{about}</p>{confusion_table(report.confusion.content())}',
        )
    if report.errors:
        yield "What goes wrong", _errors(report.errors)
    if report.examples:
        yield "The worst pictures", example_cards(report.examples, report.labels)


def _figures(metrics: Mapping[str, Any]) -> str:
    shown = (
        figure(metric_name(key), metrics[key], about)
        for key, about in FIGURES.items()
        if key in metrics
    )
    return f'<div class="figures">{"".join(shown)}</div>'


def _colors(report: Report) -> dict[str, str]:
    return {label.name: "#{:02x}{:02x}{:02x}".format(*label.color) for label in report.labels}


def _curves(report: Report) -> str:
    colors, ap50 = _colors(report), report.metrics["per_label"]
    # With many labels only the best and worst could be told apart: the frequent view is the table.
    names = [name for name in report.curves if ap50[name]["ap50"] is not None][:MOST_LINES]
    plots = []
    for key, iou in (("50", "0.5"), ("75", "0.75")):
        lines = [Line(name, colors[name], _points(report.curves[name][key])) for name in names]
        plots.append(line_plot(Axes(f"At IoU {iou}", "recall", "precision"), lines))
    entries = [(f"{name}  AP50 {ap50[name]['ap50']:.3f}", colors[name]) for name in names]
    left = len(report.curves) - len(names)
    note = f'<p class="note">{left} labels without truth or room are left out.</p>' if left else ""
    return f'<div class="plots">{"".join(plots)}</div>{legend(entries)}{note}'


def _points(values: Sequence[float | None]) -> tuple[tuple[float, float], ...]:
    last = len(values) - 1
    return tuple((i / last, value) for i, value in enumerate(values) if value is not None)


def _sizes(metrics: Mapping[str, Any]) -> str:
    groups = (
        ("Average precision by size", "AP", {
            "small\n< 32²": "ap_small", "medium": "ap_medium", "large\n> 96²": "ap_large",
        }, "var(--accent)"),
        ("Average recall", "AR", {
            "1 each": "ar1", "10 each": "ar10", "100 each": "ar100",
            "small": "ar_small", "medium": "ar_medium", "large": "ar_large",
        }, "var(--good)"),
    )  # fmt: skip
    plots = []
    for title, y, keys, color in groups:
        bars = [
            Bar(
                name.replace("\n", " "),
                ((metrics[key] or 0.0, color),),
                "none" if metrics[key] is None else f"{metrics[key]:.2f}",
            )
            for name, key in keys.items()
        ]
        x = "size of the object in pixels" if y == "AP" else "detections a picture, or size"
        plots.append(bar_plot(Axes(title, x, y), bars, top=1.0))
    return f'<div class="plots">{"".join(plots)}</div>'


def _scores(report: Report) -> str:
    assert report.histogram is not None
    pairs = list(zip(report.histogram.right, report.histogram.wrong, strict=True))
    first = round(LEAST_SCORE * BINS)
    bars = [
        Bar(f"{place / BINS:.2f}", ((right, "var(--good)"), (wrong, "var(--bad)")))
        for place, (right, wrong) in enumerate(pairs)
        if place >= first
    ]
    axes = Axes("Detections by score", "score", "detections", width=720, height=260)
    entries = [("right at IoU 0.5", "var(--good)"), ("wrong", "var(--bad)")]
    return bar_plot(axes, bars) + legend(entries)


def _columns(metrics: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    per_label = metrics.get("per_label", {})
    if any(isinstance(value, Mapping) for value in per_label.values()):
        for key, title in COLUMNS.items():
            yield title, {name: values.get(key) for name, values in per_label.items()}
    elif per_label:
        yield "recall", per_label
    for key in ("iou", "mean_image_iou", "boundary_iou"):
        if key in metrics:
            yield key.replace("_", " ").replace("iou", "IoU"), metrics[key]


def _errors(errors: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(str(row["kind"]) for row in errors)
    figures = "".join(figure(kind.replace("_", " "), n) for kind, n in counts.most_common())
    return f'<div class="figures">{figures}</div><br>{error_table(errors)}'
