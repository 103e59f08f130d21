"""Whatever is killed, each accepted inspection ends once; tools/kill_service.py does it longer."""

from __future__ import annotations

from pathlib import Path

from detector.service.service import Service
from detector.service.settings import ServiceSettings
from tests.service.killing import Killing, queued, standin_worker, started
from tests.service.postgresql import PostgresServer

KILLS = 4


def check(killing: Killing) -> None:
    told = killing.run(KILLS)
    assert sum(told["kills"].values()) == KILLS
    assert told["accepted"] > 0
    assert told["states"].keys() == {"done"}
    assert (told["lost"], told["not_once"], told["without_generation"]) == (0, 0, 0)


def test_workers_that_are_killed_lose_nothing(service: Service) -> None:
    workers = {f"worker {number}": standin_worker(service) for number in range(2)}
    with started([*workers.values()]):
        check(Killing(service, {**workers}, lambda one: queued(service, one, b"count 300000")))


def test_a_database_that_is_killed_loses_nothing(small_index: Path, tmp_path: Path) -> None:
    with PostgresServer() as server:
        settings = ServiceSettings(server.url("postgres"), str(tmp_path / "pictures"), small_index)
        with Service.open(settings) as service, started([worker := standin_worker(service)]):
            victims = {"database": server, "worker": worker}
            check(Killing(service, victims, lambda one: queued(service, one, b"count 300000")))
