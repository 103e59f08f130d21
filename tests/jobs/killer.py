"""Scans that are killed: `python -m <this module> FOLDER SEED KILLS`.

Scans the photos in FOLDER with a journal in child processes that are killed, as kill -9 does, at
random moments; each is taken up again by the next until one comes to its end, which must answer as
an uninterrupted scan. Prints how many were killed, and how many of these had kept something.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from detector.jobs.journal import Journal
from detector.jobs.run_identity import run_identity
from detector.jobs.runner import scan

from .shop import CONFIG, lines
from .standin import examine


def answers(folder: Path, journal: Path) -> list[str]:
    paths = sorted(folder.glob("*.jpg"))
    with (
        Journal(journal, run_identity(CONFIG)) as kept,
        closing(scan(paths, CONFIG, jobs=2, journal=kept, examine=examine)) as listings,
    ):
        return lines(listings)


def attempt(folder: Path, journal: Path, seconds: float) -> bool:
    """Scan in a child that is killed after `seconds`; whether it came to its end before."""
    while signal.sigtimedwait({signal.SIGCHLD}, 0):
        pass  # what ended earlier does not end this wait
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        journal.with_suffix(".out").write_text(json.dumps(answers(folder, journal)))
        os._exit(0)
    signal.sigtimedwait({signal.SIGCHLD}, seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status == 0


def kept_rows(journal: Path) -> int:
    """How many photos a journal holds, after a check that it is sound."""
    with closing(sqlite3.connect(journal)) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = base.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        return base.execute("SELECT count(*) FROM photos").fetchone()[0] if tables else 0


def attempts(folder: Path, seed: int, kills: int) -> Iterator[int]:
    """Yield what each killed scan left in its journal."""
    rng = random.Random(seed)
    began = time.monotonic()
    expected = answers(folder, folder / "whole")
    lasted = time.monotonic() - began
    killed = round_ = 0
    while killed < kills:
        journal = folder / f"journal{round_}"
        while not attempt(folder, journal, rng.uniform(lasted / 4, lasted)):
            killed += 1
            yield kept_rows(journal)
        assert json.loads(journal.with_suffix(".out").read_text()) == expected
        round_ += 1


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    left = list(attempts(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
    sys.stdout.write(json.dumps(left))
