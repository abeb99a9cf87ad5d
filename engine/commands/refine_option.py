"""The option `--refine` of the commands that run a semantic model."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import ConfigError

if TYPE_CHECKING:
    from engine.click.asking import Asker
    from engine.pipeline.pipeline import Pipeline
    from engine.pipeline.refine import Refinement, RefineSettings

RefineOption = Annotated[
    str,
    typer.Option(
        metavar="NAME[:KEY=VALUE,...]",
        help="Refine label scores by the picture: none, crf, superpixels, tree_cut.",
    ),
]
"""The type of a command's `refine` parameter: "crf", or "crf:color_sigma=8,iterations=10"."""


def set_refine(pipeline: "Pipeline | Asker", text: str) -> None:
    """Let the pipeline refine as the option says; there is nothing to set in who is asked.

    ConfigError for wrong text, or a model without label scores.
    """
    from engine.pipeline.pipeline import Pipeline
    from models.task import Task

    choice, card = parse_refine(text), pipeline.weights.card
    if choice.is_on and card.task is not Task.SEMANTIC:
        raise ConfigError(
            f"The model {card.model} gives no label scores to refine.",
            hint="Leave --refine out, or choose weights for semantic segmentation.",
        )
    if isinstance(pipeline, Pipeline):
        pipeline.refine = choice


def parse_refine(text: str) -> "Refinement":
    """The refinement and settings that "NAME" or "NAME:KEY=VALUE,..." names.

    Keys are `side` and the settings of that refinement. ConfigError for what it does not know.
    """
    from engine.pipeline.refine import Refinement, RefineSettings

    name, _, rest = text.partition(":")
    settings = RefineSettings()
    try:
        for pair in filter(None, rest.split(",")):
            key, _, value = pair.partition("=")
            settings = _changed(settings, name, key.strip(), value.strip())
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"--refine {text}: {error}",
            hint="For example: --refine crf:color_sigma=8,iterations=10",
        ) from error
    return Refinement(name, settings)


def _changed(settings: "RefineSettings", name: str, key: str, value: str) -> "RefineSettings":
    """The settings with one number set. ValueError for a key or number that is wrong."""
    if key == "side":
        return replace(settings, side=_number(int, key, value))
    own: Any = getattr(settings, name, None)
    if own is None:
        raise ValueError("it has no settings but side.")
    known = {field.name: type(getattr(own, field.name)) for field in fields(own)}
    if key not in known:
        raise ValueError(f"there is no {key}; there are side, {', '.join(known)}.")
    return replace(settings, **{name: replace(own, **{key: _number(known[key], key, value)})})


def _number(kind: type, key: str, value: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        wanted = "a whole number" if kind is int else "a number"
        raise ValueError(f"{key} is {wanted}, not {value or 'nothing'}.") from error
