"""What a killable child does for a retrospect: it searches the kept features of some photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.errors import StorageError
from detector.jobs.runner import detector_of
from detector.pipeline.faults import FAULTS
from detector.pipeline.kept_features import unpack
from detector.pipeline.past_search import KeptPhoto, PastSearch, most_alike
from detector.records import Listing, Submission
from detector.serialise.jsonl import listing_from_json, listing_to_json
from detector.service.storage.pictures import PictureStore


@dataclass(frozen=True, slots=True, eq=False)
class KeptSearch:
    """What a search of some photos gave: a listing for each in which the mark is, by digest.

    `unreadable` are the digests of photos whose kept features could not be searched.
    """

    found: dict[str, Listing]
    unreadable: tuple[str, ...] = ()


def to_kept_request(config: str, mark: str, store: str, photos: Sequence[tuple[str, str]]) -> str:
    """Write a request for `search_kept`: a `ScanConfig`, a mark, and the digests of photos.

    Beside each is the digest of its kept features in the picture store with the address `store`.
    """
    return json.dumps({"config": config, "mark": mark, "store": store, "photos": photos})


def search_kept(request: str) -> list[bytes]:
    """Search the photos of a request for its mark; the answer is read by `answer_of`.

    Raises `ReferenceIndexError` and, where the index has no such mark, `UsageError`.
    """
    values = json.loads(request)
    search, unreadable = _search_of(values["config"], values["mark"]), list[str]()
    store, photos, likenesses = PictureStore(values["store"]), list[KeptPhoto](), list[float]()
    for digest, name in values["photos"]:
        try:
            blob = _blob(store, name)
        except StorageError as error:
            return [json.dumps({"fault": str(error)}).encode()]
        try:
            photo = KeptPhoto(digest, unpack(blob))
            likenesses.append(search.likeness(photo))
            photos.append(photo)
        except FAULTS:
            unreadable.append(digest)
    found = dict[str, str]()
    for row in most_alike(likenesses):
        try:
            listing = search.find(photos[row], Submission(Path(photos[row].digest)))
        except FAULTS:
            unreadable.append(photos[row].digest)
            continue
        if listing is not None:
            found[photos[row].digest] = listing_to_json(listing)
    return [json.dumps({"found": found, "unreadable": unreadable}).encode()]


def answer_of(parts: Sequence[bytes]) -> KeptSearch:
    """Read the answer of `search_kept`.

    Raises `StorageError` where it could not use the store, `ValueError` or `UsageError` for
    nonsense.
    """
    (answer,) = parts
    try:
        values = json.loads(answer)
        if "fault" in values:
            raise StorageError(str(values["fault"]))
        found = {str(key): listing_from_json(line) for key, line in values["found"].items()}
        return KeptSearch(found, tuple(map(str, values["unreadable"])))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no answer of a search: {error}") from error


def _blob(store: PictureStore, name: str) -> bytes:
    """The kept features of a photo; b"", which is unreadable, where they are gone."""
    try:
        return store.get(name)
    except StorageError:
        if store.has(name):
            raise
        return b""


@lru_cache(maxsize=1)
def _search_of(config: str, mark: str) -> PastSearch:
    return PastSearch(detector_of(config), mark)
