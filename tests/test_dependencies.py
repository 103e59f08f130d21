"""What is imported is declared, and what is always installed is imported without asking."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
MAY_USE = {
    "detector": (
        *("benchmark", "heic", "ocr", "pdq", "service", "threatexchange", "tracing"),
        *("words", "xlsx"),
    ),
    "tools": ("test",),
    "training": ("train",),
    "drawing": ("draw",),
    "tests": ("test",),
}
"""The extras that the code of each folder may import from, besides what is always installed."""

DISTRIBUTIONS = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "fontTools": "fonttools",
    "opentelemetry": "opentelemetry-sdk",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
"""Distributions by what is imported from them, where that is not the name with - for _."""


GUESTS = {"compare_label_readers.py"}
"""Scripts that run beside other tools, in an environment of their own."""


def distribution_of(name: str) -> str:
    return DISTRIBUTIONS.get(name, name.replace("_", "-"))


def names(requirements: list[str]) -> Iterator[str]:
    """The distributions that requirements name, with those of the extras that they name."""
    for requirement in requirements:
        name, extras = re.match(r"([\w.-]+)(?:\[([\w,]+)\])?", requirement).groups()
        if name == PROJECT["name"]:
            for extra in extras.split(","):
                yield from names(EXTRAS[extra])
        else:
            yield name.lower()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the top-level name of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module.split(".")[0]


def needed(folder: str) -> Iterator[tuple[str, str]]:
    """Where a folder imports from another project, and from which distribution."""
    own = {path.stem for path in (ROOT / "tools").glob("*.py")} | set(MAY_USE) | {"_typeshed"}
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path.name in GUESTS:
            continue
        for line, name in imports(path):
            if name not in own and name not in sys.stdlib_module_names:
                yield f"{path.relative_to(ROOT)}:{line}", distribution_of(name)


@pytest.mark.parametrize("folder", MAY_USE)
def test_everything_imported_is_declared(folder):
    extras = [requirement for extra in MAY_USE[folder] for requirement in EXTRAS[extra]]
    declared = set(names(PROJECT["dependencies"] + extras))
    found = list(needed(folder))
    assert found
    assert [f"{place} {name}" for place, name in found if name not in declared] == []


def test_everything_always_installed_is_imported():
    used = {name for folder in MAY_USE for _, name in needed(folder)}
    assert set(names(PROJECT["dependencies"])) - used == set()


def test_nothing_required_is_declared_a_second_time():
    optional = {name for extra in EXTRAS for name in names(EXTRAS[extra])}
    assert optional & set(names(PROJECT["dependencies"])) == set()


def test_what_is_always_installed_is_not_looked_for():
    """`find_spec` and `except ImportError` are for extras alone."""
    required = set(names(PROJECT["dependencies"]))
    for path in sorted((ROOT / "detector").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in asked_for(node):
                assert distribution_of(name) not in required, f"{path}:{node.lineno}"


def asked_for(node: ast.AST) -> Iterator[str]:
    """The packages whose presence a statement asks for."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "find_spec":
        yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))
    if isinstance(node, ast.Try) and any("ImportError" in ast.dump(one) for one in node.handlers):
        for inner in node.body:
            if isinstance(inner, ast.Import):
                yield from (alias.name.split(".")[0] for alias in inner.names)
            elif isinstance(inner, ast.ImportFrom):
                yield inner.module.split(".")[0]
