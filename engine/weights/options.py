"""Loaded weights under other live options: the same numbers in a network that is put together anew.

An option is live when it changes no tensor's name or shape: how to unpool, how often to iterate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import WeightsError
from engine.weights.build import build, compare, spec_of
from engine.weights.weights import Weights
from models.about import Option


def live_options(model: str) -> tuple[Option, ...]:
    """The options of a registered model that loaded weights can be switched by."""
    return tuple(option for option in spec_of(model).options if option.live)


def with_options(weights: Weights, changes: Mapping[str, Any]) -> Weights:
    """The same tensors under other live options; the given weights stay as they are.

    WeightsError if an option is not live, has no such choice, or the tensors would not fit.
    """
    known = {option.name: option for option in live_options(weights.card.model)}
    now = values_of(weights)
    for name, value in changes.items():
        if name not in known:
            raise WeightsError(
                f"{name} is no option that loaded weights of {weights.card.model} can change.",
                hint=f"It has: {', '.join(known) or 'none'}. Others are chosen before a training.",
            )
        if value not in (*known[name].choices, now[name]):
            raise WeightsError(
                f"{name} of {weights.card.model} cannot be {value}.",
                hint=f"Choose {', '.join(str(choice) for choice in known[name].choices)}.",
            )
    card = replace(weights.card, options={**weights.card.options, **changes})
    module, tensors = build(card), weights.module.state_dict()
    fit = compare(module, tensors)
    wrong = (*fit.other_shape, *fit.missing, *fit.extra)
    if wrong:
        raise WeightsError(
            f"The weights {weights.name} do not fit with these options: {len(wrong)} tensors "
            f"differ, such as {wrong[0]}.",
            hint="Keep the options that they were trained with.",
        )
    module.load_state_dict(tensors)
    return replace(weights, card=card, module=module.float().eval())


def values_of(weights: Weights) -> dict[str, Any]:
    """The live options of loaded weights and what they are now."""
    options = weights.card.options
    return {o.name: options.get(o.name, o.default) for o in live_options(weights.card.model)}


def with_texts(weights: Weights, texts: Sequence[str]) -> Weights:
    """The weights under options as a person types them: KEY=VALUE, also true for True.

    WeightsError as above.
    """
    if not texts:
        return weights
    known = {option.name: option for option in live_options(weights.card.model)}
    changes: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise WeightsError(f"{text} is no KEY=VALUE.", hint="Write --option iterations=3.")
        choices = known[name].choices if name in known else ()
        fits = (choice for choice in choices if str(choice).lower() == value.lower())
        changes[name] = next(fits, value)
    return with_options(weights, changes)
