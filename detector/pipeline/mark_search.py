"""Every place of every mark in a photo: candidates, verification, and further instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detector.channels.base import ChannelSpec
from detector.index.store import ReferenceIndex
from detector.pipeline.candidates import Candidates, DescribedPhoto
from detector.pipeline.detections import Detection
from detector.pipeline.suppression import best_of_marks, instances, lies_apart
from detector.pipeline.verify import Failure, Verifier
from detector.records import Picture
from detector.scoring.scorer import Scorer, log_odds_of, terms_of
from detector.settings import Settings
from detector.verification.registry import CHECKS


class MarkSearch:
    """Searches photos for the marks of an index. Lifetime: as the detector's; never changes."""

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

    def detections(self, picture: Picture) -> list[Detection]:
        """Every verified candidate of one picture, best first, before suppression."""
        return self._verified(self.candidates.describe(picture), [])

    def instances(
        self, pictures: Iterable[Picture], least: float, failures: list[Failure]
    ) -> list[Detection]:
        """Every place of every mark in the pictures of one photo, best first.

        Of a mark the best place counts whatever its score. Further ones are searched for where that
        reaches log-odds of `least`, and count from `InstanceSettings.least` on. What could not be
        verified is added to `failures`.
        """
        verified, further = list[Detection](), list[Detection]()
        for picture in pictures:
            photo = self.candidates.describe(picture)
            met = self._verified(photo, failures)
            verified += met
            for best in best_of_marks(met):
                if best.log_odds >= least:
                    further += self._further(photo, met, best, failures)
        return self._instances(verified, further)

    def _instances(
        self, verified: Sequence[Detection], further: Sequence[Detection] = ()
    ) -> list[Detection]:
        return instances(verified, further, self._least, self.verifier.apart_from)

    def _verified(self, photo: DescribedPhoto, failures: list[Failure]) -> list[Detection]:
        found = self.candidates.propose(photo)
        proposals = self.candidates.shortlist(found, photo.size)
        return self.verifier.verify(photo, proposals, found, failures)

    def _further(
        self,
        photo: DescribedPhoto,
        verified: Iterable[Detection],
        best: Detection,
        failures: list[Failure],
    ) -> list[Detection]:
        """Places of a mark that a search shows when the places found so far are left out of it.

        Copies of one sign look alike, so each takes the matches of the others from them.
        """
        same = [detection for detection in verified if detection.mark == best.mark]
        known = self._instances(same)
        further: list[Detection] = []
        while len(known) < self._settings.most:
            outlines = [detection.quad for detection in known]
            found = self.candidates.propose_elsewhere(photo, best.mark, outlines)
            proposals = self.candidates.shortlist(found, photo.size, self._settings.poses)
            fresh = [
                detection
                for detection in self.verifier.verify(photo, proposals, found, failures)
                if detection.log_odds >= self._least and lies_apart(detection, known)
            ]
            if not fresh:
                break
            known, further = [*known, fresh[0]], [*further, fresh[0]]
        return further
