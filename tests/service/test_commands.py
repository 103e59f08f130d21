"""`detector work` and `detector watch` as people start them, and as systems end them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from detector.cli.main import main
from detector.service.service import Service
from tests.service.working import add, row_of, wait_for


@contextmanager
def command(
    service: Service, *words: object, stderr: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A command on this service, which SIGTERM ends; what it says on stderr goes on by default."""
    settings = service.settings
    variables = {
        "DETECTOR_DATABASE": settings.database,
        "DETECTOR_PICTURES": settings.pictures,
        "DETECTOR_INDEX": str(settings.index),
        "DETECTOR_JOBS": "1",
    }
    line = [sys.executable, "-m", "detector", *map(str, words)]
    environment = {**os.environ, **variables}
    with subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def test_work_inspects_what_waits_until_it_is_told_to_end(service: Service, photo_of) -> None:
    name = add(service, "a", photo_of("vornak"))
    with command(service, "work"):
        row = wait_for(service, name)
    assert (row.state, [finding.mark for finding in row.findings]) == ("done", ["vornak"])


def test_what_keeps_a_worker_from_inspecting_is_logged(service: Service) -> None:
    shutil.rmtree(service.settings.index)
    add(service, "a", b"fine")
    with command(service, "work", stderr=subprocess.PIPE) as process:
        ending = threading.Timer(60, process.terminate)  # else a worker that says nothing goes on
        ending.start()
        assert any("there are no marks yet" in line for line in process.stderr or ())
        ending.cancel()


def test_watch_prints_what_was_decided(service: Service, photo_of, tmp_path: Path) -> None:
    (folder := tmp_path / "photos").mkdir()
    (folder / "photo.jpg").write_bytes(photo_of("ring"))
    with command(service, "watch", folder) as process:
        told = json.loads(process.stdout.readline())
    assert told["path"] == str(folder / "photo.jpg")
    assert told["decision"] in ("review", "block")
    assert [finding["mark"] for finding in told["findings"]] == ["ring"]
    row = row_of(service, told["inspection"])
    assert (row.state, row.origin) == ("done", "watch")


def test_a_database_that_is_none_is_one_line() -> None:
    done = CliRunner().invoke(main, ["work", "--database", "mysql://host/name"])
    assert done.exit_code == 2
    assert done.stderr.startswith("error: only SQLite and PostgreSQL are supported")
