"""Adds a foreign network to a person's weights: from a draft to a Weights file with a card."""

from collections.abc import Sequence
from pathlib import Path

from engine.errors import WeightsError
from engine.exchange.brought import MOST_BYTES, Brought
from engine.exchange.label_texts import name_for
from engine.exchange.probe import Draft
from engine.foreign.head import Head, to_options
from engine.foreign.kinds import KINDS, TORCHSCRIPT
from engine.foreign.layout_names import LAYOUTS
from engine.formats.labels_file import default_color
from engine.labels import BACKGROUND, is_background
from engine.regular_files import read_regular
from engine.values import Label
from engine.weights.card import Card, read_card
from engine.weights.foreign import make_foreign, read_foreign, save_foreign
from engine.weights.library import added_folder
from engine.weights.trust import trust
from engine.weights.weights import Weights
from models.task import Task

ENDING = ".safetensors"


def suggested_names(head: Head, brought: Brought) -> tuple[str, ...]:
    """What the labels are called: as the file says, else as those of a well known data set of as
    many, else numbers."""
    if head.layout == "saliency":
        return (BACKGROUND.name, "object")
    if len(brought.names) == head.num_labels:
        return brought.names
    is_semantic = LAYOUTS[head.layout].task is Task.SEMANTIC
    if is_semantic and len(brought.names) == head.num_labels - 1:
        return (BACKGROUND.name, *brought.names)
    known = _known_names(head, is_semantic)
    if known:
        return known
    first = (BACKGROUND.name,) if is_semantic else ()
    numbers = range(1, head.num_labels + 1 - len(first))
    return (*first, *(f"label {number}" for number in numbers))


def is_known_data(head: Head, brought: Brought) -> bool:
    """Whether the suggested names are those of a well known data set, and so only likely."""
    is_semantic = LAYOUTS[head.layout].task is Task.SEMANTIC
    return len(brought.names) != head.num_labels and bool(_known_names(head, is_semantic))


def _known_names(head: Head, is_semantic: bool) -> tuple[str, ...]:
    """COCO's for 80 objects, or 90 with its gaps; VOC's for 21 labels of pixels."""
    from torchvision.models import get_weight

    if LAYOUTS[head.layout].task is Task.CLASSIFICATION:
        return ()
    if is_semantic:
        voc = get_weight("LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1")
        names = voc.meta["categories"]
        return tuple(name.strip("_") for name in names) if head.num_labels == len(names) else ()
    every = get_weight("SSD300_VGG16_Weights.COCO_V1").meta["categories"]
    numbered = [name if name != "N/A" else f"unused {i}" for i, name in enumerate(every)]
    if head.num_labels == len(every):  # DETR counts 0 too.
        return ("unused 0", *numbered[1:])
    if head.num_labels == len(every) - 1:
        return tuple(numbered[1:])
    used = tuple(name for name in every[1:] if name != "N/A")
    return used if head.num_labels == len(used) else ()


def card_of(brought: Brought, draft: Draft) -> Card:
    """The card of a draft. WeightsError for labels that do not fit."""
    layout = LAYOUTS[draft.head.layout]
    names = draft.names or suggested_names(draft.head, brought)
    labels = labels_of(names, layout.task)
    if len(labels) != draft.head.num_labels:
        raise WeightsError(
            f"The network has {draft.head.num_labels} labels, and {len(labels)} are named.",
            hint="Write one name a line, in the network's order.",
        )
    return Card(
        model="openvino" if "xml" in brought.content else brought.kind,
        task=layout.task,
        labels=labels,
        preprocessing=draft.preprocessing,
        options=to_options(draft.head, draft.feed),
        notes=f"Added from {brought.path.name} ({layout.text}).",
    )


def labels_of(names: Sequence[str], task: Task) -> tuple[Label, ...]:
    """Labels of these names. WeightsError where one is empty or there twice."""
    first = 0 if task is Task.SEMANTIC else 1
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise WeightsError(f"Label {number} has no name.", hint="Write one name a line.")
        if name in seen:
            raise WeightsError(f"Two labels are called {name}.", hint="Give each its own name.")
        seen.add(name)
    labels = (Label(i, name, default_color(i)) for i, name in enumerate(names, start=first))
    # An id 0 that is an object is not black.
    return tuple(
        Label(0, each.name, default_color(len(names)))
        if each.id == 0 and not is_background(each)
        else each
        for each in labels
    )


def weights_of(brought: Brought, draft: Draft) -> Weights:
    """The network under a draft, not saved."""
    return make_foreign(brought.path.stem, brought.path, card_of(brought, draft), brought.content)


def place_for(name: str) -> Path:
    """Where weights of this name will be. WeightsError where there are some, or for no name."""
    if name != name_for(Path(f"{name}{ENDING}")):
        raise WeightsError(
            f"Weights cannot be called {name}." if name else "The weights have no name.",
            hint="Use letters, digits, points, dashes and low lines.",
        )
    target = added_folder() / f"{name}{ENDING}"
    if target.exists():
        raise WeightsError(f"There are weights called {name} already.", hint="Choose another name.")
    return target


def add(brought: Brought, draft: Draft, name: str = "") -> Path:
    """Save the network among the person's weights; its file. Nothing is written over."""
    target = place_for(name or name_for(brought.path))
    save_foreign(target, brought.content, card_of(brought, draft))
    return target


def copy_shared(path: Path, *, is_trusted: bool) -> tuple[Path, int]:
    """Copy a Weights file of a foreign network, which another person added, among one's own; its
    place and how many labels it has. Code in it is run only if it is trusted."""
    card = read_card(path)
    if card.model not in KINDS:
        raise WeightsError(
            f"{path.name} holds a model of Maskloop, which is used as it is.",
            hint="Give its path where weights are asked for, or put it into a project's weights.",
        )
    if is_trusted:
        trust_file(path)
    content = read_foreign(path, card)
    make_foreign(path.stem, path, card, content)
    target = place_for(name_for(path))
    save_foreign(target, content, card)
    return target, len(card.labels)


def trust_file(path: Path) -> None:
    """Note that a person has agreed to run the code in this file, or in this Weights file."""
    if path.suffix != ENDING:
        trust(read_regular(path, MOST_BYTES, WeightsError))
        return
    card = read_card(path)
    if card.model == TORCHSCRIPT:
        trust(read_foreign(path, card)["torchscript"])
