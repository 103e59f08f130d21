"""Inspections as callers see them, and their removal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from detector.service.inspections import (
    InspectionFilter,
    find_inspection,
    owned_marks,
    page_of_inspections,
    remove_inspection,
)
from detector.service.keys import OPERATOR, Caller
from detector.service.service import Service
from tests.service.inspected import finish, own, uploaded

READER = Caller("read_only")


def ids(service: Service, caller: Caller = OPERATOR, before=None, most=9, **wanted) -> list[str]:
    with service.database.reading() as session:
        rows = page_of_inspections(
            session, caller, InspectionFilter(**wanted), before=before, most=most
        )
    return [row.external_id for row in rows]


@pytest.fixture
def filled(service: Service, listing_of) -> Service:
    """Inspections "clean" and "hit" of two sellers are done, "new" waits."""
    for name, seller, mark in (("clean", "s1", ""), ("hit", "s2", "vornak")):
        row = uploaded(service, b"photo", external_id=name, seller=seller)
        finish(service, row.id, [listing_of(mark, 1)])
    uploaded(service, b"photo", external_id="new", seller="s1")
    own(service, "vornak", "Vornak AS")
    own(service, "ring", "Ring Ltd")
    return service


def test_pages_have_the_newest_first(filled: Service) -> None:
    assert ids(filled) == ["new", "hit", "clean"]
    with filled.database.reading() as session:
        first = page_of_inspections(session, OPERATOR, InspectionFilter(), before=None, most=2)
    assert ids(filled, before=first[-1].number) == ["clean"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "queued"}, ["new"]),
        ({"decision": "pass"}, ["clean"]),
        ({"mark": "vornak"}, ["hit"]),
        ({"mark": "ring"}, []),
        ({"seller": "s1"}, ["new", "clean"]),
        ({"external_id": "hit"}, ["hit"]),
        ({"state": "done", "seller": "s1"}, ["clean"]),
    ],
)
def test_filters(filled: Service, wanted, found) -> None:
    assert ids(filled, **wanted) == found


def test_filters_by_time(filled: Service) -> None:
    with filled.database.reading() as session:
        rows = page_of_inspections(session, OPERATOR, InspectionFilter(), before=None, most=3)
    newest, middle, _ = (row.created_at for row in rows)
    assert ids(filled, created_from=middle) == ["new", "hit"]
    assert ids(filled, created_before=middle) == ["clean"]
    assert ids(filled, created_from=newest + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        (OPERATOR, ["new", "hit", "clean"]),
        (READER, ["new", "hit", "clean"]),
        (Caller("seller", "s2"), ["hit"]),
        (Caller("seller", ""), []),
        (Caller("rights_holder", "Vornak AS"), ["hit"]),
        (Caller("rights_holder", "Ring Ltd"), []),
        (Caller("rights_holder", ""), []),
    ],
)
def test_each_sees_what_is_his(filled: Service, caller: Caller, seen: list[str]) -> None:
    assert ids(filled, caller) == seen
    with filled.database.reading() as session:
        rows = page_of_inspections(session, OPERATOR, InspectionFilter(), before=None, most=9)
        found = {row.external_id for row in rows if find_inspection(session, row.id, caller)}
    assert found == set(seen)


def test_marks_of_a_rights_holder(filled: Service) -> None:
    with filled.database.reading() as session:
        assert owned_marks(session, Caller("rights_holder", "Ring Ltd")) == {"ring"}
        assert owned_marks(session, OPERATOR) == frozenset()


def test_a_removed_inspection_takes_only_its_own_pictures_along(service: Service) -> None:
    first = uploaded(service, b"one", b"shared", idempotency_key="k")
    second = uploaded(service, b"shared")
    assert remove_inspection(service, first.id)
    assert not service.pictures.has(first.pictures[0].digest)
    assert service.pictures.has(second.pictures[0].digest)
    assert not remove_inspection(service, first.id)
    assert uploaded(service, b"one", b"shared", idempotency_key="k").id != first.id
