"""`maskloop weights add`: a network of another program, among the weights from then on."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.commands.app import JsonOption, emit
from engine.commands.weights import weights_app
from engine.errors import ConfigError, UntrustedError

if TYPE_CHECKING:
    from engine.exchange.brought import Brought
    from engine.exchange.probe import Draft, Probe

SURE = 0.7
"""From here on a guess is taken without being asked for."""
NUMBERS = ("0-1", "0-255", "imagenet", "-1-1")
"""What --numbers calls the entries of `engine.exchange.usual.COLORS`."""


@weights_app.command("add")
def add(
    file: Annotated[
        Path, typer.Argument(help="ONNX, TorchScript, OpenVINO's .xml, or such weights of another.")
    ],
    name: Annotated[str, typer.Option(help="What to call the weights. Else as the file.")] = "",
    labels: Annotated[
        Path | None, typer.Option(help="A text with the labels' names, one a line.")
    ] = None,
    head: Annotated[str, typer.Option(help="What its outputs mean, instead of the guess.")] = "",
    size: Annotated[int, typer.Option(help="The input's side, where the file leaves it open.")] = 0,
    numbers: Annotated[
        str, typer.Option(help=f"How colors become numbers: {', '.join(NUMBERS)}.")
    ] = "",
    bgr: Annotated[
        bool | None, typer.Option("--bgr/--rgb", help="Which color comes first.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Try it on this picture. Else on a photograph.")
    ] = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run the code in a TorchScript file.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Add a network of another program: probed, its outputs guessed, saved with a card."""
    if file.suffix == ".safetensors":
        _add_shared(file, trust, json)
        return
    from engine.exchange import add as adding
    from engine.exchange.label_texts import name_for
    from engine.exchange.probe import probe
    from engine.exchange.runner import Runner
    from engine.exchange.trial import trial
    from engine.foreign.layout_names import LAYOUTS

    if head and head not in LAYOUTS:
        raise ConfigError(f"No head is called {head}.", hint=f"Choose {', '.join(LAYOUTS)}.")
    brought = _bring(file, trust)
    adding.place_for(name or name_for(file))
    runner, pixels = Runner(brought), read_pixels(picture)
    found = probe(runner, pixels, size or None)
    draft = _draft(found, head, numbers, bgr, labels)
    seen = _seen(trial(runner, draft), pixels)
    target = adding.add(brought, draft, name)
    emit(_as_json(found, draft, target, seen), json, _text(found, draft, target, seen))


def _bring(file: Path, trust: bool) -> "Brought":
    """Read it; code runs only where that is asked for or agreed to."""
    from engine.exchange.add import trust_file
    from engine.exchange.brought import bring

    try:
        return bring(file)
    except UntrustedError as error:
        if not trust and not _agrees(error.message):
            raise
        trust_file(file)
        return bring(file)


def _agrees(question: str) -> bool:
    """Whether a person at a terminal says yes."""
    return sys.stdin.isatty() and typer.confirm(f"{question}\nLoad it?", default=False, err=True)


def _draft(
    found: "Probe", head: str, numbers: str, bgr: bool | None, labels: Path | None
) -> "Draft":
    """What was guessed, with what was said instead. ConfigError where too little is sure."""
    from dataclasses import replace

    from engine.exchange.label_texts import read_names
    from engine.exchange.usual import COLORS, with_head
    from engine.foreign.layout_names import LAYOUTS

    draft = found.draft
    if head:
        chosen = with_head(draft.head, head, [guess.head for guess in found.guesses])
        draft = replace(draft, head=chosen)
    elif found.best.confidence < SURE:
        likely = ", ".join(guess.head.layout for guess in found.guesses[:3])
        raise ConfigError(
            f"What the outputs mean is not sure: {found.best.why}.",
            hint=f"Say it with --head; likely are {likely}.",
        )
    if numbers:
        if numbers not in NUMBERS:
            raise ConfigError(f"There is no {numbers}.", hint=f"Choose {', '.join(NUMBERS)}.")
        colors = COLORS[NUMBERS.index(numbers)]
        changed = replace(draft.preprocessing, mean=colors.mean, std=colors.std)
        draft = replace(draft, preprocessing=changed)
    if bgr is not None:
        draft = replace(draft, feed=replace(draft.feed, is_bgr=bgr))
    if labels is not None:
        names = read_names(labels)
        draft = replace(draft, names=names)
        if names and not LAYOUTS[draft.head.layout].is_counted:
            draft = replace(draft, head=replace(draft.head, num_labels=len(names)))
    return draft


def read_pixels(picture: Path | None) -> Any:
    """The pixels (H, W, 3) of a picture, or of a photograph that is always here."""
    from engine.sources.picture import read_picture

    if picture is not None:
        return read_picture(picture)
    from skimage import data

    return data.astronaut()


def _seen(pipeline: Any, pixels: Any) -> str:
    """What it says of the picture, in words."""
    from engine.exchange.trial import told
    from engine.values import Frame, FrameId

    return told(pipeline.predict(Frame(FrameId(""), pixels)))


def _add_shared(file: Path, trust: bool, json: bool) -> None:
    """A Weights file of a foreign network that somebody else has added."""
    from engine.exchange.add import copy_shared

    target, labels = copy_shared(file, is_trusted=trust)
    emit({"path": str(target), "labels": labels}, json, f"{target}: {labels} labels")


def _text(found: "Probe", draft: "Draft", target: Path, seen: str) -> str:
    from engine.exchange.usual import text_of
    from engine.foreign.layout_names import LAYOUTS

    height, width = draft.preprocessing.size_hw
    lines = [
        f"outputs  {', '.join(each.text for each in found.outputs)}",
        f"head     {LAYOUTS[draft.head.layout].text} ({found.best.why})",
        f"input    {width} x {height}, {text_of(draft.preprocessing)}, "
        f"{'BGR' if draft.feed.is_bgr else 'RGB'}",
        f"labels   {draft.head.num_labels}",
        f"picture  {seen}",
        f"{target}",
    ]
    return "\n".join(lines)


def _as_json(found: "Probe", draft: "Draft", target: Path, seen: str) -> dict[str, Any]:
    from engine.exchange.usual import text_of

    return {
        "path": str(target),
        "name": target.stem,
        "outputs": [{"name": each.name, "shape": each.shape} for each in found.outputs],
        "head": draft.head.layout,
        "labels": draft.head.num_labels,
        "size_hw": draft.preprocessing.size_hw,
        "numbers": text_of(draft.preprocessing),
        "bgr": draft.feed.is_bgr,
        "guesses": [
            {"head": each.head.layout, "confidence": each.confidence, "why": each.why}
            for each in found.guesses
        ],
        "picture": seen,
    }
