"""The examples of CONTRIBUTING.md work: each passes the contract tests of its kind."""

import json
import os
import subprocess
import sys

import pytest

from tests import examples
from tests.examples import ROOT

CONTRACTS = {
    "models": "tests/models/test_contract.py",
    "gui/tools": "tests/gui/tools/test_registry.py",
    "engine/commands": "tests/engine/commands/test_contract.py",
    "engine/formats": "tests/engine/formats/test_registry.py",
    "gui": "tests/gui/test_side_panels.py",
}
"""What is demanded of a file in such a folder."""
EXAMPLES = examples.examples()
COMMANDS = [example for example in EXAMPLES if example.path.startswith("engine/commands/")]


def contract_of(example: examples.Example) -> str:
    """The contract test of the folder, or of the nearest one above that has one."""
    found = [folder for folder in CONTRACTS if example.path.startswith(f"{folder}/")]
    return CONTRACTS[max(found, key=len)]


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Runs this Python with the examples in place."""
    folder = tmp_path_factory.mktemp("examples")
    examples.write(folder)
    environment = {**os.environ, examples.FOLDER: str(folder), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8"
        )

    return run


def test_every_example_names_its_file():
    assert {contract_of(example) for example in EXAMPLES} == set(CONTRACTS.values())
    assert not [example.path for example in EXAMPLES if (ROOT / example.path).exists()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_in_the_house_style(example):
    ruff = [sys.executable, "-m", "ruff"]
    for check in (["check", "-"], ["format", "--check", "-"]):
        command = [*ruff, check[0], "--stdin-filename", example.path, *check[1:]]
        found = subprocess.run(
            command, cwd=ROOT, input=example.text, capture_output=True, text=True, encoding="utf-8"
        )
        assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
def test_examples_pass_the_contract_tests(python):
    tests = sorted({contract_of(example) for example in EXAMPLES})
    names = " or ".join(example.name for example in EXAMPLES)
    found = python("-m", "pytest", "-p", "tests.examples", "-rA", "-q", "-k", names, *tests)
    assert found.returncode == 0, found.stdout + found.stderr
    passed = [line for line in found.stdout.splitlines() if line.startswith("PASSED")]
    for example in EXAMPLES:
        assert any(contract_of(example) in line and example.name in line for line in passed)


@pytest.mark.slow
@pytest.mark.parametrize("example", COMMANDS, ids=lambda example: example.name)
def test_a_command_prints_one_json_object(python, example):
    main = "import sys, tests.examples, engine.commands.app as app; sys.exit(app.main())"
    found = python("-c", main, example.name, "--json")
    assert found.returncode == 0, found.stderr
    assert isinstance(json.loads(found.stdout), dict)
