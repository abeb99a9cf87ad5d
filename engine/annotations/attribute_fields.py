"""What a form says of the attributes of several annotations at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.attributes import LONGEST_NAME, AttributeSpec, Specs, value_of
from engine.values import Annotation


@dataclass(frozen=True, slots=True)
class AttributeField:
    """One attribute, and the values that the annotations have, "" where one has none.

    It `is_defined` where the labels say so; a value from elsewhere is a text.
    """

    spec: AttributeSpec
    values: tuple[str, ...]
    is_defined: bool = True

    @property
    def value(self) -> str | None:
        """What they all have; None where they differ."""
        return self.values[0] if len(self.values) == 1 else None


def fields_of(
    annotations: Sequence[Annotation], specs: Mapping[int, Specs]
) -> tuple[AttributeField, ...]:
    """What the labels of all of them define, then what any of them says besides."""
    by_label = [specs.get(label, ()) for label in dict.fromkeys(a.label_id for a in annotations)]
    shared = [s for s in by_label[0] if all(s in other for other in by_label)] if by_label else []
    names = {spec.name for spec in shared}
    others = dict.fromkeys(
        name for a in annotations for name, _ in a.attributes if name.strip() and name not in names
    )
    defined = [(spec, True) for spec in shared]
    plain = [(AttributeSpec(name), False) for name in others if len(name) <= LONGEST_NAME]
    return tuple(
        AttributeField(spec, _values(annotations, spec.name), is_defined)
        for spec, is_defined in (*defined, *plain)
    )


def checked_for(
    annotations: Sequence[Annotation], specs: Mapping[int, Specs], name: str, value: str
) -> str:
    """The value as it is stored; ConfigError where the label of any of them does not allow it."""
    value = AttributeSpec(name).checked(value)
    for label in dict.fromkeys(a.label_id for a in annotations):
        for spec in specs.get(label, ()):
            if spec.name == name:
                value = spec.checked(value)
    return value


def _values(annotations: Sequence[Annotation], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value_of(a.attributes, name) for a in annotations))
