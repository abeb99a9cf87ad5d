"""`maskloop live`: a camera, video or address through a model, and the rates measured."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, SwitchOption, app, emit
from engine.commands.counter_options import (
    CountAtOption,
    LineOption,
    ZoneOption,
    count_text,
    counting_of,
    refuse_counting,
)
from engine.commands.refine_option import RefineOption, set_refine
from engine.commands.source_options import (
    RateOption,
    SizeOption,
    SourceArgument,
    WatchOption,
    source_name,
)
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
from engine.words import counted

if TYPE_CHECKING:
    from engine.pipeline.live import LiveLink
    from engine.pipeline.live_display import LiveDisplay
    from engine.pipeline.meter import Rates
    from engine.pipeline.pipeline import Pipeline
    from engine.pipeline.reconnect import Lost
    from engine.pipeline.recorded import Recorded
    from engine.sources.source import SourceName


OverOption = Annotated[
    str, typer.Option(metavar="WEIGHTS", help="Other weights on the same frames, too.")
]


@app.command("live")
def live(
    source: SourceArgument,
    weights: Annotated[str, typer.Option(help="Weights: a name or a file.")],
    over: OverOption = "",
    line: LineOption = None,
    zone: ZoneOption = None,
    count_at: CountAtOption = FOOT,
    watch: WatchOption = False,
    size: SizeOption = "",
    rate: RateOption = 0,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: at the end.")] = 0,
    record: Annotated[Path | None, typer.Option(help="Write what is seen as a video.")] = None,
    raw: Annotated[Path | None, typer.Option(help="Write the frames as they come.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(help="Write what is said of each frame, a line of JSON.")
    ] = None,
    window: Annotated[bool, typer.Option(help="Show it in a window.")] = True,
    conf: ConfOption = Thresholds.conf,
    iou: IouOption = Thresholds.iou,
    only: OnlyOption = None,
    min_area: AreaOption = 0,
    fill_holes: HolesOption = False,
    smooth: SmoothOption = 0.0,
    track: TrackOption = False,
    trails: TrailsOption = False,
    tile: TileOption = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda:0, mps.")] = "auto",
    backend: Annotated[str, typer.Option(help="auto, torch, openvino.")] = "auto",
    option: SwitchOption = None,
    refine: RefineOption = "none",
    json: JsonOption = False,
) -> None:
    """Run live by the newest-frame rule, and say the measured rates at the end."""
    wishes = (tuple(only) if only else None, min_area, fill_holes, check_tile(tile), smooth)
    what = source_name(source, watch, size, rate)
    counting = counting_of(line, zone, count_at)
    thresholds = Thresholds(conf, iou, *wishes, track or trails, trails, counting)
    from engine.jobs import CancelToken
    from engine.pipeline.live import LiveLink
    from engine.pipeline.live_display import LiveDisplay
    from engine.pipeline.reconnect import Reconnect
    from engine.pipeline.recorded import Places

    named = [(weights, option or ())] + ([(over, ())] if over else [])
    pipelines = _pipelines(named, thresholds, (device, backend), refine)
    refuse_counting(counting, [each.weights.card for each in pipelines])
    link = LiveLink(CancelToken(), reconnect=Reconnect(), on_lost=_say_lost)
    display = LiveDisplay(link, record=Places(record, raw, jsonl), window=window, seconds=seconds)
    _play(what, pipelines, (display, link), thresholds)
    _say_recorded(display.recorded)
    _report(link, pipelines, display.counts, json)


def _play(
    what: "SourceName",
    pipelines: "Sequence[Pipeline]",
    shown: "tuple[LiveDisplay, LiveLink]",
    thresholds: Thresholds,
) -> None:
    """Run until it ends."""
    from engine.open import open_source
    from engine.pipeline.live import run_live

    display, link = shown
    try:
        run_live(
            lambda: open_source(what),
            lambda: pipelines[0],
            lambda result: display.show(replace(result, is_over=True)),
            link,
            lambda: thresholds,
            get_beside=lambda: pipelines[1] if len(pipelines) > 1 else None,
        )
    except (SourceError, KeyboardInterrupt) as error:
        # What was measured until a camera was lost, or Ctrl+C, is still worth saying.
        if not display.frames:
            raise
        if isinstance(error, SourceError):
            typer.echo(str(error), err=True)
    finally:
        display.close()


def _pipelines(
    named: Sequence[tuple[str, Sequence[str]]],
    thresholds: Thresholds,
    where: tuple[str, str],
    refine: str,
) -> "list[Pipeline]":
    """The networks under their options on this device and backend, warmed up; AppError where none
    of them knows a label asked for."""
    from engine.pipeline.pipeline import Pipeline
    from engine.pipeline.tidy import check_only
    from engine.weights.load import load
    from engine.weights.options import with_texts
    from models.task import Task

    loaded = [with_texts(load(name), options) for name, options in named]
    check_only(thresholds.only, [label for each in loaded for label in each.card.labels])
    pipelines = [Pipeline(each, device=where[0], backend=where[1]) for each in loaded]
    scoring = [each for each in pipelines if each.weights.card.task is Task.SEMANTIC]
    for pipeline in scoring or pipelines:
        set_refine(pipeline, refine)
    for pipeline in pipelines:
        pipeline.warm_up()
    return pipelines


def _say_recorded(recorded: "Recorded | None") -> None:
    if recorded is not None:
        coded = f" ({recorded.codec})" if recorded.codec else ""
        files = ", ".join(str(path) for path in recorded.paths)
        text = f"Recorded {recorded.seconds:.1f} s in {counted(recorded.frames, 'frame')}{coded}: "
        typer.echo(f"{text}{files}", err=True)


def _say_lost(lost: "Lost | None") -> None:
    if lost is None:
        typer.echo("Connected again.", err=True)
    else:
        typer.echo(f"{lost.error} Try {lost.tries} in {lost.wait or 0:.1f} s.", err=True)


def _report(
    link: "LiveLink",
    pipelines: "Sequence[Pipeline]",
    counts: list[dict[str, Any]],
    json: bool,
) -> None:
    rates, pipeline = link.meter.whole(), pipelines[0]
    result: dict[str, Any] = {
        "capture_fps": round(rates.capture_fps, 2),
        "infer_fps": round(rates.infer_fps, 2),
        "display_fps": round(rates.display_fps, 2),
        "delay_ms": round(rates.delay_ms, 2),
        "dropped": rates.dropped,
        "frames": rates.frames,
        "lost": rates.lost,
        "device": pipeline.device_text,
        "backend": pipeline.backend_name,
        "refine": pipeline.refine.name,
        "stages_ms": {stage: round(ms, 2) for stage, ms in rates.times_ms.items()},
        "over": [each.weights.name for each in pipelines[1:]],
        "counts": counts,
    }
    lines = [_text(rates, pipeline), *map(count_text, counts)]
    emit(result, json, "\n".join(lines))


def _text(rates: "Rates", pipeline: "Pipeline") -> str:
    stages = ", ".join(f"{stage} {ms:.1f} ms" for stage, ms in rates.times_ms.items())
    lost = f", lost {counted(rates.lost, 'time')}" if rates.lost else ""
    return (
        f"{rates.frames} frames shown, {rates.dropped} dropped{lost} "
        f"({pipeline.backend_name}, {pipeline.device_text})\n"
        f"a second: {rates.capture_fps:.1f} captured, {rates.infer_fps:.1f} inferred, "
        f"{rates.display_fps:.1f} displayed; delay {rates.delay_ms:.0f} ms\n{stages}"
    )
