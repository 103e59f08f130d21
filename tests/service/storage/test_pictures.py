"""The picture store: a folder and a real S3 server keep the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from detector.errors import StorageError
from detector.service.storage.pictures import PictureStore

BYTES = b"not a picture, but bytes"
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(str(tmp_path / "pictures"))


def test_bytes_come_back_by_their_digest(store: PictureStore) -> None:
    assert store.put(BYTES) == DIGEST
    assert store.get(DIGEST) == BYTES
    assert store.has(DIGEST)


def test_the_same_bytes_are_kept_once(store: PictureStore, tmp_path: Path) -> None:
    store.put(BYTES)
    store.put(BYTES)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]


def test_removed_bytes_are_gone_and_removing_again_is_no_error(store: PictureStore) -> None:
    store.remove([store.put(BYTES)] * 2)
    assert not store.has(DIGEST)
    with pytest.raises(StorageError, match=DIGEST):
        store.get(DIGEST)


def test_damaged_bytes_are_never_given(store: PictureStore, tmp_path: Path) -> None:
    store.put(BYTES)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(b"others")
    with pytest.raises(StorageError, match="changed"):
        store.get(DIGEST)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="file"):
        PictureStore(str(tmp_path / "file")).put(BYTES)


def test_an_unknown_kind_of_store_is_refused() -> None:
    with pytest.raises(StorageError, match="s3://"):
        PictureStore("nonsense://bucket")


def test_a_file_is_kept_and_comes_back(store: PictureStore, tmp_path) -> None:
    given, back = tmp_path / "given", tmp_path / "back"
    given.write_bytes(b"segment" * 100_000)
    digest = store.put_file(given)
    assert digest == hashlib.sha256(given.read_bytes()).hexdigest()
    assert store.put_file(given) == digest
    store.get_file(digest, back)
    assert back.read_bytes() == given.read_bytes() == store.get(digest)
    with pytest.raises(StorageError):
        store.get_file("0" * 64, back)


def test_a_damaged_file_is_never_given(store: PictureStore, tmp_path: Path) -> None:
    store.put(BYTES)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(b"others")
    with pytest.raises(StorageError, match="changed"):
        store.get_file(DIGEST, tmp_path / "back")
