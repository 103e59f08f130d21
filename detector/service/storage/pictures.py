"""The store of pictures: bytes under their SHA-256, in a folder or any store that fsspec knows."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from detector.errors import MissingExtra, StorageError

_REMEDY = "Name a folder, or a store such as s3://bucket/prefix, that this process may write to."


class PictureStore:
    """Bytes by content: the same picture is kept once. Immutable, so threads may share it."""

    def __init__(self, url: str) -> None:
        """Raises `StorageError` for an address that fsspec does not know."""
        try:
            # Instances are cached by fsspec, and so are their listings, which other hosts change.
            self._files, self._root = fsspec.url_to_fs(url, use_listings_cache=False)
        except ValueError as error:
            raise StorageError(str(error), place=url, remedy=_REMEDY) from error
        except ImportError as error:
            raise MissingExtra(str(error.name or url.partition(":")[0]), "s3") from error

    def put(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256. Whoever sees the digest sees all of them.

        Raises `StorageError` where they can't be written.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            if not self._files.exists(path):
                self._write(path, partial(self._files.pipe_file, value=data))
        except OSError as error:
            raise _failed(error, path) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes with this SHA-256. Raises `StorageError` where they are gone or damaged."""
        path = self._path(digest)
        try:
            data: bytes = self._files.cat_file(path)
        except OSError as error:
            raise _failed(error, path) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise StorageError("the stored bytes have changed", place=path, remedy="Upload again.")
        return data

    def put_file(self, file: Path) -> str:
        """Keep the bytes of a file of any size, as `put` does."""
        digest = _digest_of(file)
        path = self._path(digest)
        try:
            if not self._files.exists(path):
                self._write(path, lambda target: self._files.put_file(str(file), target))
        except OSError as error:
            raise _failed(error, path) from error
        return digest

    def get_file(self, digest: str, file: Path) -> None:
        """Write the bytes with this SHA-256 to a file. Raises what `get` does."""
        path = self._path(digest)
        try:
            self._files.get_file(path, str(file))
        except OSError as error:
            raise _failed(error, path) from error
        if _digest_of(file) != digest:
            raise StorageError("the stored bytes have changed", place=path, remedy="Upload again.")

    def has(self, digest: str) -> bool:
        """Whether there are bytes with this SHA-256."""
        return bool(self._files.exists(self._path(digest)))

    def remove(self, digests: Iterable[str]) -> None:
        """Delete bytes; those that are gone already are no error."""
        for digest in digests:
            try:
                self._files.rm_file(self._path(digest))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _failed(error, self._path(digest)) from error

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest[2:4]}/{digest}"

    def _write(self, path: str, write: Callable[[str], None]) -> None:
        """Write a whole file or none: stores do so by themselves, a folder by renaming."""
        if not isinstance(self._files, LocalFileSystem):
            write(path)
            return
        files: Any = self._files
        files.makedirs(path.rpartition("/")[0], exist_ok=True)
        part = f"{path}.{secrets.token_hex(8)}.part"
        try:
            write(part)
            files.mv(part, path)
        finally:
            if files.exists(part):
                files.rm_file(part)


def _digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _failed(error: OSError, path: str) -> StorageError:
    return StorageError(error.strerror or str(error), place=path, remedy=_REMEDY)
