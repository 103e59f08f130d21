"""Every command of docs/service.md, in its order, by a real shell against a real server."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from tests.commands import ROOT, fenced

PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
LISTENING = re.compile(r"Listening on (http://\S+)")


@contextmanager
def serving_process(command: list[str], **options: Any) -> Iterator[str]:
    """Start a server, give the address that it tells, and end it as an operator would."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options) as server:
        assert server.stderr is not None
        try:
            told = []
            for line in server.stderr:
                told.append(line)
                if found := LISTENING.search(line):
                    yield found[1]
                    break
            else:
                raise AssertionError("".join(told))
        finally:
            server.terminate()
            server.communicate(timeout=120)
    assert server.returncode == 0


class Shell:
    """Runs lines in a folder; `detector serve` goes on beside until the context is left."""

    def __init__(self, folder: Path, database: str) -> None:
        self._folder, self._address, self._servers = folder, "", ExitStack()
        program = folder / "bin" / "detector"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m detector "$@"\n')
        program.chmod(0o755)
        path = f"{program.parent}:{os.environ['PATH']}"
        places = {"DETECTOR_DATABASE": database, "DETECTOR_PORT": "0", "PYTHONPATH": str(ROOT)}
        self._environment = {**os.environ, **places, "PATH": path}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._servers.close()

    def run(self, line: str) -> str:
        """What a line writes to standard output; it must succeed."""
        options = {"cwd": self._folder, "env": self._environment}
        if line.startswith("detector serve"):
            program = str(self._folder / "bin" / "detector")
            server = serving_process([program, *shlex.split(line)[1:]], **options)
            self._address = self._servers.enter_context(server)
            return ""
        typed = line.replace("http://127.0.0.1:8000", self._address)
        done = subprocess.run(
            typed, shell=True, capture_output=True, text=True, check=False, timeout=180, **options
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture
def folder(marks_folder: Path, photo_of: Callable[..., bytes], tmp_path: Path) -> Path:
    """What a reader has: marks, a photo with one of them, and a picture of a further mark."""
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "vornak.png").write_bytes((marks_folder / "vornak.png").read_bytes())
    (tmp_path / "anvil.png").write_bytes((marks_folder / "ring.png").read_bytes())
    (tmp_path / "photo.jpg").write_bytes(photo_of("vornak"))
    return tmp_path


def lines_of(text: str) -> list[str]:
    return [line for body in fenced(text, "sh") for line in body.splitlines()]


def test_the_page_works_from_zero_to_the_first_webhook(folder: Path, database_url: str) -> None:
    lines = [line for line in lines_of(PAGE) if not line.startswith("pip ")]
    assert len(lines) == 8
    told = {}
    with Shell(folder, database_url) as reader:
        for line in lines:
            told[line] = reader.run(line)
    answers = [json.loads(text) for text in told.values() if text.startswith("{")]
    inspection, listed, mark, webhook, events = answers
    assert inspection["state"] == "done"
    assert [finding["mark"] for finding in inspection["findings"]] == ["vornak"]
    assert [one["id"] for one in listed["inspections"]] == [inspection["id"]]
    assert mark["id"] == "anvil"
    assert webhook["secret"].startswith("whsec_")
    assert "inspection.done" in [event["type"] for event in events["events"]]


def test_the_readme_leads_to_a_first_answer_in_three_commands(folder: Path, tmp_path: Path) -> None:
    lines = [line for line in lines_of(README) if not line.startswith("pip ")]
    assert len(lines) == 3
    with Shell(folder, f"sqlite:///{tmp_path / 'detector.db'}") as reader:
        for line in lines:
            answer = reader.run(line)
    assert json.loads(answer)["decision"] in ("review", "block")


def test_it_serves_on_a_root_that_cannot_be_written(
    small_index: Path, photo_of: Callable[..., bytes], open_folder: Path
) -> None:
    """As in a container: another user, no home, and two folders that may be written."""
    data, temporary = open_folder / "data", open_folder / "temporary"
    shutil.copytree(small_index, data / "index")
    temporary.mkdir()
    for path in (temporary, data, *data.rglob("*")):
        path.chmod(0o777)
    places = {
        "DETECTOR_DATABASE": f"sqlite:///{data / 'detector.db'}",
        "DETECTOR_PICTURES": str(data / "pictures"),
        "DETECTOR_INDEX": str(data / "index"),
        "DETECTOR_WORDS": "no",
        "DETECTOR_PORT": "0",
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
    }
    command = [*_as_nobody(), sys.executable, "-m", "detector", "serve"]
    with serving_process(command, cwd="/", env=places) as address:
        answer = httpx.post(
            f"{address}/v1/inspections?wait=60", files={"picture": photo_of("vornak")}, timeout=120
        )
    assert answer.json()["decision"] in ("review", "block")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches; pytest's own are for one alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _as_nobody() -> list[str]:
    """What gives a command another user, who may read what root may, and write nothing of it."""
    if os.geteuid() != 0:
        return []
    user = ["--reuid=65534", "--regid=65534", "--clear-groups"]
    reads = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    return ["setpriv", *user, *reads]
