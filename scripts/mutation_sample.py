"""Change one operator at a time and see whether the module's own tests notice.

    python scripts/mutation_sample.py engine/regions models/layers/losses.py --count 40 --seed 1

Works in a copy of the working tree, so the sources are never touched. A change that no test notices
is printed with its line: either a test is missing there, or the change makes no difference.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "gui", "models", "resources", "tests")
SECONDS = 300.0
"""How long a module's tests may take; a change that makes them hang is noticed, too."""

OTHERS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
    ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """One operator that becomes another: the how-manieth one of its module, and what is said."""

    module: Path
    place: int
    line: int
    text: str


class _Changer(ast.NodeTransformer):
    """Counts operators in order; changes the one at `place`, or tells of all with None."""

    def __init__(self, place: int | None) -> None:
        self._place = place
        self.found: list[tuple[int, str]] = []

    def visit(self, node: ast.AST) -> ast.AST:
        """Look at a node and what is below it."""
        self.generic_visit(node)
        if isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                node.ops[index] = self._other(operator, node)
        elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign):
            node.op = self._other(node.op, node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return node.operand if self._is_next(node, "not x -> x") else node
        return node

    def _other(self, operator: ast.AST, node: ast.AST) -> ast.AST:
        other = OTHERS.get(type(operator))
        if other is None:
            return operator
        name = f"{type(operator).__name__} -> {other.__name__}"
        return other() if self._is_next(node, name) else operator

    def _is_next(self, node: ast.AST, text: str) -> bool:
        self.found.append((node.lineno, text))
        return len(self.found) - 1 == self._place


def mutations_of(module: Path) -> Iterator[Mutation]:
    """Every operator of a module that could be another."""
    changer = _Changer(None)
    changer.visit(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    for place, (line, text) in enumerate(changer.found):
        yield Mutation(module, place, line, text)


def changed(text: str, place: int) -> str:
    """The module's text with the operator at `place` changed."""
    return ast.unparse(ast.fix_missing_locations(_Changer(place).visit(ast.parse(text))))


def tests_of(module: Path) -> list[str]:
    """The mirrored test: test_x.py for x.py, also those that begin with it; else its folder's."""
    folder = Path("tests") / module.parent
    found = sorted(folder.glob(f"test_{module.stem.lstrip('_')}*.py"))
    return [str(path) for path in found]


def _survives(mutation: Mutation, copy: Path, tests: list[str]) -> bool:
    target = copy / mutation.module
    text = (ROOT / mutation.module).read_text(encoding="utf-8")
    target.write_text(changed(text, mutation.place), encoding="utf-8")
    try:
        return _pass(copy, tests)
    finally:
        target.write_text(text, encoding="utf-8")


def _pass(copy: Path, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


@contextmanager
def _copied() -> Iterator[Path]:
    """A copy of what the tests need."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in (*PACKAGES, "pyproject.toml"):
            source, target = ROOT / part, copy / part
            shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
        yield copy


def main() -> int:
    """Sample, try, and say which changes nobody noticed."""
    parser = argparse.ArgumentParser(description="Change operators; do the tests notice?")
    parser.add_argument("paths", nargs="+", type=Path, help="modules or folders, from the root")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    os.chdir(ROOT)
    modules = [m for path in options.paths for m in ([path] if path.suffix else path.rglob("*.py"))]
    tested = {module: tests_of(module) for module in sorted(modules)}
    every = [m for module, tests in tested.items() if tests for m in mutations_of(module)]
    sample = random.Random(options.seed).sample(every, min(options.count, len(every)))
    survivors = 0
    with _copied() as copy:
        for module in sorted({mutation.module for mutation in sample}):
            if not _pass(copy, tested[module]):
                print(f"its tests fail or take too long as it is: {module}", flush=True)
                sample = [mutation for mutation in sample if mutation.module != module]
        for mutation in sample:
            if _survives(mutation, copy, tested[mutation.module]):
                survivors += 1
                print(
                    f"nobody noticed: {mutation.module}:{mutation.line} {mutation.text}", flush=True
                )
    untested = sum(not tests for tests in tested.values())
    print(f"{len(sample)} of {len(every)} changes tried, {survivors} that nobody noticed; ", end="")
    print(f"{untested} of {len(tested)} modules have no test of their own name")
    return 0


if __name__ == "__main__":
    sys.exit(main())
