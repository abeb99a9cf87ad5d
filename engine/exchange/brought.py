"""A file with a foreign network: what it holds, what it takes, which labels it names."""

import ast
import io
import json
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openvino
import torch
from torch import nn

from engine.backends.openvino import read_model
from engine.backends.openvino_file import read_content
from engine.errors import UntrustedError, WeightsError
from engine.foreign.head import MOST_LABELS, Feed
from engine.foreign.kinds import ONNX, OPENVINO, TENSORS, TORCHSCRIPT, kind_of
from engine.foreign.network import arguments_of
from engine.regular_files import read_regular
from engine.weights.foreign import read_script
from engine.weights.trust import is_trusted

MOST_BYTES = 2 << 30
_KINDS = {"f32": "float32", "float32": "float32", "f16": "float16", "float16": "float16",
          "u8": "uint8", "uint8": "uint8"}  # fmt: skip
_ONE_PICTURE = "Export it for one picture as (1, 3, height, width), without further inputs."
_SCRIPT_FILES = ("config.txt", "labels.txt", "classes.txt")
"""What exporters put beside the program."""
_NAMES = ("names", "labels", "classes", "class_names")
"""What they call the labels' names."""
_NOTED_SIDES = range(8, 2049)
"""The sides of an input that are believed."""


@dataclass(frozen=True, eq=False)
class Brought:
    """A foreign network as it was brought.

    `content` is the bytes of its files. `size_hw` is the input's size where the file fixes it,
    `exported_hw` the one that its exporter noted. `names` are the labels that it names, `purpose`
    what its exporter says that it is for; `found` says what it takes, for people. `script` is the
    network itself where it is a program.
    """

    path: Path
    kind: str
    content: Mapping[str, bytes]
    feed: Feed
    size_hw: tuple[int, int] | None
    names: tuple[str, ...] = ()
    found: str = ""
    script: nn.Module | None = None
    purpose: str = ""
    exported_hw: tuple[int, int] | None = None


def bring(path: Path) -> Brought:
    """Read the file. WeightsError says what it is instead, UntrustedError that it holds code."""
    kind = kind_of(path)
    if not path.is_file():
        raise WeightsError(f"{path} does not exist.", hint="Check the spelling of the path.")
    if kind == TORCHSCRIPT:
        return _script(path)
    if kind in (ONNX, OPENVINO):
        return _graph(path, kind)
    raise WeightsError(
        f"{path.name} is no network that can be run as it is.",
        hint="Bring an ONNX file, TorchScript, or OpenVINO's .xml with its .bin beside it. "
        "A .pt or .pth of tensors can be a warm start of a training.",
    )


def _graph(path: Path, kind: str) -> Brought:
    model = read_model(path)
    takes = [f"{_name(each)} {_text(each)}" for each in model.inputs]
    found = f"It takes {', '.join(takes)}."
    if len(model.inputs) != 1:
        message = f"{path.name} takes {len(model.inputs)} inputs: {', '.join(takes)}."
        if len([each for each in model.inputs if len(_sides(each)) == 4]) > 1:
            message += " A network for one picture takes one."
        raise WeightsError(message, hint=_ONE_PICTURE)
    if not model.outputs:
        raise WeightsError(f"{path.name} gives no output.", hint="Export it again.")
    feed, size_hw = _picture_of(model.inputs[0], path)
    texts = _metadata(model)
    brought = Brought(path, kind, _content(path, kind, model), feed, size_hw, found=found)
    return _as_noted(brought, texts)


def _content(path: Path, kind: str, model: Any) -> dict[str, bytes]:
    """The bytes of the file, or of OpenVINO's form where its numbers lie in files beside it."""
    if kind == ONNX:
        content = {"onnx": read_regular(path, MOST_BYTES, WeightsError)}
        try:
            read_content(content)
        except WeightsError:
            pass
        else:
            return content
    with tempfile.TemporaryDirectory() as folder:
        xml, numbers = (Path(folder) / f"network.{ending}" for ending in TENSORS[OPENVINO])
        openvino.serialize(model, xml, numbers)
        return {"xml": xml.read_bytes(), "bin": numbers.read_bytes()}


def _picture_of(tensor: Any, path: Path) -> tuple[Feed, tuple[int, int] | None]:
    """How the one input is fed, and the size that it fixes. WeightsError for no picture."""
    sides, kind = _sides(tensor), _KINDS.get(str(tensor.get_element_type().to_string()))
    is_last = len(sides) == 4 and sides[3] in (1, 3) and sides[1] not in (1, 3)
    if len(sides) != 4 or kind is None or not (is_last or sides[1] in (1, 3, -1)):
        raise WeightsError(
            f"{path.name} takes no picture, but {_name(tensor)} {_text(tensor)}.", hint=_ONE_PICTURE
        )
    if sides[0] not in (1, -1):
        raise WeightsError(f"{path.name} takes {sides[0]} pictures at once.", hint=_ONE_PICTURE)
    channels = sides[3] if is_last else sides[1]
    size = (sides[1], sides[2]) if is_last else (sides[2], sides[3])
    feed = Feed(channels if channels > 0 else 3, is_last=is_last, kind=kind)  # type: ignore[arg-type]
    return feed, size if min(size) > 0 else None


def _script(path: Path) -> Brought:
    content = read_regular(path, MOST_BYTES, WeightsError)
    if not is_trusted(content):
        raise UntrustedError(path)
    script = read_script(content, path)
    needed = [each for each in arguments_of(script) if not each.has_default_value()]
    if len(needed) != 1:
        takes = ", ".join(f"{each.name} ({each.type})" for each in needed) or "nothing"
        raise WeightsError(f"{path.name} takes {takes}.", hint=_ONE_PICTURE)
    brought = Brought(path, TORCHSCRIPT, {"torchscript": content}, Feed(), None, script=script)
    return _as_noted(brought, _script_files(content))


def _as_noted(brought: Brought, texts: Mapping[str, str]) -> Brought:
    """With what its exporter noted. WeightsError where that are more labels than there are ids."""
    names, purpose = names_in(texts), texts.get("task", "").strip('"')
    if len(names) > MOST_LABELS:
        message = f"{brought.path.name} tells {len(names)} labels apart, Maskloop {MOST_LABELS}."
        raise WeightsError(message, hint="Train it with fewer, or join some, and export it again.")
    exported_hw = size_in(texts.get("imgsz", ""))
    return replace(brought, names=names, purpose=purpose, exported_hw=exported_hw)


def _script_files(content: bytes) -> dict[str, str]:
    """The texts beside a program; a JSON among them is read as a table."""
    found = dict.fromkeys(_SCRIPT_FILES, "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.load(io.BytesIO(content), map_location="cpu", _extra_files=found)  # type: ignore[no-untyped-call]
    texts = {key: _decoded(value) for key, value in found.items() if value}
    try:
        table = json.loads(texts.get("config.txt", ""))
    except ValueError:
        table = {}
    if isinstance(table, dict):
        texts |= {str(key): json.dumps(value) for key, value in table.items()}
    return texts


def _decoded(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _metadata(model: Any) -> dict[str, str]:
    """What the exporter wrote beside the graph."""
    found = {}
    for key in (*_NAMES, "task", "imgsz"):
        if model.has_rt_info(["framework", key]):
            value = model.get_rt_info(["framework", key])
            found[key] = str(getattr(value, "value", value))
    return found


def names_in(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Labels' names, as exporters write them: a table of numbers and names, a list, or lines."""
    for key in (*_NAMES, "labels.txt", "classes.txt"):
        names = _names(texts.get(key, ""))
        if names:
            return names
    return ()


def size_in(text: str) -> tuple[int, int] | None:
    """The input's height and width, as exporters write them; None for anything else."""
    value = _value(text)
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    is_size = all(isinstance(side, int) and side in _NOTED_SIDES for side in value)
    return (value[0], value[1]) if is_size else None


def _value(text: str) -> Any:
    """What a text of Python's writes down; None where it is none."""
    try:
        return ast.literal_eval(text.strip()) if len(text) < 1 << 20 else ""
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _names(text: str) -> tuple[str, ...]:
    value = _value(text)
    if value is None:
        value = [part for part in text.replace(",", "\n").splitlines() if part.strip()]
    if isinstance(value, dict):
        if not all(str(key).isdigit() for key in value):
            return ()
        value = [value[key] for key in sorted(value, key=lambda key: int(key))]
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    names = [str(each).strip() for each in value] if is_list else []
    return tuple(names) if all(names) else ()


def _sides(tensor: Any) -> tuple[int, ...]:
    """Its sides, -1 for those left open; nothing where even their number is."""
    shape = tensor.get_partial_shape()
    if shape.rank.is_dynamic:
        return ()
    return tuple(side.get_length() if side.is_static else -1 for side in shape)


def _name(tensor: Any) -> str:
    return min(tensor.get_names(), default="an input")


def _text(tensor: Any) -> str:
    sides = ("any" if side < 0 else str(side) for side in _sides(tensor))
    return f"({', '.join(sides)})"
