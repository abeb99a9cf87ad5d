"""Every operator is found once, and changing one changes nothing else."""

import ast
from pathlib import Path

from scripts import mutation_sample as script

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "def f(a, b):\n    if a < b and not a == b:\n        a += 1\n    return a in (b, a * 2)\n"


def test_every_operator_can_be_changed_alone():
    plain = ast.unparse(ast.parse(SOURCE))
    texts = [script.changed(SOURCE, place) for place in range(7)]
    assert len({*texts, plain}) == 8
    assert script.changed(SOURCE, 7) == plain
    assert any("a <= b" in text for text in texts)
    assert any("a not in" in text for text in texts)
    assert any("a -= 1" in text for text in texts)


def test_a_module_is_tested_by_what_mirrors_it():
    assert script.tests_of(Path("engine/plain_json.py")) == ["tests/engine/test_plain_json.py"]
    found = list(script.mutations_of(Path("engine/plain_json.py")))
    lines = (ROOT / "engine" / "plain_json.py").read_text(encoding="utf-8").splitlines()
    assert found
    assert all(0 < each.line <= len(lines) for each in found)
