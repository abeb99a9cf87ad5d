"""Which of a file's tensors fit which of a model's, found from names and shapes alone.

An encoder keeps its tensors' names behind another prefix ("features.0.weight" is
"encoder.features.0.weight" elsewhere), a network written anew keeps their order, and a classifier's
dense layers are another network's dense layers, or its convolutions.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.weights.warm_start import WarmStart

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]

LEAST = 8
"""Fewer tensors of equal shape under other names may be chance."""
LEAST_WEIGHTS = 4
"""So many of them have several axes: a batch norm fits any other of as many channels."""
MOST_PARTS = 4
"""The parts of the longest prefix, as in "box_path.encoder.backbone.features."."""
COUNTER = ".num_batches_tracked"
"""Batch norm's counter, which files of older versions of torch lack."""


@dataclass(frozen=True)
class TensorMapping:
    """Names of the model to names of the file, and in words how they differ.

    `other_shape` are those that the names bring together and the shapes keep apart. `folded` are
    the file's biases that the model's layers do not have: each is taken from the running mean that
    follows it, which gives the same answers.
    """

    pairs: Mapping[str, str]
    words: tuple[str, ...] = ()
    other_shape: Mapping[str, str] = field(default_factory=dict)
    folded: Mapping[str, str] = field(default_factory=dict)


def by_equal_names(own: Shapes, file: Shapes) -> TensorMapping:
    """The mapping of a file to the model that it was saved from."""
    return _of_names(own, file, {name: name for name in own if name in file})


def find_mapping(own: Shapes, file: Shapes) -> TensorMapping:
    """The mapping that takes over most of a file; equal names win a tie, then short prefixes."""
    by_name = _with_dense_layers(own, file, _by_names(own, file))
    in_order = _with_dense_layers(own, file, _in_order(own, file))
    return in_order if len(in_order.pairs) > len(by_name.pairs) else by_name


def _with_dense_layers(own: Shapes, file: Shapes, mapping: TensorMapping) -> TensorMapping:
    """The mapping, if it has anything, and what dense layers fit beside it."""
    if not mapping.pairs:
        return mapping
    pairs = dict(mapping.pairs)
    dense = _dense_layers(_without(own, pairs), _without(file, pairs.values()))
    for layer, source in dense.items():
        pairs[f"{layer}.weight"] = f"{source}.weight"
        if f"{layer}.bias" in own:
            pairs[f"{layer}.bias"] = f"{source}.bias"
    words = (*mapping.words, *(f"{source} to {layer}" for layer, source in dense.items()))
    taken = set(pairs.values())
    apart = mapping.other_shape.items()
    other = {n: source for n, source in apart if n not in pairs and source not in taken}
    return TensorMapping(pairs, words, other, mapping.folded)


def outcome(own: Shapes, file: Shapes, mapping: TensorMapping) -> WarmStart:
    """What a start by this mapping takes over, and what is left on both sides."""
    met = {*mapping.pairs, *mapping.other_shape}
    used = {
        source
        for part in (mapping.pairs, mapping.other_shape, mapping.folded)
        for source in part.values()
    }
    return WarmStart(
        matched=tuple(name for name in own if name in mapping.pairs),
        missing=tuple(name for name in own if name not in met),
        extra=tuple(name for name in file if name not in used),
        other_shape=tuple(mapping.other_shape),
        mapping=mapping.words,
        shapes={name: (own[name], file[source]) for name, source in mapping.other_shape.items()},
    )


def _of_names(own: Shapes, file: Shapes, named: Mapping[str, str]) -> TensorMapping:
    pairs = {name: source for name, source in named.items() if own[name] == file[source]}
    other = {name: source for name, source in named.items() if name not in pairs}
    return TensorMapping(pairs, other_shape=other)


def _without(shapes: Shapes, names: Collection[str]) -> dict[str, Shape]:
    left_out = set(names)
    return {name: shape for name, shape in shapes.items() if name not in left_out}


def _by_names(own: Shapes, file: Shapes) -> TensorMapping:
    prefix, file_prefix = _best_prefixes(own, file)
    named = {n: file_prefix + n.removeprefix(prefix) for n in own if n.startswith(prefix)}
    found = _of_names(own, file, {n: source for n, source in named.items() if source in file})
    words = () if prefix == file_prefix else (f"{file_prefix}* to {prefix}*",)
    return replace(found, words=words)


def _best_prefixes(own: Shapes, file: Shapes) -> tuple[str, str]:
    """The prefixes, the model's and the file's, behind which most names and shapes are equal."""
    best, found = len(own.items() & file.items()), ("", "")
    ours, theirs = _by_prefix(own), _by_prefix(file)
    for prefix, tensors in ours.items():
        for source, candidates in theirs.items():
            if min(len(tensors), len(candidates)) <= best:
                continue  # The shortest prefixes hold most and come first, so they win ties.
            shared = tensors & candidates
            if len(shared) > best and _is_no_chance([shape for _, shape in shared]):
                best, found = len(shared), (prefix, source)
    return found


def _by_prefix(shapes: Shapes) -> dict[str, set[tuple[str, Shape]]]:
    """What is behind every prefix, "" and whole parts of names, by name and shape."""
    found: dict[str, set[tuple[str, Shape]]] = {"": set(shapes.items())}
    for name, shape in shapes.items():
        parts = name.split(".")
        for count in range(1, min(MOST_PARTS, len(parts) - 1) + 1):
            prefix = ".".join(parts[:count]) + "."
            found.setdefault(prefix, set()).add((name.removeprefix(prefix), shape))
    large = {prefix: tensors for prefix, tensors in found.items() if len(tensors) >= LEAST}
    return dict(sorted(large.items(), key=lambda item: len(item[0])))


def _is_no_chance(shapes: Collection[Shape]) -> bool:
    return len(shapes) >= LEAST and sum(len(s) > 1 for s in shapes) >= LEAST_WEIGHTS


def _in_order(own: Shapes, file: Shapes) -> TensorMapping:
    """The longest run of equal shapes from the file's first tensor and anywhere in the model."""
    # Batch norm's counters do not break a run: they are put to it in the end.
    ours = [name for name in own if not name.endswith(COUNTER)]
    theirs = [name for name in file if not name.endswith(COUNTER)]
    longest = TensorMapping({})
    for start in range(len(ours)):
        run = _run(ours[start:], theirs, own, file)
        longest = max(longest, run, key=_count)
    if not _is_no_chance([own[name] for name in longest.pairs]):
        return TensorMapping({})
    pairs = dict(longest.pairs)
    first, source = next(iter(pairs.items()))
    for name, other in longest.pairs.items():
        counter, file_counter = _layer(name) + COUNTER, _layer(other) + COUNTER
        if counter in own and file_counter in file:
            pairs[counter] = file_counter
    return replace(longest, pairs=pairs, words=(f"in order, {source} to {first} first",))


def _run(ours: Sequence[str], theirs: Sequence[str], own: Shapes, file: Shapes) -> TensorMapping:
    """Pairs from both starts on, as long as shapes and the names' last parts are equal."""
    pairs: dict[str, str] = {}
    folded: dict[str, str] = {}
    waiting, rest = "", iter(ours)
    name = next(rest, None)
    for source in theirs:
        if name is None:
            break
        if own[name] == file[source] and _kind(name) == _kind(source):
            if waiting and len(own[name]) > 1:
                break  # No batch norm behind a layer whose bias the model has not.
            if waiting and _kind(name) == "running_mean":
                folded[name], waiting = waiting, ""
            pairs[name] = source
            name = next(rest, None)
        elif _kind(source) == "bias" and f"{_layer(source)}.weight" in pairs.values():
            waiting = source
        else:
            break
    return TensorMapping(pairs, folded=folded)


def _count(mapping: TensorMapping) -> int:
    return len(mapping.pairs)


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _kind(name: str) -> str:
    return name.rpartition(".")[2]


def _dense_layers(own: Shapes, file: Shapes) -> dict[str, str]:
    """Layers of the model to dense ones of the file: the only two of as many numbers."""
    ours, theirs = _by_numbers(own, (2, 4)), _by_numbers(file, (2,))
    alone = {
        ours[numbers][0]: theirs[numbers][0]
        for numbers in ours
        if len(ours[numbers]) == len(theirs.get(numbers, ())) == 1
    }
    return {n: s for n, s in alone.items() if own.get(f"{n}.bias") == file.get(f"{s}.bias")}


def _by_numbers(shapes: Shapes, axes: tuple[int, ...]) -> dict[tuple[int, int], list[str]]:
    """Layers by what leaves them and how many numbers each of that takes."""
    found: dict[tuple[int, int], list[str]] = {}
    for name, shape in shapes.items():
        layer, _, kind = name.rpartition(".")
        if layer and kind == "weight" and len(shape) in axes:
            found.setdefault((shape[0], math.prod(shape[1:])), []).append(layer)
    return found
