from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from detector.errors import UsageError
from detector.jobs.journal import Journal, stamp
from detector.jobs.scan_config import Order
from detector.records import Listing
from detector.scoring.policy import Policy
from detector.serialise.jsonl import listing_to_json

from .shop import ORDER


def test_a_stamp_is_of_a_regular_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert stamp(path) == (5, path.stat().st_mtime_ns)
    assert stamp(tmp_path) is None
    assert stamp(tmp_path / "none") is None
    assert stamp(Path("no\0name")) is None


def test_what_is_recorded_is_recalled_in_the_next_process(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    listing = Listing(str(photo), "ok", "pass", "", 3, 4, "digest", seconds=1.5)
    with Journal(tmp_path / "j", {"top": "1"}) as journal:
        assert journal.recall(photo) is None
        journal.record(photo, stamp(photo), listing)
    with Journal(tmp_path / "j", {"top": "1"}) as journal:
        found = journal.recall(photo)
    assert found is not None
    assert listing_to_json(found) == listing_to_json(listing)


@pytest.mark.parametrize("status", ["refused", "error", "skipped"])
def test_what_was_not_read_is_not_kept(tmp_path, status):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    with Journal(tmp_path / "j", {}) as journal:
        journal.record(photo, stamp(photo), Listing(str(photo), status, "review"))
        assert journal.recall(photo) is None


CHANGES = {
    "index": {"generation": "other"},
    "threshold": {"threshold": 0.4},
    "top": {"top": 3},
    "seller": {"seller": "me"},
    "policy": {"policy": Policy(0.1, 0.2)},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_journal_of_another_scan_is_not_used(tmp_path, name):
    Journal(tmp_path / "j", ORDER.options()).close()
    with pytest.raises(UsageError, match=f"with another {name}\\. ") as caught:
        Journal(tmp_path / "j", replace(ORDER, **CHANGES[name]).options())
    assert caught.value.remedy
    Journal(tmp_path / "j", replace(ORDER, index=Path("moved")).options()).close()


def test_other_settings_or_another_version_are_another_scan(tmp_path):
    options = ORDER.options()
    Journal(tmp_path / "j", options).close()
    for name in ("settings", "version of detector"):
        with pytest.raises(UsageError, match=name):
            Journal(tmp_path / "j", {**options, name: "other"})


def test_a_file_of_something_else_is_left_as_it_is(tmp_path):
    text, database = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("my notes, of more than a hundred bytes\n" * 10)
    base = sqlite3.connect(database)
    base.execute("CREATE TABLE mine (x)")
    base.close()
    for path in (text, database):
        before = path.read_bytes()
        with pytest.raises(UsageError, match="cannot be used as the journal") as caught:
            Journal(path, {})
        assert str(path) in str(caught.value)
        assert path.read_bytes() == before


def test_a_journal_that_cannot_be_made_says_where(tmp_path):
    for path in (tmp_path / "none" / "j", tmp_path):
        with pytest.raises(UsageError, match="cannot be used as the journal"):
            Journal(path, {})


def test_a_journal_that_cannot_be_written_any_more_says_so(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    journal = Journal(tmp_path / "j", {})
    journal.close()
    with pytest.raises(UsageError, match="cannot be used as the journal"):
        journal.record(photo, stamp(photo), Listing(str(photo), "ok", "pass"))


def test_two_scans_can_share_a_journal(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    with Journal(tmp_path / "j", {}) as one, Journal(tmp_path / "j", {}) as other:
        one.record(photo, stamp(photo), Listing(str(photo), "ok", "pass"))
        assert other.recall(photo) is not None
        other.record(photo, stamp(photo), Listing(str(photo), "ok", "block"))
        found = one.recall(photo)
    assert found is not None
    assert found.decision == "block"


def test_an_order_comes_back_from_its_text():
    order = replace(ORDER, seller="ünïcode", policy=Policy(0.25, 0.75))
    assert Order.from_text(order.to_text()) == order
    assert order.to_text() == Order.from_text(order.to_text()).to_text()


def test_one_photo_with_other_texts_has_another_answer(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    with Journal(tmp_path / "j", {}) as journal:
        for number, beside in enumerate(("", "one title", "another title")):
            assert journal.recall(photo, beside) is None
            listing = Listing(str(photo), "ok", "pass", seconds=float(number))
            journal.record(photo, stamp(photo), listing, beside)
        kept = [journal.recall(photo, one) for one in ("", "one title", "another title")]
    assert [one.seconds for one in kept if one] == [0, 1, 2]


def test_a_name_that_no_file_can_have_is_not_known(tmp_path):
    path = Path("half of a character: \ud800")
    with Journal(tmp_path / "j", {}) as journal:
        journal.record(path, stamp(path), Listing(str(path), "ok", "pass"))
        assert journal.recall(path) is None
