"""A disk that is full: /dev/full is one without a byte free."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from detector.disk_space import full_disk_named
from detector.errors import DiskFull


def test_the_file_and_what_was_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(bytes(1_500_000))
    (tmp_path / "b").write_bytes(bytes(1_000_000))
    told = r"2\.5 MB were written, and more is needed"
    with pytest.raises(DiskFull, match=told) as caught, full_disk_named(tmp_path):
        Path("/dev/full").write_bytes(b"x")
    assert caught.value.place == str(tmp_path)


@pytest.mark.parametrize(("free", "error"), [(0, DiskFull), (10**9, OSError)])
def test_numpy_gives_no_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, error: type[Exception]
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(error, match=r"full|requested"), full_disk_named(tmp_path / "none" / "x"):
        raise OSError("8 requested and 0 written")


def test_other_errors_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), full_disk_named(tmp_path):
        (tmp_path / "none").read_bytes()
