"""`maskloop models`: the registered models, or the card of one."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, app, emit
from engine.commands.table import table
from engine.weights.learnt import learnt_text
from models.task import Task

if TYPE_CHECKING:
    from engine.model_facts import ModelFacts

LIVE = "*"
WIDTH = 100
OPTIONS_WIDTH = 32
CARD = {
    "idea": "The idea",
    "improves_on": "Improves on",
    "look_for": "Look for",
    "differs": "Differs from the paper",
}
FOOTER = f"{LIVE} can be switched on loaded weights. `maskloop models NAME` shows a model's card."


@app.command("models")
def models(
    name: Annotated[str | None, typer.Argument(help="Show the card of this model only.")] = None,
    json: JsonOption = False,
) -> None:
    """List the registered models, or show the card of one."""
    from engine.model_table import all_facts, facts_of

    if name is None:
        rows = [_row(facts) for facts in all_facts()]
        emit(rows, json, f"{_listing(rows)}\n\n{_encoders()}")
    else:
        from engine.weights.library import available

        row = _row(facts_of(name))
        here = [each for each in available() if each.model == name and each.path is not None]
        row["weights"] = [
            {"name": e.name, "trained": dict(e.trained), "not_learnt": list(e.not_learnt)}
            for e in here
        ]
        emit(row, json, _card(row))


def _row(facts: "ModelFacts") -> dict[str, Any]:
    """What `--json` prints of a model (docs/design.md)."""
    about = facts.about
    return {
        "name": facts.name,
        "task": facts.task,
        "year": about.year if about else None,
        "paper": facts.paper,
        "parameters": facts.parameters,
        "input_hw": list(facts.input_hw),
        "backends": list(facts.backends),
        "trainable": facts.trainable,
        "text": facts.text,
        "options": [
            {
                "name": option.name,
                "text": option.text._asdict(),
                "choices": list(option.choices),
                "default": option.default,
                "live": option.live,
            }
            for option in facts.options
        ],
        "about": {part: getattr(about, part)._asdict() for part in CARD} if about else None,
    }


def _listing(rows: Sequence[dict[str, Any]]) -> str:
    """One table, its rows grouped by task, the oldest paper first."""
    header = ("name", "year", "parameters", "input", "backends", "trains", "options")
    cells: list[Sequence[str]] = []
    for task in Task:
        group = sorted(
            (row for row in rows if row["task"] == str(task)), key=lambda row: row["year"] or 0
        )
        if group:
            cells += [[""] * len(header), [f"{task.text.upper()} ({len(group)})", *[""] * 6]]
            cells += [line for row in group for line in _cells(row)]
    return f"{table(header, cells)}\n\n{FOOTER}"


def _encoders() -> str:
    """Which encoders can begin with weights of ImageNet (`pretrained: true`)."""
    from engine.weights.encoder_catalog import DOWNLOADS, PACKAGES, find_encoder, how_to_get

    rows = []
    for name in sorted({*PACKAGES, *DOWNLOADS}):
        found = find_encoder(name)
        rows.append((name, f"here: {found.text}" if found else how_to_get(name)))
    return table(("encoder", "weights for pretrained: true"), rows)


def _cells(row: dict[str, Any]) -> list[tuple[str, ...]]:
    """A model's line of the table; more lines follow if its options do not fit into one."""
    options = ", ".join(option["name"] + LIVE * option["live"] for option in row["options"])
    first, *more = textwrap.wrap(options, OPTIONS_WIDTH) or [""]
    cells = (
        row["name"],
        str(row["year"] or ""),
        _millions(row),
        _input(row),
        ", ".join(row["backends"]),
        "yes" if row["trainable"] else "no",
    )
    return [(*cells, first), *((*[""] * len(cells), rest) for rest in more)]


def _card(row: dict[str, Any]) -> str:
    """Everything of one model, for people."""
    trains = "trainable" if row["trainable"] else "only predicts"
    lines = [
        f"{row['name']}: {row['text']}",
        row["paper"],
        f"{Task(row['task']).text}, {_millions(row)} parameters, input {_input(row)}, "
        f"{' and '.join(row['backends'])}, {trains}",
    ]
    if row["about"]:
        for part, title in CARD.items():
            if row["about"][part]["en"]:
                lines += ["", textwrap.fill(f"{title}: {row['about'][part]['en']}", WIDTH)]
    lines += [""] * bool(row["options"])
    for option in row["options"]:
        live = ", live" if option["live"] else ""
        choices = ", ".join(str(choice) for choice in option["choices"])
        lines.append(f"option {option['name']}{live}: {choices} ({option['text']['en']})")
    lines += [""] * bool(row["weights"])
    for each in row["weights"]:
        text = learnt_text(each["trained"], each["not_learnt"])
        lines.append(textwrap.fill(f"weights {each['name']}{': ' * bool(text)}{text}", WIDTH))
    return "\n".join(lines)


def _millions(row: dict[str, Any]) -> str:
    return f"{row['parameters'] / 1e6:.1f} M"


def _input(row: dict[str, Any]) -> str:
    return "x".join(str(side) for side in row["input_hw"])
