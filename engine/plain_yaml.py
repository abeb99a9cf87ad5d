"""YAML from elsewhere: plain values only, of a bounded size, however often aliases repeat them."""

import math
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.error import MarkedYAMLError
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from engine.errors import AppError, ConfigError
from engine.regular_files import read_regular

MOST_BYTES = 1 << 18
"""Reading takes seconds for a megabyte."""
MOST_LEVELS = 32
MOST_VALUES = 50_000
"""Values and keys, counted as often as aliases repeat them."""

_HINT = "Write plain settings, one `key: value` a line."


def _wrong(problem: str, node: Node) -> ConstructorError:
    return ConstructorError(None, None, problem, node.start_mark)


class _Loader(yaml.SafeLoader):
    """Lists, tables, texts and finite numbers of at most 64 bits; a date stays a text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the class above has it
        first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def text(self, node: ScalarNode) -> str:
        """A text that can be written as UTF-8."""
        value = self.construct_yaml_str(node)
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise _wrong("this text holds characters that are none", node)
        return value

    def whole(self, node: ScalarNode) -> int:
        """A whole number."""
        text = str(node.value)
        value = 2**63 if len(text) > 80 else self.construct_yaml_int(node)
        if not -(2**63) <= value < 2**63:
            raise _wrong("this number is too large", node)
        return value

    def real(self, node: ScalarNode) -> float:
        """A number."""
        value: float = self.construct_yaml_float(node)
        if not math.isfinite(value):
            raise _wrong("this number is not finite", node)
        return value


_Loader.yaml_constructors = {
    tag: make
    for tag, make in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.rsplit(":", 1)[-1] in ("null", "bool", "seq", "map")
}
_Loader.add_constructor("tag:yaml.org,2002:str", _Loader.text)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.real)


def read_yaml(path: Path, *, error: type[AppError] = ConfigError) -> Any:
    """What a YAML file holds. `error` says file and place if that cannot be read."""
    try:
        text = read_regular(path, MOST_BYTES, error).decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise error(f"{path.name} is not UTF-8 text.", hint=_HINT) from trouble
    except (OSError, ValueError) as trouble:  # A name with a zero byte in it is a ValueError.
        raise error(f"Cannot read {path}.", hint="Check the path.") from trouble
    return parse_yaml(text, path.name, error=error)


def parse_yaml(text: str, name: str, *, error: type[AppError] = ConfigError) -> Any:
    """What a YAML text holds; `name` is that of the text in what an `error` says."""
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                return None
            _check_size(root)
            return loader.construct_document(root)
        finally:
            loader.dispose()
    except RecursionError:
        raise error(f"{name} nests settings too deep.", hint=_HINT) from None
    # Of a value that only looks like one, as `!!bool maybe`, PyYAML raises what it happens on.
    except (yaml.YAMLError, ValueError, LookupError) as trouble:
        raise error(f"{name} is not valid YAML: {_told(trouble)}.", hint=_HINT) from trouble


def _told(trouble: Exception) -> str:
    """What is wrong, in one line with its place."""
    if isinstance(trouble, MarkedYAMLError) and trouble.problem_mark is not None:
        mark = trouble.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {trouble.problem}"
    return str(trouble).splitlines()[0]


def _check_size(root: Node) -> None:
    """ConstructorError for too deep or too many values, and for one that holds itself."""
    count = 0

    def visit(node: Node, level: int) -> None:
        nonlocal count
        count += 1
        if level > MOST_LEVELS or count > MOST_VALUES:
            what = "too deep" if level > MOST_LEVELS else "too many values"
            raise _wrong(f"{what}, or aliases in a circle", root)
        if isinstance(node, MappingNode):
            for key, value in node.value:
                visit(key, level + 1)
                visit(value, level + 1)
        elif isinstance(node, CollectionNode):
            for inner in node.value:
                visit(inner, level + 1)

    visit(root, 0)
