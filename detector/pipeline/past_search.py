"""The search for one mark through the kept features of past photos, in steps that cost ever more.

1. `likeness`: keypoints, windows and words of a photo against those of the mark alone, in about
   a millisecond. The photos most alike are looked at closely.
2. `find`: the poses that these propose get the quick check on coarse edges of the small picture,
   the best of them the full one. Where the mark is found so, the photo is searched as an inspection
   does it, for all marks, which may suppress it, with the kept features in place of described ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np

from detector.channels.hashes import GREY_BITS, GREY_BYTES
from detector.errors import UsageError
from detector.index.view_features import ViewFeatures
from detector.pipeline.candidates import DescribedPhoto
from detector.pipeline.detector import Detector
from detector.pipeline.faults import Failure
from detector.pipeline.kept_features import KeptPicture, decoded_features, picture_of
from detector.pipeline.own_pictures import MAX_DISTANCE
from detector.pipeline.verify import quick_log_odds
from detector.records import Features, Listing, Picture, Proposal, Reading, Submission
from detector.scoring.scorer import log_odds_of
from detector.verification import pose_refinement

CLOSER = 0.16
"""Share of the photos that are not `ALIKE`, the most alike, that are looked at closely."""

ALIKE = 7.5
"""Likeness of photos that are looked at closely however many there are."""

PER_CHANNEL = 4
"""Proposals of one channel in one picture that get the quick check."""

VERIFIED = 6
"""Poses of one picture that get the full check, the best by the quick one."""

COARSE_SIDE = 256
"""Longest side in pixels of the finest edges of the quick check: it ranks as well as with 512."""

PROPOSALS_KEPT = 512
"""Pictures whose proposals are kept from `likeness` to `find`."""

# By recall of what a full inspection finds among development photos.
_INLIERS, _SIGMAS, _READING, _OWN = 2.0, 0.5, 30.0, 40.0
_CLOSE_SIGMAS = 0.3
_CLOSE = -2.4  # closeness of photos that get the full check
_MARGIN = 2.2  # log-odds that the full check may lack which an inspection gives
_SURE = 1.0  # log-odds beyond those of a finding from which kept features may do
_UNLIKE_READING = 0.7  # similarity of words that are none of the mark's
_NOT_THERE = -math.inf
_ALWAYS_KEPT = {"words"}  # letters of a small picture are not read a second time


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """The kept features of one photo, and its SHA-256 in hex."""

    digest: str
    pictures: Sequence[KeptPicture]


class PastSearch:
    """Searches kept photos for one mark of a detector's index. Lives as long as the detector."""

    def __init__(self, detector: Detector, mark: str) -> None:
        """Raises `UsageError` where the index has no such mark."""
        rows = {one.id: row for row, one in enumerate(detector.index.marks)}
        if mark not in rows:
            remedy = "Import it, or search again once the index holds it."
            raise UsageError(f"the index has no mark {mark}", remedy=remedy)
        self.mark, self._detector, self._row = mark, detector, rows[mark]
        self._searchers = detector.candidates.searchers_of(self._row)
        self._proposals = lru_cache(PROPOSALS_KEPT)(self._proposed)
        views = np.flatnonzero(detector.index.view_table.marks == self._row).tolist()
        hashes = ViewFeatures(detector.index.references("hashes")).subset(views)
        self._hashes = hashes.features.descriptors[:, :GREY_BYTES].astype(np.uint8)

    def likeness(self, photo: KeptPhoto) -> float:
        """How much the features of a photo speak for the mark: comparable between photos."""
        return max(map(self._likeness, photo.pictures))

    def find(
        self, photo: KeptPhoto, submission: Submission, day: date | None = None
    ) -> Listing | None:
        """The listing of a photo in which the mark is found; None for any other.

        `submission` gives the fields of the listing; its photo is not read. Boxes are those of the
        photo as it was inspected. Raises `ValueError` where the small picture cannot be read.
        """
        least = log_odds_of(self._detector.policy.review_of(self.mark))
        pictures = [picture_of(kept, self._detector.settings.reader) for kept in photo.pictures]
        features = map(decoded_features, photo.pictures)
        found = map(self._proposals, photo.pictures)
        best = max(map(self._log_odds, photo.pictures, pictures, features, found))
        if best < least - _MARGIN:
            return None
        if best >= least + _SURE:
            described = list(self._described(photo.pictures, pictures))
            listing = self._inspected(photo.digest, described, submission, day)
            if listing is not None:
                return listing
        described = list(self._described(photo.pictures, pictures, anew=True))
        anew = [one.features for one in described]
        found = map(self._searched, anew)
        if max(map(self._log_odds, photo.pictures, pictures, anew, found)) < least - _MARGIN:
            return None  # what the codes lost decided
        return self._inspected(photo.digest, described, submission, day)

    def _inspected(
        self,
        digest: str,
        described: Sequence[DescribedPhoto],
        submission: Submission,
        day: date | None,
    ) -> Listing | None:
        """The listing of a described photo in which the mark is found; None for any other."""
        wholes = tuple(one.picture for one in described if one.tile_of is None)
        height, width = wholes[0].pixels.shape[:2]
        reading = Reading("", "ok", "", width, height, digest, wholes)
        listing = self._detector.inspect(submission, reading=reading, described=described, day=day)
        return listing if any(one.mark == self.mark for one in listing.findings) else None

    def _likeness(self, kept: KeptPicture) -> float:
        proposals = self._proposals(kept)
        inliers = _highest(proposals.get("sift", ()), "inliers")
        sigmas = _highest(proposals.get("embedding", ()), "likeness")
        return _INLIERS * float(np.log1p(inliers)) + _SIGMAS * sigmas + self._bonus(kept, proposals)

    def _log_odds(
        self,
        kept: KeptPicture,
        picture: Picture,
        features: Mapping[str, Features],
        proposals: Mapping[str, Sequence[Proposal]],
    ) -> float:
        """The log-odds of the mark in one picture, by its `features` and their proposals alone."""
        alignment = self._detector.settings.alignment
        coarse = replace(alignment, side=COARSE_SIDE)
        photo = DescribedPhoto(picture, features, pose_refinement.describe(picture, coarse))
        failures = list[Failure]()
        plausible = self._detector.candidates.outline_of
        selected = [
            one
            for found in proposals.values()
            for one in found[:PER_CHANNEL]
            if plausible(one, photo.size) is not None
        ]
        verifier, best = self._detector.mark_search.verifier, _NOT_THERE
        checked = verifier.ranked(photo, selected, failures)
        sigmas = _highest(proposals.get("embedding", ()), "likeness")
        bonus = _CLOSE_SIGMAS * sigmas + self._bonus(kept, proposals)
        if checked and quick_log_odds(checked[0]) + bonus >= _CLOSE:
            photo = replace(photo, edges=pose_refinement.describe(picture, alignment))
            found = verifier.verify(photo, checked[:VERIFIED], proposals, failures)
            best = max((one.log_odds for one in found), default=_NOT_THERE)
        near = best < 0 and self._hash_distance(kept) <= MAX_DISTANCE
        return math.inf if near and self._is_own_picture(photo) else best

    def _is_own_picture(self, photo: DescribedPhoto) -> bool:
        """Whether a picture is one of the mark's own, whole."""
        marks = self._detector.index.view_table.marks
        own = self._detector.mark_search.own_pictures.proposals(photo)
        return any(int(marks[one.view]) == self._row for one in own)

    def _hash_distance(self, kept: KeptPicture) -> float:
        """The share of hash bits that differ from the mark's nearest picture; 1 without hashes."""
        if "hashes" not in kept.features:
            return 1.0
        bits = kept.features["hashes"].descriptors[:, None, :GREY_BYTES].astype(np.uint8)
        differing = np.bitwise_count(bits ^ self._hashes).sum(axis=2)
        return float(differing.min(initial=GREY_BITS)) / GREY_BITS

    def _bonus(self, kept: KeptPicture, proposals: Mapping[str, Sequence[Proposal]]) -> float:
        """What a word of the mark, and a picture that is the mark's own, say beside the rest."""
        reading = _highest(proposals.get("words", ()), "reading")
        near = max(0.0, MAX_DISTANCE - self._hash_distance(kept))
        return _READING * max(0.0, reading - _UNLIKE_READING) + _OWN * near

    def _proposed(self, kept: KeptPicture) -> dict[str, list[Proposal]]:
        return self._searched(decoded_features(kept))

    def _searched(self, features: Mapping[str, Features]) -> dict[str, list[Proposal]]:
        names = self._searchers.keys() & features.keys()
        return {name: self._searchers[name].search(features[name]) for name in sorted(names)}

    def _described(
        self, photo: Sequence[KeptPicture], pictures: Sequence[Picture], *, anew: bool = False
    ) -> Iterator[DescribedPhoto]:
        """Yield kept pictures as described ones: what is not kept, or all, is described again."""
        candidates = self._detector.candidates
        whole: Picture | None = None
        for kept, picture in zip(photo, pictures, strict=True):
            known = decoded_features(kept)
            names = candidates.channels.keys() & (_ALWAYS_KEPT if anew else known.keys())
            searched = {name: known[name] for name in names if name in known}
            described = candidates.describe(picture, searched)
            if kept.corner is None:
                whole = picture
                yield described
            else:
                yield replace(described, tile_of=whole, corner=kept.corner)


def _highest(proposals: Sequence[Proposal], measure: str) -> float:
    return max((getattr(one.measures, measure) for one in proposals), default=0.0)


def most_alike(likenesses: Sequence[float]) -> list[int]:
    """The rows of the photos that are looked at closely, of some hundred; the most alike first.

    They are every one that is `ALIKE`, since a seller uploads a hundred at once, and a share of the
    others.
    """
    ranked = sorted(range(len(likenesses)), key=lambda row: -likenesses[row])
    alike = sum(likeness >= ALIKE for likeness in likenesses)
    return ranked[: alike + math.ceil(CLOSER * (len(ranked) - alike))]
