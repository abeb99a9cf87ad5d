"""`maskloop evaluate`: how good weights, or somebody's results, are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, SwitchOption, app, emit
from engine.commands.refine_option import RefineOption, set_refine

if TYPE_CHECKING:
    from engine.click.asking import Asker
    from engine.evaluation.report import Report
    from engine.pipeline.pipeline import Pipeline


@app.command("evaluate")
def evaluate(
    data: Annotated[Path, typer.Option(help="A txt list; with --predictions, COCO annotations.")],
    weights: Annotated[str | None, typer.Option(help="Weights: a name or a file.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="COCO results instead.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a report: JSON and a page beside it.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda:0, mps.")] = "auto",
    backend: Annotated[str, typer.Option(help="auto, torch, openvino.")] = "auto",
    option: SwitchOption = None,
    refine: RefineOption = "none",
    json: JsonOption = False,
) -> None:
    """Score weights on a list, or COCO results on COCO annotations."""
    if (weights is None) == (predictions is None):
        raise typer.BadParameter("Give either --weights or --predictions.")
    if predictions is not None:
        from engine.evaluation.coco import evaluate_results

        report = evaluate_results(predictions, data)
    else:
        from engine.evaluation.evaluate import judged
        from engine.weights.load import load
        from engine.weights.options import with_texts

        assert weights is not None
        switched = with_texts(load(weights), option or ())
        pipeline = judged(switched, device=device, backend=backend)
        set_refine(pipeline, refine)
        report = _score(pipeline, data)
        if refine != "none":
            report.metrics["refine"] = refine
    if out is not None:
        from engine.evaluation.report_files import write_report

        write_report(out, report, weights=str(weights or predictions), data=str(data.absolute()))
    emit(report.metrics, json, _lines(report.metrics))


def _score(pipeline: "Pipeline | Asker", data: Path) -> "Report":
    from engine.commands.progress import progress_bar
    from engine.evaluation.evaluate import evaluate as run

    with progress_bar() as progress:
        return run(pipeline, data, progress=progress)


def _lines(metrics: dict[str, Any]) -> str:
    """Numbers for people, three digits each."""
    lines = []
    for name, value in metrics.items():
        if isinstance(value, dict):
            lines += [f"{name}:"] + [f"  {k:<20} {_text(v)}" for k, v in value.items()]
        else:
            lines.append(f"{name:<22} {_text(value)}")
    return "\n".join(lines)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{k} {_text(v)}" for k, v in value.items())
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
