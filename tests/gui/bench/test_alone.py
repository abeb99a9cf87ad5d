"""A scene's process is started as an installed program is."""

from gui.bench.alone import environment


def test_compiled_modules_are_taken_and_no_display_is_needed():
    given = {"PATH": "here", "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "xcb"}
    assert environment(given) == {"PATH": "here", "QT_QPA_PLATFORM": "offscreen"}
