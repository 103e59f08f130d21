from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import MissingExtra
from detector.jobs.journal import Journal
from detector.jobs.run_identity import run_identity
from detector.jobs.runner import scan
from detector.jobs.submission import from_request, require_words_extra, text_fields_json, to_request
from detector.records import Submission

from .shop import CONFIG, examined, photos
from .standin import examine

TEXT = st.text(st.characters(), max_size=20)
CLASSES = st.lists(st.integers(1, 45), max_size=3).map(tuple)
PHOTO = TEXT.map(Path) | TEXT | st.binary(max_size=20)
SUBMISSION = st.builds(
    Submission, PHOTO, TEXT, TEXT, TEXT, TEXT, TEXT, classes=CLASSES, external_id=TEXT
)
FULL = {
    "title": "a mug",
    "description": "large",
    "category": "kitchen",
    "brand": "Norrvik",
    "seller": "me",
    "classes": (21,),
    "external_id": "17",
}


@given(SUBMISSION)
def test_a_submission_comes_back_from_its_request(submission):
    assert from_request(to_request(submission, "the config")) == (submission, "the config")


def test_every_field_tells_submissions_apart():
    others = {"photo", "picture", "pictures"}  # where it stands in its listing changes no answer
    assert set(FULL) == {field.name for field in fields(Submission)} - others
    texts = {
        text_fields_json(replace(Submission(Path("a")), **{name: FULL[name]})) for name in FULL
    }
    assert len(texts) == len(FULL)
    swapped = Submission(Path("a"), "large", "a mug")
    assert text_fields_json(swapped) != text_fields_json(Submission(Path("a"), "a mug", "large"))
    assert text_fields_json(Submission(Path("a"))) == text_fields_json(Submission(b"b")) == ""
    assert text_fields_json(Submission(Path("a"), picture=2, pictures=3)) == ""


def run(submissions, folder):
    with (
        Journal(folder / "journal", run_identity(CONFIG)) as journal,
        closing(scan(submissions, CONFIG, examine=examine, journal=journal)) as listings,
    ):
        return list(listings)


def test_a_changed_field_is_examined_again(tmp_path):
    one, two = photos(tmp_path, "a.jpg", "b.jpg")
    submissions = [Submission(one, **FULL), Submission(two), Submission(one)]
    paths = [listing.path for listing in run(submissions, tmp_path)]
    assert paths == [str(one), str(two), str(one)]
    assert examined(tmp_path) == ["a.jpg", "b.jpg", "a.jpg"]
    run(submissions, tmp_path)
    assert examined(tmp_path) == []
    for name in FULL:
        changed = Submission(one, **{**FULL, name: (9,) if name == "classes" else ""})
        run([changed, *submissions], tmp_path)
        assert examined(tmp_path) == ["a.jpg"], name


@pytest.mark.parametrize("name", ["a.jpg", "crash"])
def test_a_listing_has_all_fields_of_its_submission(tmp_path, name):
    (path,) = photos(tmp_path, name)
    for _ in range(2):  # examined, then taken from the journal
        (listing,) = run([Submission(path, **FULL)], tmp_path)
        assert {field: getattr(listing, field) for field in FULL} == FULL
        assert listing.status == ("error" if name == "crash" else "ok")


def test_the_seller_of_a_scan_counts_where_a_submission_has_none(tmp_path):
    (path,) = photos(tmp_path, "a.jpg")
    config = replace(CONFIG, seller="us")
    submissions = [path, Submission(path, seller="me")]
    with closing(scan(submissions, config, examine=examine)) as listings:
        assert [listing.seller for listing in listings] == ["us", "me"]


def test_a_text_needs_the_extra_and_a_photo_does_not(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "anyascii", None)
    require_words_extra(Submission(Path("a"), seller="me"))
    for texts in ({"title": "a"}, {"description": "a"}):
        with pytest.raises(MissingExtra, match="anyascii"):
            require_words_extra(Submission(Path("a"), **texts))
        with pytest.raises(MissingExtra, match="anyascii"):
            run([Submission(Path("a"), **texts)], tmp_path)
