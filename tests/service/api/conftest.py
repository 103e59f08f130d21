"""A served service with a worker, and keys of every role."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import httpx
import pytest

from detector.service.api import generations, mark_alarms
from detector.service.generations import rebuild_index
from detector.service.index_updater import IndexUpdater
from detector.service.keys import add_key
from detector.service.mark_trial import Trial
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.worker import Worker
from tests.service.serving import serving

PARTIES = {
    "platform": "",
    "read_only": "",
    "seller": "shop-7",
    "rights_holder": "Vornak AS",
}


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of a service without keys, and without a worker."""
    with serving(service) as opened:
        yield opened


@pytest.fixture
def keys(service: Service) -> dict[str, str]:
    """A key of each role."""
    with service.database.writing() as session:
        now = now_of(session)
        return {
            role: add_key(session, role, role, party, per_minute=0, now=now)
            for role, party in PARTIES.items()
        }


@pytest.fixture
def as_role(service: Service, keys: dict[str, str]) -> Iterator[Callable[[str], httpx.Client]]:
    """`as_role("seller")` is a client of a service with keys, which has one of this role."""
    with ExitStack() as stack:
        base = stack.enter_context(serving(service, needs_keys=True))

        @cache
        def client_of(role: str) -> httpx.Client:
            headers = {"Authorization": f"Bearer {keys[role]}"} if role else {}
            address = str(base.base_url)
            return stack.enter_context(httpx.Client(base_url=address, headers=headers, timeout=60))

        yield client_of


@pytest.fixture
def quick(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a process of its own for seconds is done here; it is tested elsewhere."""
    monkeypatch.setattr(mark_alarms, "try_mark", lambda *_, **__: Trial())
    monkeypatch.setattr(
        generations, "rebuild_in_process", lambda _: rebuild_index(service, "asked for").generation
    )


@pytest.fixture
def worker(service: Service) -> Iterator[None]:
    """A worker while the test lasts, with the index of the fixtures."""
    stop = threading.Event()
    thread = threading.Thread(target=Worker(service, 1).run, args=(stop,))
    with IndexUpdater(service):
        thread.start()
        yield
        stop.set()
        thread.join(60)
    assert not thread.is_alive()
