"""An index that fails under a running scan: the scan ends and says so, and no photo is blamed."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from detector.errors import IndexDamaged, IndexMissing, IndexReplaced, ReferenceIndexError
from detector.index.store import remove
from detector.jobs.index_check import check_index
from detector.jobs.runner import scan
from detector.jobs.scan_config import ScanConfig
from detector.pipeline.detector import Detector
from detector.settings import settings_for_words


@pytest.fixture
def index(home, tmp_path) -> Path:
    shutil.copytree(home / "index", tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def config(index) -> ScanConfig:
    return ScanConfig.of(Detector.open(index, settings=settings_for_words(False)), index)


def spoil(index: Path) -> None:
    """Change a byte of the largest file: its size, which is looked at on opening, stays."""
    path = max(index.rglob("*"), key=lambda one: one.stat().st_size if one.is_file() else 0)
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def cut(index: Path) -> None:
    (index / "manifest.json").write_bytes(b"")


def replace_index(index: Path) -> None:
    remove(index, ["ring"])


BREAKS = [
    (shutil.rmtree, IndexMissing),
    (cut, IndexDamaged),
    (replace_index, IndexReplaced),
]


@pytest.mark.parametrize(("break_it", "kind"), BREAKS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_index_that_fails_ends_the_scan_with_its_error(
    home, index, config, break_it, kind, jobs
):
    photos = sorted((home / "photos").iterdir())
    break_it(index)
    with closing(scan(photos, config, jobs=jobs)) as listings, pytest.raises(kind) as caught:
        next(listings)
    assert caught.value.place.startswith(str(index))
    assert caught.value.remedy


def crash_and_break(request: str) -> list[bytes]:
    """Take the index away, then crash: what a damaged map of memory does to a worker."""
    shutil.rmtree(json.loads(json.loads(request)["config"])["index"])
    os.abort()


def raise_index_error(_: str) -> list[bytes]:
    """Be a worker that finds the index damaged, or that a photo has made say so."""
    raise IndexDamaged("forged", place="elsewhere")


def test_damage_that_shows_only_in_use_ends_the_scan_too(tmp_path, index, config):
    spoil(index)
    submissions = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    listings = scan(submissions, config, examine=raise_index_error)
    with closing(listings), pytest.raises(IndexDamaged) as caught:
        next(listings)
    assert "checksum" in caught.value.message
    assert (caught.value.place, bool(caught.value.remedy)) == (str(index), True)


def test_a_crash_over_a_broken_index_is_not_blamed_on_the_photo(tmp_path, config):
    listings = scan([tmp_path / "a.jpg"], config, examine=crash_and_break)
    with closing(listings), pytest.raises(IndexMissing):
        next(listings)


def test_a_worker_is_not_believed_when_it_blames_a_sound_index(tmp_path, config):
    submissions = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    with closing(scan(submissions, config, examine=raise_index_error)) as listings:
        found = list(listings)
    assert [one.status for one in found] == ["error", "error"]
    assert "the worker died on this photo" in found[0].message


def test_a_sound_index_passes(index, config):
    check_index(index, config.generation, thorough=True)
    with pytest.raises(ReferenceIndexError):
        check_index(index, "another")
