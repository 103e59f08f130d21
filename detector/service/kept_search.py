"""What a killable child does for a retrospect: it searches the kept features of some photos."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.jobs.runner import detector_of
from detector.pipeline.faults import FAULTS
from detector.pipeline.kept_features import unpack
from detector.pipeline.past_search import KeptPhoto, PastSearch, most_alike
from detector.records import Listing, Submission
from detector.serialise.jsonl import listing_from_json, listing_to_json


@dataclass(frozen=True, slots=True, eq=False)
class KeptSearch:
    """What a search of some photos gave: a listing for each in which the mark is, by digest.

    `unreadable` are the digests of photos whose kept features could not be searched.
    """

    found: dict[str, Listing]
    unreadable: tuple[str, ...] = ()


def to_kept_request(config: str, mark: str, photos: Sequence[tuple[str, bytes]]) -> str:
    """Write a request for `search_kept`: a `ScanConfig`, a mark, and photos with their features."""
    pairs = [(digest, base64.b64encode(blob).decode("ascii")) for digest, blob in photos]
    return json.dumps({"config": config, "mark": mark, "photos": pairs})


def search_kept(request: str) -> list[bytes]:
    """Search the photos of a request for its mark; the answer is read by `answer_of`.

    Raises `ReferenceIndexError` and, where the index has no such mark, `UsageError`.
    """
    values = json.loads(request)
    search, unreadable = _search_of(values["config"], values["mark"]), list[str]()
    photos, likenesses = list[KeptPhoto](), list[float]()
    for digest, text in values["photos"]:
        try:
            photo = KeptPhoto(digest, unpack(base64.b64decode(text)))
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
    """Read the answer of `search_kept`. Raises `ValueError` or `UsageError` for nonsense."""
    (answer,) = parts
    try:
        values = json.loads(answer)
        found = {str(key): listing_from_json(line) for key, line in values["found"].items()}
        return KeptSearch(found, tuple(map(str, values["unreadable"])))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no answer of a search: {error}") from error


@lru_cache(maxsize=1)
def _search_of(config: str, mark: str) -> PastSearch:
    return PastSearch(detector_of(config), mark)
