"""`maskloop bench`: measurements, as a table and as JSON."""

import sys
from typing import Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.table import table


@app.command("bench")
def bench(
    what: Annotated[
        list[str] | None, typer.Argument(help="What to measure; without it, everything.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Measure what Maskloop promises on this machine, beside its rivals."""
    from engine.bench import clock, load_all, registry

    load_all()
    rows = []
    measures = [(name, registry.get(name)) for name in what or registry.names()]
    for name, measure in measures:
        sys.stderr.write(f"Measuring {name} ...\n")
        rows += [row.as_json() for row in measure()]
    machine = clock.machine()
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"
    emit({"machine": machine, "rows": rows}, json, f"{where}\n\n{_as_table(rows)}")


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
