"""`pip install .` without extras: what works, and what says which extra it needs.

The packages of the extras are installed where tests run, so a process is told that they are not.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from .commands import ROOT
from .report.scenes import CREAM, NORRVIK, lay, pose, product, save

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
ABSENT = (
    *("anyascii", "confusable_homoglyphs", "fontTools", "matplotlib", "openpyxl", "pdqhash"),
    *("pillow_heif", "rapidfuzz", "rapidocr", "sklearn", "spylls", "torch", "wordfreq"),
    *("xlsxwriter", "omegaconf", "requests", "yaml"),
    *("alembic", "fastapi", "httpx", "pydantic", "sqlalchemy", "uvicorn"),
)
PLAIN = f"""
import sys
sys.modules.update(dict.fromkeys({ABSENT!r}))
from detector.cli.main import main
main()
"""
CORNERS = [(230.0, 250.0), (640.0, 250.0), (640.0, 404.0), (230.0, 404.0)]


def plain(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as if no extra were installed, and nothing else of what lies here."""
    command = [sys.executable, "-c", PLAIN, *map(str, words)]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    Image.fromarray(NORRVIK.pixels).save(folder / "norrvik.png")
    body = product("mug", CREAM, (226, 224, 220))
    save(lay(body, NORRVIK, pose(CORNERS, NORRVIK), (22, 62, 98)), folder / "copy.jpg", 2)
    return folder


def test_marks_are_imported_and_photos_scanned(shop):
    imported = plain("marks", "import", "norrvik.png", "--index", "ix", folder=shop)
    assert (imported.returncode, imported.stderr) == (0, "")
    found = plain("scan", "copy.jpg", "--index", "ix", "--report", "out", folder=shop)
    assert found.returncode == 1
    assert "norrvik" in found.stdout
    assert (shop / "out" / "report.html").is_file()
    checked = plain("check", "copy.jpg", "--index", "ix", folder=shop)
    assert "Almost certain" in checked.stdout


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (("check", "copy.jpg", "--title", "A mug"), "words"),
        (("scan", "copy.jpg", "--xlsx", "a.xlsx"), "xlsx"),
        (("scan", "copy.jpg", "--words"), "ocr"),
        (("serve",), "service"),
        (("work",), "service"),
    ],
)
def test_what_needs_an_extra_names_it(shop, words, extra):
    asked = plain(*words, "--index", "ix", folder=shop)
    assert asked.returncode == 2
    assert f'pip install "detector[{extra}]"' in asked.stderr
    assert extra in EXTRAS
