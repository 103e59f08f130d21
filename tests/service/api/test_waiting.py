"""Callers wait for inspections without a thread each."""

from __future__ import annotations

import asyncio

from detector.service.api.waiting import Waiting
from detector.service.service import Service
from tests.service.inspected import finish, uploaded


def test_each_waits_for_his_own(service: Service, listing_of) -> None:
    first, second = uploaded(service, b"one"), uploaded(service, b"two")

    async def wait() -> list[bool]:
        waiting = Waiting(service.database)
        both = [
            asyncio.create_task(waiting.until_finished(row.number, 60)) for row in (first, second)
        ]
        more = [asyncio.create_task(waiting.until_finished(second.number, 60)) for _ in range(200)]
        await asyncio.to_thread(finish, service, first.id, [listing_of("")])
        await both[0]
        seen = [both[0].done(), both[1].done()]
        waiting.stop()
        await asyncio.gather(both[1], *more)
        await waiting.until_finished(second.number, 60)  # returns at once from now on
        return seen

    assert asyncio.run(wait()) == [True, False]


def test_a_wait_ends_by_itself_and_for_what_is_gone(service: Service) -> None:
    row = uploaded(service, b"one")

    async def wait() -> None:
        waiting = Waiting(service.database)
        await waiting.until_finished(row.number, 0)
        await waiting.until_finished(row.number, 0.05)
        await waiting.until_finished(row.number + 1, 60)

    asyncio.run(wait())


def test_a_database_that_is_away_lets_callers_go(service: Service) -> None:
    row = uploaded(service, b"one")
    with service.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inspections RENAME TO elsewhere")
    asyncio.run(Waiting(service.database).until_finished(row.number, 60))
