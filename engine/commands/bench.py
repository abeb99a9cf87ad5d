"""`maskloop bench`: measurements, as a table and as JSON."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.progress import progress_bar
from engine.commands.table import table
from engine.errors import ConfigError

if TYPE_CHECKING:
    from engine.bench.models import Measured, Plan


@app.command("bench")
def bench(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="What to measure; without it, everything. After label: txt lists."),
    ] = None,
    weights: Annotated[
        list[str] | None,
        typer.Option(help="models, label: weights, by name or file; several times."),
    ] = None,
    models: Annotated[
        list[str] | None,
        typer.Option(help="models: a registered model with random weights, or all of them."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="models: a txt list to time and to score on.")
    ] = None,
    device: Annotated[str, typer.Option(help="models: all, auto, cpu, cuda:0, mps.")] = "all",
    backend: Annotated[str, typer.Option(help="models: all, auto, torch, openvino.")] = "all",
    json: JsonOption = False,
) -> None:
    """Measure what Maskloop promises on this machine; `bench models` compares models."""
    from engine.bench import load_all, registry

    load_all()
    rows = []
    given = (weights, models, data, device != "all", backend != "all")
    of_lists = registry.of_lists(what[0]) if what else None
    if what and of_lists is not None:
        if len(what) < 2 or any(given[1:]):
            raise typer.BadParameter(f"As in: maskloop bench {what[0]} LIST... --weights W...")
        found = of_lists([Path(path) for path in what[1:]], weights or ())
        _tell([row.as_json() for row in found], json)
        return
    if what == ["models"] or (not what and any(given)):
        from engine.bench.models import Plan

        plan = Plan(tuple(weights or ()), tuple(models or ()), device, backend, data)
        _bench_models(plan, json)
        return
    if any(given):
        raise typer.BadParameter("These options belong to `maskloop bench models` alone.")
    measures = [(name, registry.get(name)) for name in what or registry.names()]
    for name, measure in measures:
        sys.stderr.write(f"Measuring {name} ...\n")
        with progress_bar() as progress:
            rows += [row.as_json() for row in measure(progress)]
    _tell(rows, json)


def _tell(rows: list[dict[str, Any]], json: bool) -> None:
    from engine.bench import clock

    machine = clock.machine()
    emit({"machine": machine, "rows": rows}, json, f"{_where(machine)}\n\n{_as_table(rows)}")


def _bench_models(plan: "Plan", json: bool) -> None:
    from engine.bench import clock
    from engine.bench.models import measure

    with progress_bar() as progress:
        found = list(measure(plan, progress=progress))
    if found and all(each.trouble for each in found):
        raise ConfigError(found[0].trouble)
    machine = clock.machine()
    answer = {
        "machine": machine,
        "rows": [row.as_json() for each in found for row in each.rows()],
        "models": [each.as_json() for each in found],
    }
    emit(answer, json, f"{_where(machine)}\n\n{_models_table(found)}")


def _where(machine: dict[str, Any]) -> str:
    return f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"


def _models_table(found: "list[Measured]") -> str:
    """A row for each model, backend and device; then how memory was got, and what failed."""
    header = ["weights", "model", "input", "backend", "device"]
    header += ["parameters", "multiply-adds", "memory", "latency", "frames/s", "score"]
    cells = [
        (
            each.name,
            each.model,
            "x".join(map(str, each.input_hw)),
            each.backend,
            each.device,
            f"{each.parameters / 1e6:.2f} M",
            f"{each.multiply_adds / 1e9:.2f} G",
            f"{each.memory_bytes / 1e6:.0f} MB",
            f"{each.latency_ms:.1f} ms",
            f"{each.fps:.1f}",
            "" if each.score is None else f"{each.score_name} {each.score:.3f}",
        )
        for each in found
        if not each.trouble
    ]
    hows = sorted({each.memory_how for each in found if not each.trouble})
    notes = [f"memory {how}" for how in hows]
    notes += [f"{each.name} {each.backend}: {each.trouble}" for each in found if each.trouble]
    return "\n".join([table(header, cells), "", *notes])


def _as_table(rows: list[dict[str, Any]]) -> str:
    header = ("what", "value", "budget", "kept", "rival", "rival's", "ratio")
    kept = {True: "yes", False: "NO", None: ""}
    return table(
        header,
        [
            (
                row["id"],
                f"{row['value']:g} {row['unit']}".strip(),
                "" if row["budget"] is None else f"{row['budget']:g}",
                kept[row["ok"]],
                row["rival"],
                "" if row["rival_value"] is None else f"{row['rival_value']:g}",
                "" if row["ratio"] is None else f"{row['ratio']:.2f}x",
            )
            for row in rows
        ],
    )
