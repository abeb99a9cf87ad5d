"""Every registered command keeps what all of them promise."""

from typing import Any

import pytest
import typer

from engine.commands import app as commands

commands.load_all()


def every_command(group: Any, words: str = "") -> dict[str, Any]:
    """Each command by the words a person types, those inside of groups too."""
    found = {}
    for name, command in group.commands.items():
        typed = f"{words} {name}".strip()
        found[typed] = command
        found |= every_command(command, typed) if hasattr(command, "commands") else {}
    return found


COMMANDS = every_command(typer.main.get_command(commands.app))


@pytest.mark.parametrize("name", COMMANDS)
def test_it_takes_json(name):
    assert "--json" in [option for given in COMMANDS[name].params for option in given.opts]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_it_does(name, capsys):
    assert commands.main([*name.split(), "--help"]) == 0
    assert COMMANDS[name].help.split()[0] in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_wrong_usage(name, capsys):
    assert commands.main([*name.split(), "--no-such-option"]) == 2
    assert "--no-such-option" in capsys.readouterr().err
