"""How much faster two hosts are than one: workers that share a queue in PostgreSQL.

    PYTHONPATH=. python tools/measure_workers.py [--inspections 40] [--rounds 3] [--seconds 0.25]
    PYTHONPATH=. python tools/measure_workers.py --steps 60000000

A host is a process with a temporary folder and a copy of the index of its own, and one job. Each
inspection takes its process `--seconds` without a core, as if each host had its own, so that the
queue alone can make two hosts less than twice as fast. With `--steps` it is a loop on a core, and
two hosts need two free cores. Rounds with one and with two hosts take turns; JSON says the speeds
in inspections a second, and the ratio of their medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kill_service import index_in
from sqlalchemy import func, select

from detector.service.service import Service
from detector.service.settings import ServiceSettings
from detector.service.storage.inspections import InspectionRow
from tests.service.killing import Process, queued, standin_worker, started
from tests.service.postgresql import PostgresServer

LOOK_SECONDS = 0.05


def main() -> None:
    """Measure, and print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inspections", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.25)
    parser.add_argument("--steps", type=int)
    options = parser.parse_args()
    work = f"count {options.steps}" if options.steps else f"wait {options.seconds}"
    with tempfile.TemporaryDirectory() as name, PostgresServer() as server:
        folder = Path(name)
        places = (server.url("postgres"), str(folder / "pictures"), folder)
        with Service.open(ServiceSettings(*places)) as service:
            hosts = [_host(service, folder / f"host-{number}") for number in (1, 2)]
            speeds: dict[int, list[float]] = {1: [], 2: []}
            for _ in range(options.rounds):
                for count, measured in speeds.items():
                    use = hosts[:count]
                    measured.append(_speed(service, use, options.inspections, work.encode()))
    one, two = (statistics.median(speeds[count]) for count in (1, 2))
    told = {"one_host": speeds[1], "two_hosts": speeds[2], "ratio": two / one}
    print(json.dumps(told, default=float))


def _host(service: Service, folder: Path) -> Process:
    folder.mkdir()
    (folder / "tmp").mkdir()
    host = standin_worker(service, index_in(folder))
    host.environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "DETECTOR_WORDS": "no"}
    return host


def _speed(service: Service, hosts: Sequence[Process], inspections: int, picture: bytes) -> float:
    """Inspections a second, once each host has done some."""
    with started(hosts):
        for number in range(4 * len(hosts)):
            queued(service, number, b"count 1000000")
        _await_end(service)
        with service.database.reading() as session:
            done = session.scalars(select(func.count(InspectionRow.number))).one()
        began = time.monotonic()
        for number in range(inspections):
            queued(service, done + number, picture)
        _await_end(service)
        return inspections / (time.monotonic() - began)


def _await_end(service: Service) -> None:
    unended = select(func.count()).where(InspectionRow.state.in_(("queued", "running")))
    while True:
        with service.database.reading() as session:
            if not session.scalars(unended).one():
                return
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
