"""The keys that people bring from other programs. Without Qt."""

from dataclasses import dataclass, field

from gui.keymap import KeyMap

OURS = "maskloop"


@dataclass(frozen=True)
class Preset:
    """What differs from our own keys. Nobody else keeps a key that is given here."""

    name: str
    text: str
    keys: KeyMap = field(default_factory=dict)


PRESETS = (
    Preset(OURS, "Maskloop"),
    Preset(
        "labelme",
        "labelme",
        {
            "tool_polygon": ("Ctrl+N", "P"),
            "tool_box": ("Ctrl+R", "R", "W"),
            "tool_select": ("Esc", "Ctrl+J"),
            "hide_all": ("T", "Ctrl+H"),
            "tool_ellipse": ("Shift+T",),
            "evaluate": ("Ctrl+Shift+V",),
            "settings": ("Ctrl+Shift+,", "Ctrl+,"),
        },
    ),
    Preset(
        "labelImg",
        "labelImg",
        {
            "tool_box": ("W", "R"),
            "verify": ("Space", "Ctrl+Space"),
            "play": ("Ctrl+Alt+P",),
        },
    ),
    Preset(
        "CVAT",
        "CVAT",
        {
            "next": ("F", "Right"),
            "previous": ("D", "Left"),
            "forward": ("V",),
            "back": ("C",),
            "play": ("Space",),
            "tool_polygon": ("N", "P"),
            "reject": ("Shift+Z",),
            "tool_fill": ("Shift+F",),
            "help": ("F1",),
            "settings": ("F2", "Ctrl+,"),
            "undo": ("Ctrl+Z",),
            "redo": ("Ctrl+Shift+Z", "Ctrl+Y"),
            "hide": ("H",),
            "hide_all": ("T", "Ctrl+H"),
            "tool_ellipse": ("Shift+T",),
            **{f"label_{number}": (f"Ctrl+{number}", str(number)) for number in range(1, 10)},
        },
    ),
)


def preset(name: str) -> Preset:
    """The preset of this name; ours for one that is not known."""
    return next((each for each in PRESETS if each.name == name), PRESETS[0])
