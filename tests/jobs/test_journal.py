from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from detector.errors import UsageError
from detector.jobs.journal import Journal, stamp, stamp_of
from detector.jobs.run_identity import run_identity
from detector.pictures.read_submission import name_of
from detector.records import Listing, Submission
from detector.serialise.jsonl import listing_to_json

from .shop import CONFIG

DIGEST = hashlib.sha256(b"photo").hexdigest()


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
    listing = Listing(str(photo), "ok", "pass", "", 3, 4, DIGEST, seconds=1.5)
    with Journal(tmp_path / "j", {"top": "1"}) as journal:
        assert journal.recall(Submission(photo)) is None
        journal.record(Submission(photo), stamp(photo), listing)
    with Journal(tmp_path / "j", {"top": "1"}) as journal:
        found = journal.recall(Submission(photo))
    assert found is not None
    assert listing_to_json(found) == listing_to_json(listing)


@pytest.mark.parametrize(("text", "known"), [("photo", True), ("other", False)])
def test_a_file_is_known_by_its_bytes_not_by_its_time(tmp_path, text, known):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    before = stamp(photo)
    with Journal(tmp_path / "j", {}) as journal:
        journal.record(Submission(photo), before, Listing("a", "ok", "pass", digest=DIGEST))
        photo.write_text(text)
        os.utime(photo, ns=(before[1], before[1]))
        assert stamp(photo) == before
        assert (journal.recall(Submission(photo)) is not None) == known
        os.utime(photo, ns=(1, 1))
        assert (journal.recall(Submission(photo)) is not None) == known


@pytest.mark.parametrize("status", ["refused", "error", "skipped"])
def test_what_was_not_read_is_not_kept(tmp_path, status):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    with Journal(tmp_path / "j", {}) as journal:
        journal.record(Submission(photo), stamp(photo), Listing(str(photo), status, "review"))
        assert journal.recall(Submission(photo)) is None


def test_a_journal_of_another_scan_is_not_used(tmp_path):
    Journal(tmp_path / "j", {"index": "1", "top": "3"}).close()
    with pytest.raises(UsageError, match=r"this scan was begun with another top\. ") as caught:
        Journal(tmp_path / "j", {"index": "1", "top": "4"})
    assert caught.value.remedy
    Journal(tmp_path / "j", {"top": "3", "index": "1"}).close()


def test_an_index_that_was_moved_is_the_same(tmp_path):
    Journal(tmp_path / "j", run_identity(CONFIG)).close()
    Journal(tmp_path / "j", run_identity(replace(CONFIG, index=Path("moved")))).close()


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
        journal.record(
            Submission(photo), stamp(photo), Listing(str(photo), "ok", "pass", digest=DIGEST)
        )


def test_two_scans_can_share_a_journal(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    with Journal(tmp_path / "j", {}) as one, Journal(tmp_path / "j", {}) as other:
        one.record(
            Submission(photo), stamp(photo), Listing(str(photo), "ok", "pass", digest=DIGEST)
        )
        assert other.recall(Submission(photo)) is not None
        other.record(
            Submission(photo), stamp(photo), Listing(str(photo), "ok", "block", digest=DIGEST)
        )
        found = one.recall(Submission(photo))
    assert found is not None
    assert found.decision == "block"


def test_one_photo_with_other_texts_has_another_answer(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_text("photo")
    several = [Submission(photo, title) for title in ("", "one title", "another title")]
    with Journal(tmp_path / "j", {}) as journal:
        for number, submission in enumerate(several):
            assert journal.recall(submission) is None
            listing = Listing(str(photo), "ok", "pass", digest=DIGEST, seconds=float(number))
            journal.record(submission, stamp(photo), listing)
        found = [journal.recall(one) for one in several]
    assert [one.seconds for one in found if one] == [0, 1, 2]


def test_bytes_and_uris_are_kept_like_files(tmp_path):
    photo = tmp_path / "a b.jpg"
    photo.write_text("photo")
    data = Submission(b"photo")
    with Journal(tmp_path / "j", {}) as journal:
        for submission in (Submission(photo), data):
            listing = Listing(name_of(submission), "ok", "pass", digest=DIGEST)
            journal.record(submission, stamp_of(submission), listing)
        assert journal.recall(Submission(photo.as_uri())) is not None
        assert journal.recall(data) is not None
        assert journal.recall(Submission(b"phot0")) is None
    assert stamp_of(Submission("https://example.org/a.jpg")) is None


def test_a_name_that_no_file_can_have_is_not_known(tmp_path):
    path = Path("half of a character: \ud800")
    with Journal(tmp_path / "j", {}) as journal:
        journal.record(Submission(path), stamp(path), Listing(str(path), "ok", "pass"))
        assert journal.recall(Submission(path)) is None
