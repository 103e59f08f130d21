from __future__ import annotations

import hashlib

import numpy as np
import pytest

from detector.pictures.read_submission import name_of, read_submission
from detector.records import Submission
from detector.settings import ReaderSettings
from tests.hostile import make_seeds


def read(photo, **limits):
    return read_submission(Submission(photo), ReaderSettings(**limits))


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "a b\udcff.jpg"
    path.write_bytes(make_seeds(np.random.default_rng(1))[".jpg"])
    return path


def test_a_photo_is_read_from_a_path_bytes_or_a_file_uri(photo):
    data = photo.read_bytes()
    local = photo.as_uri().replace("file:///", "file://localhost/")
    for source, path in (
        (photo, str(photo)),
        (data, f"sha256:{hashlib.sha256(data).hexdigest()}"),
        (photo.as_uri(), str(photo)),
        (local, str(photo)),
    ):
        reading = read(source)
        assert (reading.status, reading.path) == ("ok", path), source
        assert reading.path == name_of(Submission(source))
        assert read(source, max_side=20).status == "refused"


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.org/a.jpg",
        "file://elsewhere/a.jpg",
        "data:image/png;base64,AA==",
        "a.jpg",
        "file:",
        "http://[broken",
        "",
    ],
)
def test_nothing_is_fetched(uri):
    reading = read(uri)
    assert (reading.status, reading.path, reading.pictures) == ("refused", uri, ())
    if uri.startswith("https"):
        assert "allow the host example.org" in reading.message
    else:
        assert "only file: URIs are read. Download the photo" in reading.message


def test_what_is_no_picture_has_a_status_from_any_source(tmp_path):
    missing = tmp_path / "none.jpg"
    found = [read(one).status for one in (missing, missing.as_uri(), b"", b"text")]
    assert found == ["error"] * 4
    assert read("file:///no%00name").status == "error"
