"""`maskloop evaluate`: how good weights, or somebody's results, are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, SwitchOption, app, emit
from engine.commands.refine_option import RefineOption, set_refine
from engine.errors import ConfigError

if TYPE_CHECKING:
    from engine.pipeline.pipeline import Pipeline


@app.command("evaluate")
def evaluate(
    data: Annotated[Path, typer.Option(help="A txt list; with --predictions, COCO annotations.")],
    weights: Annotated[str | None, typer.Option(help="Weights: a name or a file.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="COCO results instead.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a report with the worst samples.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda:0, mps.")] = "auto",
    backend: Annotated[str, typer.Option(help="auto, torch, openvino.")] = "auto",
    option: SwitchOption = None,
    refine: RefineOption = "none",
    json: JsonOption = False,
) -> None:
    """Score weights on a list, or COCO results on COCO annotations."""
    if (weights is None) == (predictions is None):
        raise typer.BadParameter("Give either --weights or --predictions.")
    worst: tuple[dict[str, Any], ...] = ()
    if predictions is not None:
        from engine.evaluation.coco import evaluate_results

        metrics = evaluate_results(predictions, data)
    else:
        from engine.pipeline.pipeline import Pipeline
        from engine.weights.options import with_texts
        from engine.weights.weights import load

        assert weights is not None
        switched = with_texts(load(weights), option or ())
        pipeline = Pipeline(switched, device=device, backend=backend)
        set_refine(pipeline, refine)
        metrics, worst = _score(pipeline, data)
        if pipeline.refine.is_on:
            metrics["refine"] = refine
    if out is not None:
        _write(out, {"weights": weights, "data": str(data), "metrics": metrics, "worst": worst})
    emit(metrics, json, _lines(metrics))


def _score(pipeline: "Pipeline", data: Path) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    from engine.commands.progress import progress_bar
    from engine.evaluation.evaluate import evaluate as run

    with progress_bar() as progress:
        report = run(pipeline, data, progress=progress)
    return report.metrics, report.worst


def _write(path: Path, report: dict[str, Any]) -> None:
    from engine import plain_json
    from engine.files import write_text

    try:
        write_text(path, plain_json.dumps(report, indent=1) + "\n")
    except OSError as error:
        raise ConfigError(f"Cannot write {path}.", hint="Choose another place.") from error


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
