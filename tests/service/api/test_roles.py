"""Every role on every route: none sees or changes what it must not.

A route without a row in the table fails.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select
from starlette.routing import BaseRoute

from detector.service import banks, events, policies, retrospect_requests, webhooks
from detector.service.api.app import ROUTERS
from detector.service.keys import OPERATOR
from detector.service.service import Service
from detector.service.storage.database import now_of
from detector.service.storage.tables import Base, InspectionRow, MarkPictureRow, MarkRow
from detector.service.taken_over import take_over_index
from tests.service.api.role_table import ROLES, TABLE, Route
from tests.service.inspected import finish, uploaded

OTHER_SHOP, OTHER_OWNER = "another-shop", "Ring Ltd"

AsRole = Callable[[str], httpx.Client]
Names = dict[str, object]


def routes() -> list[Route]:
    """The method and path of every route of the app."""
    return [
        (method, route.path)
        for route in _routes()
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def _routes() -> list[BaseRoute]:
    return [route for router in ROUTERS for route in router.routes]


def test_every_route_has_a_row() -> None:
    assert sorted(routes()) == sorted(TABLE)
    assert all(isinstance(route, APIRoute) for route in _routes())


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
            session, OPERATOR, "https://other.example/", (), settings=service.settings.webhooks,
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


def own_marks(service: Service, owners: dict[str, str]) -> None:
    """The marks of the index become rows of these owners, with two pictures each."""
    take_over_index(service)
    with service.database.writing() as session:
        for mark, owner in owners.items():
            row = session.get_one(MarkRow, mark)
            row.owner, row.record = owner, row.record | {"owner": owner}
            digest = row.pictures[0].digest
            row.pictures.append(
                MarkPictureRow(position=1, name="again.png", digest=digest, used=True)
            )


def things(service: Service, mark: str, seller: str, listing_of, photo_of) -> Names:
    """An inspection of a seller that has found a mark, and a retrospect of the mark."""
    inspection = uploaded(service, photo_of(mark), seller=seller).id
    finish(service, inspection, [listing_of(mark)])
    with service.database.writing() as session:
        row, now = session.query(InspectionRow).filter_by(id=inspection).one(), now_of(session)
        marked = session.get_one(MarkRow, mark)
        retrospect = retrospect_requests.ask_for_retrospect(session, marked, now=now)
        about = {"inspection": inspection}
        events.record(session, "inspection.done", about, seller=seller, now=now)
        events.record(session, "mark.found", about, owner=marked.owner, now=now)
        return {
            "inspection": inspection,
            "position": 1,
            "number": row.findings[0].number,
            "mark_id": mark,
            "name": retrospect.id,
        }


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
