"""The public names are pinned, and every file keeps the house rules that a linter does not know."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from pathlib import Path

import pytest

import detector
from detector import errors, records, settings

ROOT = Path(detector.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if path.parent.name != "versions")
"""All but migrations, which Alembic writes."""
LONGEST_FUNCTION, LONGEST_FILE = 40, 300
UNSAFE = ("pickle", "joblib", "shelve", "marshal", "dill", "cloudpickle")

PUBLIC = [
    "Detector",
    "DetectorError",
    "Evidence",
    "Finding",
    "Listing",
    "Mark",
    "Measures",
    "Picture",
    "Policy",
    "Reading",
    "ReferenceIndex",
    "Rights",
    "Settings",
    "Submission",
    "View",
    "compare",
    "find_pictures",
    "import_marks",
    "load_marks",
    "load_policy",
    "read_picture",
    "write_report",
]


def test_the_public_names_are_these():
    assert detector.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(detector))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_documented(name):
    found = getattr(detector, name)
    assert found.__name__ == name
    assert inspect.getdoc(found)


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Detektor'"):
        _ = detector.Detektor


def dataclasses_of(module):
    return [
        found
        for _, found in inspect.getmembers(module, inspect.isclass)
        if dataclasses.is_dataclass(found) and found.__module__.startswith(module.__name__)
    ]


@pytest.mark.parametrize(
    "kind", [*dataclasses_of(records), *dataclasses_of(settings)], ids=lambda kind: kind.__name__
)
def test_data_is_frozen(kind):
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")  # what dataclass itself would write


@pytest.mark.parametrize("name", ["Policy"])
def test_public_data_elsewhere_is_frozen(name):
    assert getattr(detector, name).__dataclass_params__.frozen


def test_every_error_is_in_the_tree_and_drawn():
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert len(found) >= 9
    assert all(issubclass(kind, errors.DetectorError) for kind in found)
    assert all(kind.__name__ in errors.__doc__ for kind in found)


def complaints(source: str, *, may_print: bool = False) -> list[str]:
    """What is wrong with a source by the rules of the house, in words."""
    tree, told = ast.parse(source), []
    if not ast.get_docstring(tree):
        told.append("no module docstring")
    if (lines := len(source.splitlines())) > LONGEST_FILE:
        told.append(f"{lines} lines")
    for node in ast.walk(tree):
        told += _complaints_on(node, may_print)
    return told


def _complaints_on(node: ast.AST, may_print: bool) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        lines = node.end_lineno - node.lineno + 1
        return [f"{node.name} has {lines} lines"] if lines > LONGEST_FUNCTION else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
        return [] if may_print else [f"prints in line {node.lineno}"]
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    else:
        return []
    return [f"imports {name}" for name in names if name.split(".")[0] in UNSAFE]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rules_of_the_house(path):
    in_cli = path.is_relative_to(ROOT / "cli")
    assert complaints(path.read_text(encoding="utf-8"), may_print=in_cli) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        '"""Doc."""\nprint(1)',
        '"""Doc."""\nimport pickle',
        '"""Doc."""\nfrom joblib.numpy_pickle import load',
        '"""Doc."""\ndef f():\n' + "    x = 1\n" * 40,
        '"""Doc."""\n' + "x = 1\n" * 300,
    ],
)
def test_a_broken_rule_is_seen(source):
    assert len(complaints(source)) == 1


def test_the_command_line_may_print():
    assert complaints('"""Doc."""\nprint(1)', may_print=True) == []
