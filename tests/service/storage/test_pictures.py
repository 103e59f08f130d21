"""The picture store: a folder and a real S3 server keep the same."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from detector.errors import StorageError
from detector.service.storage.pictures import PictureStore
from tests.service.s3 import S3Server

BYTES = b"not a picture, but bytes"
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PictureStore:
    if request.param == "folder":
        return PictureStore(str(tmp_path / "pictures"))
    server: S3Server = request.getfixturevalue("s3_server")
    bucket = f"bucket-{secrets.token_hex(6)}"
    server.make_bucket(bucket)
    return PictureStore(f"s3://{bucket}/some/prefix")


def test_bytes_come_back_by_their_digest(store: PictureStore) -> None:
    assert not store.has(DIGEST)
    assert store.put(BYTES) == DIGEST
    assert store.get(DIGEST) == BYTES
    assert store.has(DIGEST)


def test_empty_and_large_bytes_come_back(store: PictureStore) -> None:
    for data in (b"", bytes(6 << 20)):
        assert store.get(store.put(data)) == data


def test_what_another_process_put_is_seen(store: PictureStore) -> None:
    """No listing is kept that would hide it."""
    assert not store.has(DIGEST)
    other = PictureStore(store.address)
    other.put(BYTES)
    assert store.has(DIGEST)
    other.remove([DIGEST])
    assert not store.has(DIGEST)


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = PictureStore(str(tmp_path / "pictures"))
    store.put(BYTES)
    store.put(BYTES)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]


def test_removed_bytes_are_gone_and_removing_again_is_no_error(store: PictureStore) -> None:
    store.remove([store.put(BYTES)] * 2)
    assert not store.has(DIGEST)
    with pytest.raises(StorageError, match=DIGEST):
        store.get(DIGEST)


def test_damaged_bytes_are_never_given(store: PictureStore, tmp_path: Path) -> None:
    digest = store.put(BYTES)
    files, root = fsspec.url_to_fs(store.address)
    files.pipe_file(f"{root}/{digest[:2]}/{digest[2:4]}/{digest}", b"others")
    with pytest.raises(StorageError, match="changed"):
        store.get(digest)


def test_files_are_kept_like_bytes(store: PictureStore, tmp_path: Path) -> None:
    file, back = tmp_path / "file", tmp_path / "back"
    file.write_bytes(BYTES)
    assert store.put_file(file) == DIGEST
    store.get_file(DIGEST, back)
    assert back.read_bytes() == BYTES


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


def test_a_damaged_file_is_never_given(tmp_path: Path) -> None:
    store = PictureStore(str(tmp_path / "pictures"))
    store.put(BYTES)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(b"others")
    with pytest.raises(StorageError, match="changed"):
        store.get_file(DIGEST, tmp_path / "back")


def test_a_missing_bucket_is_told(s3_server: S3Server) -> None:
    store = PictureStore("s3://never-made/prefix")
    for use in (lambda: store.put(BYTES), lambda: store.get(DIGEST)):
        with pytest.raises(StorageError, match=r"bucket does not exist.*s3://bucket/prefix"):
            use()


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> Iterator[PictureStore]:
    """The store of a server that has died."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # production waits for it to come back
    with S3Server() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.make_bucket("bucket")
        kind = fsspec.get_filesystem_class("s3")
        kind.clear_instance_cache()  # it would go on with another server
        store = PictureStore("s3://bucket/prefix")
        assert store.put(BYTES) == DIGEST
        server.kill()
        yield store
        kind.clear_instance_cache()


def test_a_server_that_is_gone_is_told(gone: PictureStore) -> None:
    for use in (
        lambda: gone.put(b"more"),
        lambda: gone.get(DIGEST),
        lambda: gone.has(DIGEST),
        lambda: gone.remove([DIGEST]),
    ):
        with pytest.raises(StorageError, match="bucket/prefix"):
            use()
