from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from detector.jobs.journal import Journal
from detector.jobs.pool import READ_AHEAD
from detector.jobs.run_identity import run_identity
from detector.jobs.runner import scan

from .shop import CONFIG, examined, lines, photos
from .standin import examine

NAMES = tuple(f"{number:02}.jpg" for number in range(12))


def run(paths, **options):
    with closing(scan(paths, CONFIG, examine=examine, **options)) as listings:
        return list(listings)


def children() -> set[int]:
    """The processes whose parent is this one."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(told[1]) == os.getpid():
            found.add(int(status.parent.name))
    return found


def test_the_order_does_not_depend_on_the_number_of_jobs(tmp_path):
    paths = photos(tmp_path / "shop", *NAMES)
    alone = run(paths)
    assert [listing.path for listing in alone] == [str(path) for path in paths]
    assert [listing.message for listing in alone] == list(NAMES)
    assert lines(run(paths, jobs=3)) == lines(alone)
    assert lines(run(reversed(paths), jobs=3)) == lines(reversed(alone))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_dies_costs_only_its_photo(tmp_path, jobs):
    found = run(photos(tmp_path, "a", "b-crash", "c", "d-garbage", "e"), jobs=jobs)
    assert [listing.status for listing in found] == ["ok", "error", "ok", "error", "ok"]
    assert [listing.decision for listing in found] == ["pass", "review", "pass", "review", "pass"]
    assert "the worker died on this photo" in found[1].message
    assert "the worker died on this photo" in found[3].message


def test_a_photo_over_the_time_limit_is_stopped(tmp_path):
    found = run(photos(tmp_path, "a-hang", "b"), seconds=2)
    assert [listing.status for listing in found] == ["error", "ok"]
    assert "took longer than 2 s" in found[0].message


def test_a_photo_that_is_not_there_is_an_answer(tmp_path):
    found = run([tmp_path / "none.jpg", tmp_path / "no\0name", *photos(tmp_path, "a")])
    assert [listing.status for listing in found] == ["error", "error", "ok"]


def test_names_in_any_encoding_come_back_as_they_are(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9 \xf0\x9f\x9a\x80\n.jpg")
    path.write_text("a")
    assert [(one.path, one.status) for one in run([path])] == [(str(path), "ok")]


@pytest.mark.parametrize("jobs", [1, 3])
def test_only_so_many_photos_are_under_way(tmp_path, jobs):
    taken = []
    paths = (taken.append(path) or path for path in photos(tmp_path, *map(str, range(30))))
    with closing(scan(paths, CONFIG, jobs=jobs, examine=examine)) as listings:
        for number in range(1, 6):
            next(listings)
            assert len(taken) == number + READ_AHEAD * jobs


def test_the_processes_end_with_the_scan(tmp_path):
    before = children()
    listings = scan(photos(tmp_path, *NAMES), CONFIG, jobs=2, examine=examine)
    next(listings)
    assert children() - before
    listings.close()
    assert children() == before
    run(photos(tmp_path, *NAMES), jobs=2)
    assert children() == before


def test_nothing_to_scan_starts_nothing(tmp_path):
    before = children()
    assert run([]) == []
    assert children() == before


def resumed(folder, **options):
    """The answers of a scan of all photos in `folder` with its journal."""
    paths = sorted(folder.glob("*.jpg"))
    with Journal(folder / "journal", run_identity(CONFIG)) as journal:
        return run(paths, journal=journal, **options)


def test_a_resumed_scan_examines_only_what_is_new(tmp_path):
    photos(tmp_path, "a.jpg", "c.jpg")
    first = resumed(tmp_path)
    assert examined(tmp_path) == ["a.jpg", "c.jpg"]
    photos(tmp_path, "b.jpg")
    second = resumed(tmp_path, jobs=2)
    assert examined(tmp_path) == ["b.jpg"]
    assert [listing.message for listing in second] == ["a.jpg", "b.jpg", "c.jpg"]
    assert [second[0].seconds, second[2].seconds] == [first[0].seconds, first[1].seconds]
    assert lines(resumed(tmp_path)) == lines(second)
    assert examined(tmp_path) == []


def test_a_changed_photo_is_examined_again(tmp_path):
    path, _ = photos(tmp_path, "a.jpg", "b.jpg")
    resumed(tmp_path)
    examined(tmp_path)
    path.write_text("other words")
    assert [listing.message for listing in resumed(tmp_path)] == ["other words", "b.jpg"]
    assert examined(tmp_path) == ["a.jpg"]


def test_the_same_bytes_with_another_date_are_not(tmp_path):
    path, other = photos(tmp_path, "a.jpg", "b.jpg")
    before = lines(resumed(tmp_path))
    examined(tmp_path)
    os.utime(path, (1, 1))
    other.write_text("B.jpg")  # the same size, the same date, other bytes
    os.utime(other, (2, 2))
    after = lines(resumed(tmp_path))
    assert examined(tmp_path) == ["b.jpg"]
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_what_failed_is_tried_again_and_what_was_cut_short_is_kept(tmp_path):
    first, _ = photos(tmp_path, "unreadable.jpg", "cut.jpg")
    assert [listing.status for listing in resumed(tmp_path)] == ["partial", "error"]
    examined(tmp_path)
    resumed(tmp_path)
    assert examined(tmp_path) == ["unreadable.jpg"]
    first.unlink()
    assert [listing.status for listing in resumed(tmp_path)] == ["partial"]
