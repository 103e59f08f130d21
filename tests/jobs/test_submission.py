from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import MissingExtra
from detector.jobs.journal import Journal
from detector.jobs.runner import scan
from detector.jobs.submission import Offer

from .shop import ORDER, examined, photos
from .standin import examine

TEXT = st.text(st.characters(), max_size=20)


CLASSES = st.lists(st.integers(1, 45), max_size=3).map(tuple)


@given(TEXT, TEXT, TEXT, TEXT, CLASSES)
def test_an_offer_comes_back_from_its_request(path, title, description, seller, classes):
    offer = Offer(Path(path), title, description, seller, classes)
    assert Offer.from_request(offer.to_request("the order")) == (offer, "the order")


@given(TEXT, TEXT, TEXT)
def test_what_is_beside_a_photo_tells_offers_apart(title, description, seller):
    told = [
        Offer(Path("a"), *texts).beside
        for texts in {(title, description, seller), (description, title, seller), ("", "", "x")}
    ]
    assert len(set(told)) == len(told)
    assert Offer(Path("a")).beside == ""
    assert len({Offer(Path("a"), classes=one).beside for one in ((), (9,), (2, 5), (25,))}) == 4


def run(offers, folder):
    with (
        Journal(folder / "journal", ORDER.options()) as journal,
        closing(scan(offers, ORDER, examine=examine, journal=journal)) as listings,
    ):
        return list(listings)


def test_a_changed_text_is_examined_again(tmp_path):
    one, two = photos(tmp_path, "a.jpg", "b.jpg")
    offers = [Offer(one, "a mug", "large", "me"), Offer(two), Offer(one)]
    assert [listing.path for listing in run(offers, tmp_path)] == [str(one), str(two), str(one)]
    assert examined(tmp_path) == ["a.jpg", "b.jpg", "a.jpg"]
    run(offers, tmp_path)
    assert examined(tmp_path) == []
    for changed in (
        (one, "a cup", "large", "me"),
        (one, "a mug", "", "me"),
        (two, "", "", "you"),
        (one, "a mug", "large", "me", (9,)),
    ):
        run([Offer(*changed), *offers], tmp_path)
        assert examined(tmp_path) == [changed[0].name]


def test_what_could_not_be_examined_keeps_its_texts(tmp_path):
    (listing,) = run([Offer(tmp_path / "crash", "a mug", "large")], tmp_path)
    assert (listing.status, listing.title, listing.description) == ("error", "a mug", "large")


def test_a_text_needs_the_extra_and_a_photo_does_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "anyascii", None)
    assert Offer(Path("a"), seller="me").beside
    for texts in ({"title": "a"}, {"description": "a"}):
        with pytest.raises(MissingExtra, match="anyascii"):
            Offer(Path("a"), **texts)
