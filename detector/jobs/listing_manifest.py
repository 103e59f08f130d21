"""Manifests: files that list photos with what goes online beside them, our own or of a shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from detector.errors import UsageError
from detector.jobs.listing_draft import ListingDraft, RowError, contents_of
from detector.jobs.listing_rows import SUFFIXES, Row, read_rows
from detector.jobs.picture_folder import PictureFolder
from detector.jobs.submission import require_words_extra
from detector.records import Listing, Submission

_SPREADSHEETS = (".ods", ".xls", ".xlsx")


def is_listing_manifest(path: Path) -> bool:
    """Whether a path that a user gave names a manifest; whether it is there is seen on reading."""
    return path.suffix.lower() in (*SUFFIXES, *_SPREADSHEETS) and not path.is_dir()


def read_listing_manifest(
    path: Path, pictures: PictureFolder | None = None
) -> list[Submission | Listing]:
    """Read a manifest: the pictures of every listing, in the order in which listings begin.

    Rows with one id are one listing. Paths of photos are relative to the manifest's folder;
    addresses lead to files of `pictures` where they are there. Whether a photo is there is not
    looked at. A row of which nothing can be made is a `Listing` with the status `error` whose path
    is `file:line`. Raises `UsageError` with file, line and remedy for a file of which nothing can
    be read, `MissingExtra` for a text where the extra `words` is not installed.
    """
    if path.suffix.lower() in _SPREADSHEETS:
        message, remedy = "a spreadsheet is not read", 'Save it as "CSV UTF-8".'
        raise UsageError(message, place=str(path), remedy=remedy)
    listed = list(_listed(path, pictures or PictureFolder()))
    for item in listed:
        if isinstance(item, Submission):
            require_words_extra(item)
    return listed


def _listed(path: Path, pictures: PictureFolder) -> Iterator[Submission | Listing]:
    drafts: dict[str, ListingDraft] = {}
    names: dict[str, str] = {}  # the ids that listings have besides their own
    for number, row in enumerate(read_rows(path)):
        _add(row, f"row {number}", drafts, names)
    for draft in drafts.values():
        yield from draft.listed(path.parent, pictures)


def _add(row: Row, unique: str, drafts: dict[str, ListingDraft], names: dict[str, str]) -> None:
    """Add a row to the listing that it belongs to; `unique` is the key of one without an id."""
    try:
        contents = contents_of(row)
    except RowError as error:
        key = f"id {error.id}" if error.id else unique
        problems = drafts.setdefault(key, ListingDraft(error.id)).problems
        problems.append((row.place, str(error)))
        return
    parent = names.get(contents.parent, contents.parent)
    key = parent if parent in drafts else f"id {contents.id}" if contents.id else unique
    draft = drafts.setdefault(key, ListingDraft(contents.id))
    draft.rows.append(contents)
    for name in filter(None, (contents.id, f"id:{contents.id}", contents.other_id)):
        names.setdefault(name, key)
