"""Copies of the reference index on a host: a folder for each generation, which is never changed.

The files of a generation lie in the store under their SHA-256, and so does its manifest. A host
brings a copy together from what its other copies have and what it must download, beside them, and
renames the folder when it is whole. So whoever finds a folder finds all of it; a reader of an older
one goes on with it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from detector.errors import IndexMissing
from detector.index.lock import writer_lock
from detector.index.manifest import (
    FOLDER_NAME,
    GENERATIONS,
    MANIFEST,
    FileInfo,
    Manifest,
    MarkRecordsFolder,
    SegmentRecord,
    check_name,
    read_manifest,
    sync,
)
from detector.service.service import Service
from detector.service.storage.marks import GenerationRow
from detector.service.storage.pictures import PictureStore

KEPT = 3  # copies of generations on a host: inspections may be under way with an older one
WAIT_SECONDS = 1800.0  # for another process of this host that downloads a large index
_PART = "part-"


def index_at(service: Service, generation: str) -> Path:
    """Give the folder of this host with a generation; what is missing of it is downloaded.

    Several processes of a host do so once. An older folder may be deleted as soon as `KEPT` newer
    ones are there; whoever has opened it can go on reading.

    Raises `IndexMissing` for a generation that nobody knows any more, `StorageError` where a file
    of it is gone.
    """
    folder = copies_of(service) / check_name(FOLDER_NAME, generation)
    if not (folder / MANIFEST).is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(folder.parent, WAIT_SECONDS):
            if not (folder / MANIFEST).is_file():
                _bring(service, generation, folder)
            _forget_older(folder)
    return folder


def publish(store: PictureStore, folder: Path) -> str:
    """Keep all files of the index in `folder` in the store, and return the SHA-256 of its manifest.

    Those that are there already are not sent again.
    """
    for path, info in _files_of(folder, read_manifest(folder)):
        if not store.has(info.sha256):
            store.put_file(path)
    return store.put_file(folder / MANIFEST)


def copies_of(service: Service) -> Path:
    """Where the copies of this host lie."""
    return service.settings.index / GENERATIONS


def link_tree(source: Path, target: Path) -> None:
    """Make a copy of an index whose files are links to the same bytes, where the disk has links.

    No file of an index is ever written again: a writer replaces it.
    """
    shutil.copytree(source, target, copy_function=_link)


def digests_of(store: PictureStore, manifest: str, folder: Path) -> set[str]:
    """The SHA-256 of a manifest in the store and of every file that it names.

    `folder` is one in which the manifest can be read, and is made.
    """
    folder.mkdir(parents=True)
    store.get_file(manifest, folder / MANIFEST)
    files = _files_of(folder, read_manifest(folder))
    return {manifest} | {info.sha256 for _, info in files}


def _bring(service: Service, generation: str, folder: Path) -> None:
    """Bring a generation together and rename it to `folder`."""
    for left in folder.parent.glob(f"{_PART}*"):  # by a process that was killed
        shutil.rmtree(left)
    part = folder.parent / f"{_PART}{secrets.token_hex(8)}"
    part.mkdir()
    try:
        service.references.get_file(_manifest_of(service, generation), part / MANIFEST)
        for path, info in _files_of(part, read_manifest(part)):
            path.parent.mkdir(parents=True, exist_ok=True)
            _bring_file(service.references, path, info, part)
        for changed in (*{path.parent for path in part.rglob("*")}, part):
            sync(changed)
        part.rename(folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _bring_file(store: PictureStore, path: Path, info: FileInfo, part: Path) -> None:
    """Link a file from another copy of this host, or download it."""
    inside = path.relative_to(part)
    for other in part.parent.glob("*"):
        known = other / inside
        if other != part and known.is_file() and known.stat().st_size == info.size:
            _link(known, path)
            return
    store.get_file(info.sha256, path)
    sync(path)


def _manifest_of(service: Service, generation: str) -> str:
    """The SHA-256 of the manifest of a generation."""
    query = select(GenerationRow.manifest).where(
        GenerationRow.generation == generation, GenerationRow.manifest != ""
    )
    with service.database.reading() as session:
        found = session.scalars(query.order_by(GenerationRow.number.desc()).limit(1)).first()
    if found is None:
        raise IndexMissing(
            f"the generation {generation} of the index is not kept",
            remedy="Use the one that is in use now.",
        )
    return found


def _forget_older(folder: Path) -> None:
    """Delete the copies that are too many, the oldest first."""
    copies = [path for path in folder.parent.glob("*") if FOLDER_NAME.fullmatch(path.name)]
    others = sorted(
        (path for path in copies if path != folder), key=lambda path: path.stat().st_mtime
    )
    for path in others[: max(0, len(copies) - KEPT)]:
        # The manifest first: half a folder is no copy.
        (path / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


def _files_of(folder: Path, manifest: Manifest) -> Iterator[tuple[Path, FileInfo]]:
    records: list[SegmentRecord | MarkRecordsFolder] = [*manifest.segments, *manifest.ledgers]
    for record in records:
        for name, info in record.files.items():
            yield record.folder(folder) / name, info


def _link(source: str | Path, target: str | Path) -> str:
    try:
        os.link(source, target)
    except OSError:  # a disk without links
        shutil.copy2(source, target)
    return str(target)
