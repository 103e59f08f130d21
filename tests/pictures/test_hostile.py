from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from detector.pictures.reader import read_bytes
from detector.pictures.worker import ReadWorker
from detector.records import STATUSES, Reading
from detector.settings import ReaderSettings
from tests.hostile import make_hostile

STARTS = (b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0\x08\0\0\0")
BOXES = (b"MM\0*", b"RIFF\x40\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypavif\0\0\0\0avif", b"<svg")


def check(reading: Reading, limits: ReaderSettings) -> None:
    assert reading.status in STATUSES
    assert (reading.message == "") == (reading.status == "ok")
    assert bool(reading.pictures) == (reading.status in ("ok", "partial"))
    assert len(reading.pictures) <= 2 * limits.max_frames
    for picture in reading.pictures:
        assert picture.pixels.dtype == "uint8"
        assert picture.pixels.shape[2] == 3
    if reading.pictures:
        assert reading.pictures[0].pixels.shape[:2] == (reading.height, reading.width)


def test_hostile_pictures_all_get_a_status(tmp_path: Path) -> None:
    limits, seen = ReaderSettings(), Counter[str]()
    paths = make_hostile(tmp_path, 500, seed=7)
    assert len(set(paths)) == 500
    with ReadWorker(limits) as worker:
        for path in paths:
            reading = worker.read(path)
            check(reading, limits)
            assert reading.path == str(path)
            assert "took longer" not in reading.message, path.name
            assert "crashed" not in reading.message, path.name
            if reading.digest:
                assert reading.digest == hashlib.sha256(path.read_bytes()).hexdigest()
            seen[reading.status] += 1
    assert set(seen) == set(STATUSES)


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    first, second = make_hostile(tmp_path / "a", 60, 3), make_hostile(tmp_path / "b", 60, 3)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    other = make_hostile(tmp_path / "c", 60, 4)
    assert [p.read_bytes() for p in first] != [p.read_bytes() for p in other]


@settings(deadline=None)
@given(st.sampled_from(STARTS + BOXES), st.binary(max_size=300))
def test_any_bytes_get_a_status(start: bytes, rest: bytes) -> None:
    check(read_bytes(start + rest, "photo.jpg"), ReaderSettings())


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_name_is_reported_as_it_is(name: str) -> None:
    assert read_bytes(b"nothing", name).path == name
