"""`detector prune`: old pictures are deleted, and said to be."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.storage.database import now_of
from tests.service.rows import add_inspection


@pytest.fixture
def places(tmp_path: Path) -> list[str]:
    """The options of a service with one picture of 40 days ago and one of today."""
    database, pictures = f"sqlite:///{tmp_path / 'd.db'}", str(tmp_path / "pictures")
    with Service.open(ServiceSettings(database, pictures)) as service:
        for data, days in ((b"old", 40), (b"young", 0)):
            digest = service.pictures.put(data)
            with service.database.writing() as session:
                age = timedelta(days=days)
                add_inspection(session, now_of(session) - age, (digest,), state="done")
    return ["--database", database, "--pictures", pictures]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "detector", "prune", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_old_pictures_are_counted_then_deleted(places: list[str], tmp_path: Path) -> None:
    assert "1 pictures would be deleted" in run(*places, "--retention-days=30", "--dry-run").stdout
    done = run(*places, "--retention-days=30")
    assert (done.returncode, done.stdout) == (0, "1 pictures deleted.\n")
    files = [path for path in (tmp_path / "pictures").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"young"]


def test_days_must_be_given(places: list[str]) -> None:
    done = run(*places)
    assert done.returncode == 2
    assert "--retention-days" in done.stderr
