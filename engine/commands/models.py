"""`maskloop models`: the registered models."""

from typing import Any

from engine.commands.app import JsonOption, app, emit
from engine.commands.table import table


@app.command("models")
def models(json: JsonOption = False) -> None:
    """List the registered models."""
    rows = list_models()
    text = table(
        ("name", "task", "parameters", "input", "backends", "paper"),
        [
            (
                row["name"],
                row["task"],
                f"{row['parameters'] / 1e6:.1f} M",
                "x".join(str(side) for side in row["input_hw"]),
                ", ".join(row["backends"]),
                row["paper"],
            )
            for row in rows
        ],
    )
    emit(rows, json, text)


def list_models() -> list[dict[str, Any]]:
    """What DESIGN promises of each model; parameters are counted with 20 labels."""
    import models as networks
    from models import registry

    networks.load_all()
    return [
        {
            "name": name,
            "task": str(spec.task),
            "paper": spec.paper,
            "parameters": _count(spec),
            "input_hw": list(spec.input_hw),
            "backends": list(spec.backends),
            "trainable": spec.trainable,
            "text": spec.text,
        }
        for name in registry.names()
        for spec in [registry.get(name)]
    ]


def _count(spec: Any) -> int:
    """Parameters, counted without making any: the meta device allocates nothing."""
    import torch

    from models.contract import Task

    labels = 21 if spec.task is Task.SEMANTIC else 20
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in spec.build(labels).parameters())
