"""Which keys do what: the defaults, over them a preset, over that the person's own. Without Qt."""

from collections.abc import Iterable, Mapping

from engine.errors import ConfigError

Keys = tuple[str, ...]
KeyMap = Mapping[str, Keys]
"""The keys of each action and tool, by its id."""

FIXED = frozenset({"[", "]", "Tab", "Shift+Tab", "Backtab", "Shift+Backtab", "Return", "Enter"})
"""What the canvas, fields and buttons take themselves."""

_MODIFIERS = ("Meta", "Ctrl", "Alt", "Shift")
_MODIFIER_OF = {name.casefold(): name for name in _MODIFIERS}
_NAMED = (
    *("Esc", "Tab", "Backtab", "Backspace", "Return", "Enter", "Ins", "Del", "Pause", "Print"),
    *("Home", "End", "Left", "Up", "Right", "Down", "PgUp", "PgDown", "Space", "Menu"),
    *(f"F{number}" for number in range(1, 36)),
)
_NAME_OF = {name.casefold(): name for name in _NAMED} | {"escape": "Esc", "delete": "Del"}
FILE_KIND = "maskloop keys"


def canonical(text: str) -> str:
    """One key with what is held beside it, as Qt's portable text. ValueError if it is none."""
    rest, held = text.strip(), set()
    while True:
        head, _, tail = rest.partition("+")
        modifier = _MODIFIER_OF.get(head.strip().casefold())
        if modifier is None or not tail:
            break
        held.add(modifier)
        rest = tail.strip()
    key = _NAME_OF.get(rest.casefold(), "")
    if len(rest) == 1 and rest.isprintable():
        key = rest.upper() if len(rest.upper()) == 1 else rest
    if not key:
        raise ValueError(f"{text!r} is no key.")
    return "+".join((*(name for name in _MODIFIERS if name in held), key))


def resolve(defaults: KeyMap, *layers: KeyMap) -> dict[str, Keys]:
    """The keys of every id of the defaults, where later layers win and no key means two things:
    it stays with the stronger layer, and within one with whoever comes first."""
    taken, found = set(FIXED), {}
    for layer in (*reversed(layers), defaults):
        for id_ in defaults:
            if id_ in layer and id_ not in found:
                found[id_] = tuple(k for k in dict.fromkeys(layer[id_]) if k not in taken)
                taken.update(found[id_])
    return {id_: found[id_] for id_ in defaults}


def owner_of(now: KeyMap, key: str) -> str:
    """What has this key; nothing where it is free."""
    return next((id_ for id_, keys in now.items() if key in keys), "")


def with_keys(defaults: KeyMap, preset: KeyMap, own: KeyMap, id_: str, keys: Keys) -> KeyMap:
    """The person's own keys after these were given to one thing, and taken from all others.

    What the preset says by itself is not among them.
    """
    now = resolve(defaults, preset, own)
    changed = {**own, id_: tuple(dict.fromkeys(keys))}
    for other, had in now.items():
        # Of the person's own, also those that something else had before it may now come back.
        if other != id_ and (other in own or set(had) & set(keys)):
            changed[other] = tuple(key for key in had if key not in keys)
    wanted = resolve(defaults, preset, changed)
    for each in tuple(changed):
        less = {other: had for other, had in changed.items() if other != each}
        if resolve(defaults, preset, less) == wanted:
            changed = less
    return changed


def to_rows(own: KeyMap) -> tuple[Keys, ...]:
    """The person's own keys as the settings hold them: the id, then its keys."""
    return tuple((id_, *keys) for id_, keys in own.items())


def from_rows(rows: Iterable[Iterable[str]]) -> dict[str, Keys]:
    """What `to_rows` made. ValueError for anything else."""
    own: dict[str, Keys] = {}
    for row in rows:
        id_, *keys = row
        if not isinstance(id_, str) or not all(isinstance(key, str) for key in keys):
            raise ValueError("Keys are an id with texts.")
        own[id_] = tuple(canonical(key) for key in keys)
    return own


def to_file(preset: str, own: KeyMap) -> dict[str, object]:
    """What is written to a file for somebody else."""
    return {"kind": FILE_KIND, "preset": preset, "keys": {id_: [*own[id_]] for id_ in own}}


def from_file(
    content: object, presets: Iterable[str], known: Iterable[str]
) -> tuple[str, dict[str, Keys], tuple[str, ...]]:
    """Preset and own keys of such a file, and what in it this version knows nothing of.

    ConfigError if it is no file of keys.
    """
    if not isinstance(content, dict) or content.get("kind") != FILE_KIND:
        raise ConfigError("This is no file of keys.", hint="Export one to see how it looks.")
    preset, keys = content.get("preset"), content.get("keys")
    if preset not in tuple(presets) or not isinstance(keys, dict):
        raise ConfigError(f"The file has no preset of keys that is known: {preset}.")
    ids, own, unknown = set(known), {}, []
    for id_, given in keys.items():
        if id_ not in ids or not isinstance(given, list):
            unknown.append(str(id_))
            continue
        try:
            own.update(from_rows([[id_, *given]]))
        except ValueError:
            unknown.append(str(id_))
    return str(preset), own, tuple(unknown)
