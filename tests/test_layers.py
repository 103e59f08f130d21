"""Layers: a module imports from layers below its own, never from beside or above."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import detector

ROOT = Path(detector.__file__).parent
LAYERS = {
    "errors": 1,
    "records": 2,
    "disk_space": 2,
    "public_addresses": 2,
    "client": 2,
    "settings": 3,
    "geometry": 3,
    "score_terms": 3,
    "onnx_session": 3,
    "pictures": 4,
    "index": 4,
    "words": 4,
    "marks": 5,
    "channels": 5,
    "verification": 5,
    "scoring": 6,
    "serialise": 6,
    "report": 7,
    "pipeline": 7,
    "jobs": 8,
    "evaluation": 9,
    "integrations": 9,
    "service": 9,
    "cli": 10,
}
HEAVY = {
    *("PIL", "cv2", "imagehash", "jinja2", "numpy", "onnxruntime", "rapidocr", "resvg_py", "rich"),
    *("anyascii", "confusable_homoglyphs", "rapidfuzz", "scipy", "sklearn", "spylls", "wordfreq"),
}
ENTRIES = (ROOT / "__init__.py", ROOT / "__main__.py")
MODULES = sorted(path for path in ROOT.rglob("*.py") if path not in ENTRIES)


def package_of(module: str) -> str:
    """`detector.index.store` is in the package `index`."""
    return module.split(".")[1]


def name_of(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(("detector", *parts[: -1 if parts[-1] == "__init__" else None]))


def imports_of(source: str) -> set[str]:
    """Every module of the package that a source imports anywhere, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.level:
            found.add("." * node.level + (node.module or ""))
        elif isinstance(node, ast.ImportFrom) and node.module == "detector":
            found |= {f"detector.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name for name in found if name.split(".")[0] in ("detector", "")}


def complaints(module: str, source: str) -> list[str]:
    """What is wrong with the imports of one module, in words."""
    mine, told = package_of(module), []
    for name in sorted(imports_of(source)):
        if name.startswith("."):
            told.append(f"{module}: relative import {name}")
        elif name == "detector" or package_of(name) not in LAYERS:
            told.append(f"{module}: imports {name}, which is on no layer")
        elif package_of(name) != mine and LAYERS[package_of(name)] >= LAYERS[mine]:
            told.append(f"{module}: imports {name} from its own layer or above")
    return told


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down(path):
    name = name_of(path)
    assert package_of(name) in LAYERS, f"{name} is on no layer"
    assert complaints(name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("detector.index.store", "from detector.pictures.reader import read_picture"),
        ("detector.records", "def f():\n    from detector.geometry import warp"),
        ("detector.records", "from detector import settings"),
        ("detector.errors", "import detector.cli.main"),
        ("detector.jobs.runner", "from detector import Detector"),
        ("detector.jobs.runner", "from . import journal"),
        ("detector.channels.edge_templates", "from detector.elsewhere import thing"),
    ],
)
def test_a_wrong_import_is_seen(module, source):
    assert len(complaints(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("detector.index.store", "from detector.index.lock import LOCK"),
        ("detector.jobs.runner", "from detector.pipeline import Detector\nimport numpy"),
        ("detector.cli.main", "from detector import errors"),
    ],
)
def test_a_right_import_passes(module, source):
    assert complaints(module, source) == []


def loaded_by(statement: str) -> set[str]:
    """The top-level packages in memory after a statement, in a fresh interpreter."""
    report = "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", f"{statement}; {report}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["detector", "detector.cli.main"])
def test_nothing_heavy_is_imported_at_import(module):
    assert loaded_by(f"import {module}").isdisjoint(HEAVY)


def test_a_heavy_import_is_seen():
    assert "numpy" in loaded_by("import detector; detector.Picture")
