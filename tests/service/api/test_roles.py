"""Every role on every route: none sees or changes what it must not.

A route without a row in the table fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import select

from detector.service import banks, events, policies, webhooks
from detector.service.api.app import KEY_IN_PATH, ROUTERS, ROUTERS_WITH_KEY_IN_PATH
from detector.service.keys import OPERATOR
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.tables import Base
from tests.service.api.role_table import ROLES, TABLE, Route
from tests.service.api.things import Names, own_marks, things

OTHER_SHOP, OTHER_OWNER = "another-shop", "Ring Ltd"

AsRole = Callable[[str], httpx.Client]


def routes(routers: Iterable[APIRouter], prefix: str = "") -> list[Route]:
    """The method and path of every route."""
    return [
        (method, prefix + route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def test_every_route_has_a_row() -> None:
    below_keys = routes(ROUTERS_WITH_KEY_IN_PATH, KEY_IN_PATH)
    assert sorted([*routes(ROUTERS), *below_keys]) == sorted(TABLE)
    assert all(isinstance(one, APIRoute) for router in ROUTERS for one in router.routes)


@pytest.fixture
def others(service: Service, listing_of, photo_of) -> Names:
    """What the parameters of paths are called: things of others."""
    own_marks(service, {"ring": OTHER_OWNER, "vornak": "Vornak AS"})
    names = things(service, "ring", OTHER_SHOP, listing_of, photo_of)
    with service.database.writing() as session:
        now = now_of(session)
        version, _ = policies.policy_in_use(session)
        banks.put_bank(session, "OTHERS", 1.0, now)
        webhook = webhooks.add_webhook(
            session,
            OPERATOR,
            "https://other.example/",
            (),
            settings=service.settings.webhooks,
            now=now,
        )
        events.record_test(session, webhook, now)
        return {
            **names,
            "webhook": webhook.id,
            "version": version,
            "bank": "OTHERS",
            "content": banks.content_number("others-one"),
        }


@pytest.mark.usefixtures("quick")
def test_no_role_sees_or_changes_what_it_must_not(
    as_role: AsRole, keys: dict[str, str], service: Service, others: Names
) -> None:
    """What was there stays as it was, until the platform comes."""
    before, told = stored(service), []
    for role in (role for role in ROLES if role != "platform"):
        for route in TABLE:
            answer = ask(as_role, keys, role, route, others)
            told += wrong(role, route, answer)
            if role in ("rights_holder", "seller"):
                assert not shown(answer, others), (role, route)
    assert told == []
    assert before <= stored(service)


@pytest.mark.usefixtures("quick")
def test_the_platform_may_do_everything(
    as_role: AsRole, keys: dict[str, str], others: Names
) -> None:
    told = []
    for route in TABLE:
        told += wrong("platform", route, ask(as_role, keys, "platform", route, others))
    assert told == []


def ask(
    as_role: AsRole, keys: dict[str, str], role: str, route: Route, names: Names
) -> httpx.Response:
    """Use a route; its path has the key of the role where it asks for one."""
    (method, path), row = route, TABLE[route]
    client = as_role("" if "{key}" in path else role)
    url = (path + row.query).format(**names, key=keys.get(role, "none"))
    return client.request(method, url, **row.sent)


def wrong(role: str, route: Route, answer: httpx.Response) -> list[object]:
    """What is wrong with the status of an answer; nothing, as a rule."""
    if answer.is_error:
        assert answer.headers["content-type"] == "application/problem+json"
    expected = TABLE[route].statuses[ROLES.index(role)]
    return [] if answer.status_code == expected else [(role, route, answer.status_code, expected)]


def shown(answer: httpx.Response, others: Names) -> list[str]:
    """What an answer shows of others."""
    if answer.is_error:
        return []
    secret = (str(others["inspection"]), str(others["webhook"]), OTHER_SHOP, OTHER_OWNER)
    return [text for text in secret if text in answer.text]


def stored(service: Service) -> set[str]:
    """Everything that stands in the database, one text a row."""
    with service.database.reading() as session:
        return {
            f"{table.name} {row}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        }


def test_keys_that_are_none_open_nothing(as_role, keys: dict[str, str]) -> None:
    client, key = as_role(""), keys["platform"]
    flipped = "A" if key[-1] != "A" else "B"
    for value in (
        f"Bearer {key[:-1]}{flipped}",
        f"Bearer {key[:-1]}",
        f"Bearer {key}x",
        f"Bearer {key.upper()}",
        f"Basic {key}",
        f"{key}",
        "Bearer",
        "Bearer \u00e9".encode(),
        "Bearer ' OR 1=1 --",
        "Bearer " + "x" * 5000,
    ):
        answer = client.get("/v1/inspections", headers={"Authorization": value})
        assert answer.status_code == 401, value
        assert answer.headers["www-authenticate"] == "Bearer"
        assert key not in answer.text
    good = client.get("/v1/inspections", headers={"Authorization": f"bearer {key}"})
    assert good.status_code == 200
