"""ONNX files without the library onnx: the few fields of its messages that a tiny network needs."""

from collections.abc import Sequence
from pathlib import Path

FLOAT = 1
IR_VERSION, OPSET = 8, 12

Shape = Sequence[int | str]
"""Numbers, or names of sides that stay open."""


def _number(value: int) -> bytes:
    """A number as the format writes it: seven bits a byte."""
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def _field(number: int, content: bytes | str | int) -> bytes:
    if isinstance(content, int):
        return _number(number << 3) + _number(content)
    data = content.encode() if isinstance(content, str) else content
    return _number(number << 3 | 2) + _number(len(data)) + data


def value(name: str, shape: Shape) -> bytes:
    """An input or output of floats."""
    sides = b"".join(
        _field(1, _field(1, side) if isinstance(side, int) else _field(2, side)) for side in shape
    )
    tensor = _field(1, FLOAT) + _field(2, sides)
    return _field(1, name) + _field(2, _field(1, tensor))


def node(kind: str, inputs: Sequence[str], output: str, **numbers: int | Sequence[int]) -> bytes:
    """An operation with whole numbers as attributes."""
    found = b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, kind)
    for name, given in numbers.items():
        if isinstance(given, int):
            attribute = _field(3, given) + _field(20, 2)
        else:
            attribute = b"".join(_field(8, each) for each in given) + _field(20, 7)
        found += _field(5, _field(1, name) + attribute)
    return found


def write_onnx(
    path: Path, nodes: Sequence[bytes], inputs: Sequence[bytes], outputs: Sequence[bytes]
) -> Path:
    """One network as a file."""
    graph = b"".join(_field(1, each) for each in nodes) + _field(2, "tiny")
    graph += b"".join(_field(11, each) for each in inputs)
    graph += b"".join(_field(12, each) for each in outputs)
    model = _field(1, IR_VERSION) + _field(7, graph) + _field(8, _field(1, "") + _field(2, OPSET))
    path.write_bytes(model)
    return path
