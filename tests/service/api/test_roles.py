"""Every role on every route: none sees or changes what it must not.

A route without a row in the table fails. What a row names is another seller's and another rights
holder's, so that a 404 shows that it is not seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from detector.service.api.app import ROUTERS
from detector.service.service import Service
from tests.service.inspected import finish, own, uploaded

ROLES = ("", "platform", "rights_holder", "seller", "read_only")
PHOTO = {"files": [("picture", ("a.jpg", b"bytes"))]}


@dataclass(frozen=True)
class Row:
    """The statuses of a route for each of `ROLES`, the first without a key; and what is sent."""

    statuses: tuple[int, int, int, int, int]
    sent: dict[str, Any] = field(default_factory=dict)


OPEN = Row((200, 200, 200, 200, 200))
SEEN_BY_OPERATORS = Row((401, 200, 404, 404, 200))
ONLY_PLATFORM = (401, 200, 403, 403, 403)

TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): Row((503, 503, 503, 503, 503)),  # there are no marks in the database
    ("GET", "/v1/inspections"): Row((401, 200, 200, 200, 200)),
    ("POST", "/v1/inspections"): Row((401, 202, 403, 202, 403), PHOTO),
    ("GET", "/v1/inspections/{inspection}"): SEEN_BY_OPERATORS,
    ("GET", "/v1/inspections/{inspection}/pictures/{position}"): SEEN_BY_OPERATORS,
    ("GET", "/v1/inspections/{inspection}/findings/{number}/evidence"): SEEN_BY_OPERATORS,
    ("POST", "/v1/inspections/{inspection}/requeue"): Row((401, 202, 403, 403, 403)),
    ("DELETE", "/v1/inspections/{inspection}"): Row((401, 204, 403, 403, 403)),
}


def routes() -> list[tuple[str, str]]:
    """The method and path of every route of the app."""
    found = [route for router in ROUTERS for route in router.routes]
    return [
        (method, route.path)
        for route in found
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def test_every_route_has_a_row() -> None:
    assert sorted(routes()) == sorted(TABLE)
    assert all(isinstance(one, APIRoute) for router in ROUTERS for one in router.routes)


@pytest.fixture
def named(service: Service, listing_of, photo_of) -> dict[str, object]:
    """What the parameters of paths are called: things of others."""
    own(service, "ring", "Ring Ltd")
    row = uploaded(service, photo_of("ring"), seller="another-shop")
    finish(service, row.id, [listing_of("ring")])
    with service.database.reading() as session:
        number = session.merge(row, load=True).findings[0].number
    return {"inspection": row.id, "position": 1, "number": number}


def test_none_sees_or_changes_what_it_must_not(
    as_role: Callable[[str], httpx.Client], named: dict[str, object]
) -> None:
    """The platform comes last, and reads before it changes: it may delete what the rows name."""
    order = sorted(TABLE, key=lambda route: ("GET", "POST", "DELETE").index(route[0]))
    roles = sorted(ROLES, key=lambda role: role == "platform")
    told = {}
    for method, path in order:
        row = TABLE[method, path]
        for role in roles:
            answer = as_role(role).request(method, path.format(**named), **row.sent)
            expected = row.statuses[ROLES.index(role)]
            if answer.status_code != expected:
                told[method, path, role] = answer.status_code, expected
            if answer.is_error:
                assert answer.headers["content-type"] == "application/problem+json"
    assert told == {}


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
