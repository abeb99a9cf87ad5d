"""The house rules (CONTRIBUTING.md, "How we write"), as far as a machine can check them."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "gui", "models", "resources")
MAX_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_PARAMETERS = 6
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    """Every Python file below these folders."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All of its tree, walked through once for all tests."""
    return tuple(ast.walk(tree(path)))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> list[ast.Call]:
    return [node for node in nodes(path) if isinstance(node, ast.Call)]


def dotted(node: ast.expr) -> str:
    """`torch.load` for the function of such a call."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in nodes(path) if isinstance(node, kinds)]


def test_files_are_short():
    found = []
    for path in sources(*PACKAGES, "tests", "scripts"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MAX_LINES:
            found.append(f"{name_of(path)} has {lines} lines")
    assert not found, "\n".join(found)


def test_functions_are_short_and_take_few_parameters():
    found = []
    for path in sources(*PACKAGES):
        for function in functions(path):
            length = (function.end_lineno or 0) - function.lineno + 1
            place = f"{name_of(path)}:{function.lineno} {function.name}"
            if length > MAX_FUNCTION_LINES:
                found.append(f"{place} has {length} lines")
            # A command's parameters are its options on the command line.
            positional = [a for a in function.args.args if a.arg not in ("self", "cls")]
            if len(positional) > MAX_PARAMETERS and "/commands/" not in name_of(path):
                found.append(f"{place} takes {len(positional)} parameters")
    assert not found, "\n".join(found)


def test_modules_have_telling_names():
    bad = [name_of(p) for p in sources(*PACKAGES, "tests") if p.stem in FORBIDDEN_NAMES]
    assert not bad


def test_only_gui_imports_qt():
    found = []
    for path in sources("engine", "models", "resources"):
        for node in nodes(path):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] in ("PySide6", "pyqtgraph", "qtawesome") for name in names):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert not found


def test_a_side_panel_is_known_to_nobody():
    """It registers itself: its folder can be taken away and nothing else need be edited."""
    features = {path.parent.name for path in (ROOT / "gui").glob("*/side_panel.py")}
    found = []
    for path in sources("gui"):
        own = path.relative_to(ROOT / "gui").parts[0]
        for node in nodes(path):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            parts = module.split(".")
            if parts[0] == "gui" and len(parts) > 1 and parts[1] in features - {own}:
                found.append(f"{name_of(path)}:{node.lineno} imports {module}")
    assert features
    assert not found


def test_nobody_imports_what_changes_the_classes_of_qt():
    found = []
    for path in sources("gui"):
        for node in nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] in ("qtawesome", "qtpy") for name in names):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert not found, "see gui/icon_font.py"


def test_print_is_for_the_command_line_only():
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in sources(*PACKAGES)
        if path.name != "__main__.py" and "/commands/" not in name_of(path)
        for call in calls(path)
        if dotted(call.func) == "print"
    ]
    assert not found


def test_nothing_foreign_is_loaded_with_code_enabled():
    found = []
    for path in sources(*PACKAGES):
        for call in calls(path):
            name = dotted(call.func)
            keywords = {k.arg: k.value for k in call.keywords}
            place = f"{name_of(path)}:{call.lineno} {name}"
            if name == "torch.load":
                only = keywords.get("weights_only")
                if not (isinstance(only, ast.Constant) and only.value is True):
                    found.append(place)
            if name in ("yaml.load", "yaml.unsafe_load", "pickle.load", "pickle.loads", "eval"):
                found.append(place)
            allow = keywords.get("allow_pickle")
            if isinstance(allow, ast.Constant) and allow.value:
                found.append(place)
    assert not found


def test_signals_are_connected_to_named_methods():
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in sources("gui")
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "connect"
        if any(isinstance(argument, ast.Lambda) for argument in call.args)
    ]
    assert not found, "a lambda may run in the worker's thread"


def test_painters_are_ended_whatever_happens():
    found = []
    for path in sources("gui"):
        withs = [node for node in nodes(path) if isinstance(node, ast.With)]
        ended = {id(item.context_expr) for node in withs for item in node.items}
        found += [
            f"{name_of(path)}:{call.lineno}"
            for call in calls(path)
            if dotted(call.func) == "QPainter" and id(call) not in ended
        ]
    assert not found, "an error keeps the painter alive in its traceback, and then Qt crashes"


def test_trouble_is_never_swallowed():
    found = []
    for path in sources(*PACKAGES):
        for node in nodes(path):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or dotted(node.type) in ("Exception", "BaseException")
            if broad and all(isinstance(line, ast.Pass) for line in node.body):
                found.append(f"{name_of(path)}:{node.lineno}")
    assert not found


def test_every_module_and_public_name_has_a_docstring():
    found = []
    for path in sources(*PACKAGES):
        module = tree(path)
        if module.body and not ast.get_docstring(module):
            found.append(name_of(path))
        for node in module.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                found.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not found


SHAPE = re.compile(r"\((?=[^()]*\b([A-Z]|[0-9]|h|w)\b)[^()]*,[^()]*\)|\(\)")
"""Axes in brackets, as (N, C, h, w), (R, 4), (K,) or () of a scalar."""


def test_texts_have_one_spelling():
    found = []
    for path in sources(*PACKAGES):
        docstrings = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
        texts = (n for n in nodes(path) if isinstance(n, ast.Constant) and id(n) not in docstrings)
        found += [
            f"{name_of(path)}:{text.lineno}: {text.value}"
            for text in texts
            if "colour" in str(text.value).lower()
        ]
    assert not found, "It is color in what people read:\n" + "\n".join(found)


def test_what_takes_or_gives_tensors_says_their_shapes():
    """In its docstring. Tensors by name have none in common; the contract says those of `losses`
    and `predict`, and closures without a docstring belong to their function."""
    found = []
    for path in sources("models"):
        if "yardstick" in path.parts:  # They override torchvision's methods.
            continue
        for node in functions(path):
            hints = [each.annotation for each in (*node.args.args, *node.args.kwonlyargs)]
            text = " ".join(ast.unparse(hint) for hint in (*hints, node.returns) if hint)
            has_tensors = "Tensor" in re.findall(r"\w+", text.replace("[str, Tensor]", ""))
            is_public = not node.name.startswith("_") and node.name not in {"losses", "predict"}
            text = ast.get_docstring(node) or ""
            if is_public and has_tensors and text and not SHAPE.search(text):
                found.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not found


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in sources(*PACKAGES, "scripts")
        for match in marks.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_tests_mirror_the_tree():
    wrong = [name_of(p) for p in (ROOT / "tests").rglob("__init__.py")]
    assert not wrong, "tests/models/__init__.py would hide models"
    for path in (ROOT / "tests").rglob("test_*.py"):
        parts = path.relative_to(ROOT / "tests").parts
        if len(parts) == 1:
            continue
        package = ROOT.joinpath(*parts[:-1])
        assert package.is_dir(), f"{name_of(path)} mirrors no folder"


def test_packaging_is_no_package():
    assert not (ROOT / "packaging" / "__init__.py").exists(), "it would hide the library packaging"


def test_no_path_of_one_machine_is_written_down():
    machine = re.compile(r"""["'(\s](/home/\w+|/Users/\w+|/(?:work|root)/|[A-Z]:\\\\Users)""")
    pages = (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("configs/**/*.md"))
    files = [*sources(*PACKAGES, "tests", "scripts"), *pages, ROOT / "Makefile"]
    found = [
        name_of(path)
        for path in files
        if path != Path(__file__).resolve() and machine.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_files_are_read_as_utf_8_whatever_the_system_says():
    found = []
    for path in sources(*PACKAGES):
        for call in calls(path):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            keywords = {k.arg for k in call.keywords}
            if name in ("read_text", "write_text") and "encoding" not in keywords:
                found.append(f"{name_of(path)}:{call.lineno} {name}")
    assert not found


def test_the_bundle_and_the_window_show_the_same_icon():
    bundle = (ROOT / "packaging" / "icon.svg").read_bytes()
    assert bundle == (ROOT / "resources" / "icons" / "maskloop.svg").read_bytes()


def test_the_readme_names_every_command():
    from engine.commands.app import command_names

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in command_names() if f"maskloop {name}" not in readme]
