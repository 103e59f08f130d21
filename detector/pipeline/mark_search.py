"""All instances of all marks in a photo: candidates, verification, further instances."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from detector.channels.base import ChannelSpec
from detector.index.store import ReferenceIndex
from detector.pipeline.candidates import Candidates, DescribedPhoto, Proposals
from detector.pipeline.detections import Detection
from detector.pipeline.faults import Failure
from detector.pipeline.ignored_signs import IgnoredSigns
from detector.pipeline.suppression import (
    best_per_mark,
    by_rank,
    lies_apart,
    suppress_within_marks,
)
from detector.pipeline.verify import Verifier
from detector.records import Picture, Proposal
from detector.scoring.scorer import Scorer, log_odds_of, terms_of
from detector.settings import Settings
from detector.verification.registry import CHECKS


@dataclass(frozen=True, slots=True, eq=False)
class PictureSearch:
    """What every step of the search gave in one picture.

    `selected` are the proposals that were verified, `detections` all that was verified, best first,
    before suppression.
    """

    photo: DescribedPhoto
    proposals: Proposals
    selected: Sequence[Proposal]
    detections: Sequence[Detection]


@dataclass(frozen=True, slots=True, eq=False)
class PhotoSearch:
    """The search of all pictures of one photo.

    `instances` are those of all marks, best first; `failures` the candidates that could not be
    verified.
    """

    pictures: Sequence[PictureSearch]
    instances: Sequence[Detection]
    failures: Sequence[Failure]


class MarkSearch:
    """Searches photos for the marks of an index. Immutable; lives as long as the detector."""

    def __init__(
        self,
        index: ReferenceIndex,
        settings: Settings,
        scorer: Scorer,
        channels: Sequence[ChannelSpec],
    ) -> None:
        terms = terms_of((*channels, *CHECKS))
        self._settings = settings.instances
        self._least = log_odds_of(settings.instances.least)
        self.candidates = Candidates(index, settings, channels)
        self.verifier = Verifier(index, settings, self.candidates, scorer, terms)
        self._signs = IgnoredSigns(index, settings.alignment, self.verifier.refiner.edge_grid_of)

    def detections(self, picture: Picture) -> list[Detection]:
        """Every verified candidate of one picture, best first, before suppression."""
        return [*self._searched(self.candidates.describe(picture), (), []).detections]

    def search(
        self, photos: Iterable[DescribedPhoto], least: float, without: Collection[int] = ()
    ) -> PhotoSearch:
        """Find every instance of every mark in the pictures of one photo.

        The best instance of a mark counts whatever its score. Further ones are searched if it
        reaches log-odds of `least`, and count from `InstanceSettings.least` on. Ignored signs and
        what they explain reach `least` too; beside that, the best instance of a mark that no sign
        explains counts. `without` are rows of marks that are not searched.
        """
        pictures, further, failures = list[PictureSearch](), list[Detection](), list[Failure]()
        for photo in photos:
            searched = self._searched(photo, without, failures)
            pictures.append(searched)
            for best in best_per_mark(searched.detections):
                if best.log_odds >= least:
                    further += self._further(photo, searched.detections, best, failures)
        verified = [detection for searched in pictures for detection in searched.detections]
        instances = self._with_explanations(verified, further, least, failures)
        return PhotoSearch(pictures, instances, failures)

    def _with_explanations(
        self,
        verified: Sequence[Detection],
        further: Sequence[Detection],
        least: float,
        failures: list[Failure],
    ) -> list[Detection]:
        """Every instance, best first, with the signs of log-odds of `least` that explain it."""
        instances = self._instances(verified, further)
        signs = [one for one in instances if self._signs.shows(one) and one.log_odds >= least]
        fail = partial(self.verifier.fail, failures)
        explained, others = self._signs.divide((*verified, *further), signs, least, fail)
        if not explained:
            return instances
        return by_rank([*self._instances(explained), *self._instances(others)])

    def _instances(
        self, verified: Sequence[Detection], further: Sequence[Detection] = ()
    ) -> list[Detection]:
        return suppress_within_marks(
            verified, further, self._least, self.verifier.without_shared_evidence
        )

    def _searched(
        self, photo: DescribedPhoto, without: Collection[int], failures: list[Failure]
    ) -> PictureSearch:
        proposals = self.candidates.propose(photo, without)
        selected = self.candidates.select(proposals, photo.size)
        best = self.verifier.shortlist(photo, selected, failures)
        detections = self.verifier.verify(photo, best, proposals, failures)
        checked = [candidate.proposal for candidate in best]
        return PictureSearch(photo, proposals, checked, detections)

    def _further(
        self,
        photo: DescribedPhoto,
        verified: Sequence[Detection],
        best: Detection,
        failures: list[Failure],
    ) -> list[Detection]:
        """Instances of a mark found by repeated search outside the instances known so far.

        Copies of one sign compete for the same matches, so one search does not find all. Channels
        that have no evidence for the best instance are not asked again.
        """
        channels = {piece.channel for piece in best.evidence}
        same = [detection for detection in verified if detection.mark == best.mark]
        known = self._instances(same)
        further: list[Detection] = []
        while len(known) < self._settings.most:
            outlines = [detection.quad for detection in known]
            proposals = self.candidates.propose_elsewhere(photo, best.mark, outlines, channels)
            selected = self.candidates.select(proposals, photo.size, self._settings.poses)
            best_here = self.verifier.shortlist(photo, selected, failures)
            fresh = [
                detection
                for detection in self.verifier.verify(photo, best_here, proposals, failures)
                if detection.log_odds >= self._least and lies_apart(detection, known)
            ]
            if not fresh:
                break
            known, further = [*known, fresh[0]], [*further, fresh[0]]
        return further
