"""An index of one mark, photos with and without it, and ways to call the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from detector.cli.main import main
from tests.report.scenes import CREAM, NORRVIK, lay, pose, product, save

ENTRY = "from detector.cli.main import main; main()"
CORNERS = [(230.0, 250.0), (640.0, 250.0), (640.0, 404.0), (230.0, 404.0)]
CSV = (
    "id,name,kind,image,owner,authorised_sellers,words\n"
    "norrvik,Norrvik,logo,norrvik.png,Norrvik AS,"
)


@dataclass(frozen=True)
class Shop:
    """Where everything lies; `mark` is the CSV, `photos` a folder with `clean` and `copy` in it."""

    mark: Path
    index: Path
    photos: Path
    clean: Path
    copy: Path


def detector(*words: object, stdin: bytes = b"", **env: str) -> Result:
    """Call the command line in this process."""
    return CliRunner(env={"COLUMNS": "160", **env}).invoke(main, list(map(str, words)), stdin)


def start(*words: object, **options) -> subprocess.Popen[str]:
    """Start the command line in a process of its own."""
    command = [sys.executable, "-c", ENTRY, *map(str, words)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, "COLUMNS": "160"}, **{**pipes, **options})


def small_photos(folder: Path, count: int) -> list[Path]:
    """Pictures that are quick to examine, each of another noise."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:03}.png" for number in range(count)]
    for number, path in enumerate(paths):
        noise = np.random.default_rng(number).integers(0, 256, (40, 56, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)
    return paths


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    Image.fromarray(NORRVIK.pixels).save(folder / "norrvik.png")
    (folder / "marks.csv").write_text(f"{CSV}friend,Norrvik;NRVK\n")
    photos = folder / "photos"
    body = product("mug", CREAM, (226, 224, 220))
    copy = lay(body, NORRVIK, pose(CORNERS, NORRVIK), (22, 62, 98))
    save(body, photos / "clean.jpg", 1)
    save(copy, photos / "copy.jpg", 2)
    found = detector("marks", "import", folder / "marks.csv", "--index", folder / "index")
    assert found.exit_code == 0, found.output
    assert (
        found.stdout == f"1 marks imported into {folder / 'index'} from 1 pictures: 1 described.\n"
    )
    names = (photos / "clean.jpg", photos / "copy.jpg")
    return Shop(folder / "marks.csv", folder / "index", photos, *names)


@pytest.fixture
def scan(shop: Shop) -> Callable[..., Result]:
    """`detector scan` against the index of the shop."""
    return lambda *words, **options: detector("scan", "--index", shop.index, *words, **options)
