"""`maskloop predict`: pictures, folders, videos and txt lists -> label files and a txt list."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import TROUBLE, JsonOption, SwitchOption, app, emit
from engine.commands.counter_options import (
    CountAtOption,
    LineOption,
    ZoneOption,
    count_text,
    counting_of,
    refuse_counting,
)
from engine.commands.refine_option import RefineOption, set_refine
from engine.commands.threshold_options import (
    AreaOption,
    ConfOption,
    HolesOption,
    IouOption,
    OnlyOption,
    SmoothOption,
    TileOption,
    TrackOption,
    TrailsOption,
    check_tile,
)
from engine.counters import FOOT
from engine.errors import SourceError
from engine.thresholds import Thresholds

if TYPE_CHECKING:
    from engine.click.clicking import Clicking
    from engine.export.options import ExportOptions
    from engine.pipeline.batch import BatchReport
    from engine.pipeline.batch_results import Existing
    from engine.pipeline.cluster import Cluster
    from engine.pipeline.pipeline import Pipeline
    from engine.values import Prediction
    from engine.weights.weights import Weights

InputsArgument = Annotated[
    list[str], typer.Argument(metavar="INPUT...", help="Pictures, folders, videos, txt lists.")
]
ClicksOption = Annotated[
    Path | None,
    typer.Option(help="JSON file that says where to click, for weights that answer clicks."),
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace the results in the folder.")
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with what the results in the folder lack.")
]
RayOption = Annotated[
    str,
    typer.Option(metavar="ADDRESS", help="Predict on a Ray cluster, or `local`: more processes."),
]
FormatOption = Annotated[
    str, typer.Option("--format", help="Also in this format, into a folder of its name.")
]


@app.command("predict")
def predict(
    inputs: InputsArgument,
    weights: Annotated[str, typer.Option(help="Weights: a name or a file.")],
    out: Annotated[Path, typer.Option(help="Folder for the label files and the list.")],
    overlay: Annotated[bool, typer.Option("--overlay", help="Paint what was seen, too.")] = False,
    conf: ConfOption = Thresholds.conf,
    iou: IouOption = Thresholds.iou,
    only: OnlyOption = None,
    min_area: AreaOption = 0,
    fill_holes: HolesOption = False,
    smooth: SmoothOption = 0.0,
    track: TrackOption = False,
    trails: TrailsOption = False,
    line: LineOption = None,
    zone: ZoneOption = None,
    count_at: CountAtOption = FOOT,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda:0, mps.")] = "auto",
    backend: Annotated[str, typer.Option(help="auto, torch, openvino.")] = "auto",
    tile: TileOption = 0,
    refine: RefineOption = "none",
    clicks: ClicksOption = None,
    format_: FormatOption = "",
    flat: Annotated[bool, typer.Option("--flat", help="Search no folder below another.")] = False,
    overwrite: OverwriteOption = False,
    resume: ResumeOption = False,
    option: SwitchOption = None,
    ray: RayOption = "",
    json: JsonOption = False,
) -> None:
    """Predict every frame of the inputs, or what --clicks points at; 1 if one cannot be read."""
    wishes = (tuple(only) if only else None, min_area, fill_holes, check_tile(tile), smooth)
    counting = counting_of(line, zone, count_at)
    thresholds = Thresholds(conf, iou, *wishes, track or trails, trails, counting)
    from engine.commands.progress import progress_bar
    from engine.pipeline.batch import BatchOptions, predict_batch

    existing = _existing(overwrite=overwrite, resume=resume)
    _refuse(inputs, out, existing, recursive=not flat)  # Loading takes seconds.
    loaded = _loaded(weights, option or (), thresholds)
    wanted = _wanted_format(format_, loaded, out, replace=overwrite)
    pipeline = _predictor(loaded, clicks, device, backend, refine)
    crew = _crew(ray, pipeline, (weights, tuple(option or ()), device, backend), thresholds)
    told, counts = list[dict[str, Any]](), dict[str, list[dict[str, Any]]]()
    options = BatchOptions(
        out,
        thresholds,
        overlay=overlay,
        recursive=not flat,
        existing=existing,
        keeps_scores=wanted is not None or thresholds.follows,
        tell=partial(_note, told if json else None, counts),
        crew=crew,
    )
    with progress_bar() as progress, crew or nullcontext():
        report = predict_batch(pipeline, inputs, options, progress=progress)
    result = _result(report, pipeline) | {"refine": refine, "predictions": told, "counts": counts}
    result["unused_clicks"] = _unused(clicks, inputs, recursive=not flat)
    said = "" if wanted is None else _export(report.list_path, out / format_, wanted, result)
    emit(result, json, f"{_text(result)}{said}")
    raise typer.Exit(TROUBLE if report.errors else 0)


def _refuse(inputs: list[str], out: Path, existing: "Existing", *, recursive: bool) -> None:
    """AppError where there is nothing to read, or no place to write."""
    from engine.open import refuse_unreadable
    from engine.pipeline.batch_results import refuse_results

    refuse_results(out, existing)
    refuse_unreadable(inputs, recursive=recursive)


def _wanted_format(
    name: str, weights: "Weights", out: Path, *, replace: bool
) -> "ExportOptions | None":
    """How to write the results in another format, too; AppError if that cannot hold them."""
    from engine.export.predictions import options_for

    task = weights.card.task.written_as
    return options_for(name, task, out / name, replace=replace) if name else None


def _note(
    told: list[dict[str, Any]] | None,
    counts: dict[str, list[dict[str, Any]]],
    prediction: "Prediction",
) -> None:
    """Keep of a Prediction what `--json` tells, and what was counted in its video or folder."""
    from engine.pipeline.told import as_told, counts_told
    from engine.sources.frame_reader import is_video_frame

    if told is not None:
        told.append(as_told(prediction))
    if prediction.tallies:
        path = Path(prediction.frame_id.path)
        where = path if is_video_frame(prediction.frame_id) else path.parent
        counts[str(where)] = counts_told(prediction)


def _existing(*, overwrite: bool, resume: bool) -> "Existing":
    """What is done about results that are there."""
    from engine.pipeline.batch_results import Existing

    if overwrite and resume:
        raise typer.BadParameter("Give either --overwrite or --resume.")
    asked = {overwrite: Existing.OVERWRITE, resume: Existing.RESUME}
    return asked.get(True, Existing.REFUSE)


def _loaded(name: str, options: Sequence[str], thresholds: Thresholds) -> "Weights":
    """The Weights; AppError where they do not know a label that is asked for, or find nothing that
    could be counted."""
    from engine.pipeline.tidy import check_only
    from engine.weights.load import load
    from engine.weights.options import with_texts

    weights = with_texts(load(name), options)
    check_only(thresholds.only, weights.card.labels)
    refuse_counting(thresholds.counting, [weights.card])
    return weights


def _predictor(
    weights: "Weights", clicks: Path | None, device: str, backend: str, refine: str
) -> "Pipeline | Clicking":
    """Who predicts, by clicks or without."""
    if clicks is not None:
        return _clicking(weights, clicks, device)
    return _pipeline(weights, device, backend, refine)


def _crew(
    address: str,
    pipeline: "Pipeline | Clicking",
    asked: tuple[str, tuple[str, ...], str, str],
    thresholds: Thresholds,
) -> "Cluster | None":
    """The processes that predict as is `asked` for; None where this one does it all."""
    if not address:
        return None
    from engine.pipeline.cluster import Cluster, Wish
    from engine.pipeline.pipeline import Pipeline

    if thresholds.is_over_time or not isinstance(pipeline, Pipeline):
        raise typer.BadParameter("--ray shares out frames: no --track, --smooth and --clicks.")
    return Cluster(address, Wish(*asked, pipeline.refine, thresholds))


def _pipeline(weights: "Weights", device: str, backend: str, refine: str) -> "Pipeline":
    """The network, ready."""
    from engine.pipeline.pipeline import Pipeline

    pipeline = Pipeline(weights, device=device, backend=backend)
    set_refine(pipeline, refine)
    pipeline.warm_up()
    return pipeline


def _clicking(weights: "Weights", path: Path, device: str) -> "Clicking":
    """The network that is asked, and the questions."""
    from engine.click.asking import Asker
    from engine.click.clicking import Clicking
    from engine.click.clicks_file import read_clicks

    return Clicking(Asker(weights, device), read_clicks(path))


def _unused(path: Path | None, inputs: list[str], *, recursive: bool) -> list[str]:
    """The names in the file of clicks that no picture of the inputs has."""
    from engine.click.clicks_file import pictures_of, read_clicks, unused

    return (
        [] if path is None else unused(pictures_of(inputs, recursive=recursive), read_clicks(path))
    )


def _export(path: Path, folder: Path, wanted: "ExportOptions", result: dict[str, Any]) -> str:
    """Write the list in another format; what came of it, also into the result."""
    from engine.commands.progress import progress_bar
    from engine.export.predictions import export_predictions

    with progress_bar() as progress:
        exported = export_predictions(path, folder, wanted, progress=progress)
    result["exported"] = exported.as_json() | {"folder": str(exported.folder)}
    return f"\n{exported.text}"


def _result(report: "BatchReport", pipeline: "Pipeline | Clicking") -> dict[str, Any]:
    """The result as JSON has it; SourceError where nothing could be read."""
    if not report.images + report.kept:
        raise SourceError("Nothing could be read.", hint=_first(report.errors))
    return {
        "images": report.images,
        "kept": report.kept,
        "seconds": round(report.seconds, 3),
        "fps": round(report.images / report.seconds, 2),
        "device": pipeline.device_text,
        "backend": pipeline.backend_name,
        "labels": str(report.labels_path),
        "list": str(report.list_path),
        "overlays": [str(path) for path in report.overlays],
        "errors": [{"path": path, "message": message} for path, message in report.errors],
    }


def _first(errors: list[tuple[str, str]]) -> str:
    return errors[0][1] if errors else "Give pictures, folders, videos or txt lists."


def _text(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [
        f"{result['images']} frames in {result['seconds']} s, {result['fps']} a second "
        f"({result['backend']}, {result['device']})",
        f"list: {result['list']}",
    ]
    if result["kept"]:
        lines.append(f"{result['kept']} frames were there before")
    for where, counted in result["counts"].items():
        lines += [f"{where}: {count_text(each)}" for each in counted]
    lines += [f"clicks for no picture: {name}" for name in result["unused_clicks"]]
    lines += [f"not read: {error['path']}: {error['message']}" for error in result["errors"]]
    return "\n".join(lines)
