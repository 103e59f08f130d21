"""Uploads are kept whole or not at all, and a repeated one is the same inspection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from detector.service.idempotency import KeyReused
from detector.service.keys import OPERATOR, Caller
from detector.service.service import Service
from detector.service.storage.access import AccessKeyRow
from detector.service.storage.database import now_of
from detector.service.storage.inspections import InspectionRow
from detector.service.uploads import (
    IncomingPicture,
    QueueFull,
    Upload,
    UploadedPicture,
    accept,
    submit,
)
from tests.service.inspected import uploaded

SELLER = Caller("seller", "shop-7")


def count(service: Service) -> int:
    with service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(InspectionRow))


def files(service: Service) -> list[Path]:
    return [path for path in Path(service.settings.pictures).rglob("*") if path.is_file()]


def full(service: Service) -> Service:
    """The same service, whose queue has no room."""
    limits = replace(service.settings.limits, queued=0)
    service.settings = replace(service.settings, limits=limits)
    return service


def test_an_upload_waits_in_the_queue_with_its_pictures(service: Service) -> None:
    row = uploaded(service, b"one", b"two", title="Mug", classes=(9, 25), external_id="A-7")
    with service.database.reading() as session:
        kept = session.scalars(select(InspectionRow)).one()
        pictures = [(p.position, p.name, service.pictures.get(p.digest)) for p in kept.pictures]
    assert (kept.id, kept.state, kept.title, kept.classes) == (row.id, "queued", "Mug", [9, 25])
    assert pictures == [(1, "1.jpg", b"one"), (2, "2.jpg", b"two")]


def test_a_seller_uploads_as_himself(service: Service) -> None:
    assert uploaded(service, b"one", caller=SELLER, seller="another").seller == "shop-7"


def test_nothing_is_kept_of_an_upload_that_is_turned_away(service: Service) -> None:
    kept = uploaded(service, b"one")
    with pytest.raises(QueueFull):
        uploaded(full(service), b"one", b"two")
    assert count(service) == 1
    assert [path.name for path in files(service)] == [kept.pictures[0].digest]


def test_the_same_request_with_the_same_key_is_the_same_inspection(service: Service) -> None:
    first = uploaded(service, b"one", title="Mug", idempotency_key="k")
    again = uploaded(service, b"one", title="Mug", idempotency_key="k")
    assert (again.id, count(service)) == (first.id, 1)


@pytest.mark.parametrize("other", [{"title": "Cup"}, {"title": "Mug", "classes": (9,)}])
def test_another_request_with_the_same_key_is_refused(service: Service, other) -> None:
    uploaded(service, b"one", title="Mug", idempotency_key="k")
    with pytest.raises(KeyReused):
        uploaded(service, b"one", **other, idempotency_key="k")
    with pytest.raises(KeyReused):
        uploaded(service, b"two", title="Mug", idempotency_key="k")
    assert count(service) == 1


def test_a_repeated_request_is_answered_though_the_queue_is_full(service: Service) -> None:
    first = uploaded(service, b"one", idempotency_key="k")
    assert uploaded(full(service), b"one", idempotency_key="k").id == first.id


def test_keys_belong_to_their_caller(service: Service) -> None:
    with service.database.writing() as session:
        other = AccessKeyRow(
            name="x", digest="d", role="platform", per_minute=1, created_at=now_of(session)
        )
        session.add(other)
    first = uploaded(service, b"one", idempotency_key="k")
    caller = Caller("platform", key_id=other.id)
    assert uploaded(service, b"two", caller=caller, idempotency_key="k").id != first.id


def test_a_key_is_forgotten_after_a_day(service: Service) -> None:
    upload = Upload((UploadedPicture("d"),), idempotency_key="k")
    limits = service.settings.limits
    with service.database.writing() as session:
        now = now_of(session)
        first = accept(session, upload, OPERATOR, limits, now)
        later = accept(session, upload, OPERATOR, limits, now + timedelta(hours=23))
        assert later.id == first.id
        anew = accept(session, upload, OPERATOR, limits, now + timedelta(hours=25))
        assert anew.id != first.id


def test_one_request_that_comes_many_times_at_once_is_one_inspection(service: Service) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = threads.map(lambda _: uploaded(service, b"one", idempotency_key="k").id, range(16))
        assert len(set(made)) == 1
    assert count(service) == 1


def test_a_picture_that_is_removed_while_it_is_uploaded_is_stored_again(service: Service) -> None:
    """Its bytes were there, so they were not written; then somebody removed them."""
    digest = service.pictures.put(b"one")
    put, removals = service.pictures.put, [digest]

    def put_and_lose(data: bytes) -> str:
        kept = put(data)
        service.pictures.remove([removals.pop()] if removals else [])
        return kept

    service.pictures.put = put_and_lose  # type: ignore[method-assign]
    row = uploaded(service, b"one")
    assert service.pictures.get(row.pictures[0].digest) == b"one"


def test_nothing_is_kept_where_one_picture_cannot_be_read(service: Service) -> None:
    def fail() -> bytes:
        raise ConnectionRefusedError("no")

    pictures = [IncomingPicture(lambda: b"one"), IncomingPicture(fail, uri="http://shop.test/a")]
    with pytest.raises(ConnectionRefusedError):
        submit(service, pictures, Upload(), OPERATOR)
    assert (count(service), files(service)) == (0, [])
