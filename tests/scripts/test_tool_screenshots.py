"""Screenshots of the tools: none is forgotten."""

from gui import tools
from gui.tools import registry
from scripts.tool_screenshots import GESTURES, NEEDS_OBJECTS


def test_every_tool_has_a_gesture_to_be_shown_by():
    tools.load_all()
    assert set(GESTURES) == set(registry.names())
    assert set(GESTURES) >= NEEDS_OBJECTS
