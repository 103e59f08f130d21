"""How many poses of a picture are verified: more where more stands out.

A photo of one product shows one mark or two, and the best few dozen poses hold them. On a sheet of
stickers every sign takes its share of them, so poses are verified in rounds, until there are enough
for each place at which a mark was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from detector.pipeline.candidates import Candidates, DescribedPhoto, Proposals
from detector.pipeline.detections import Detection
from detector.pipeline.omissions import Limit, Omissions
from detector.pipeline.refine_poses import Candidate
from detector.pipeline.suppression import by_rank, lies_apart
from detector.pipeline.verify import Verifier, quick_log_odds
from detector.records import Proposal
from detector.scoring.scorer import log_odds_of
from detector.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class CheckedPoses:
    """The proposals that were verified, and the detections that they gave, best first."""

    proposals: Sequence[Proposal]
    detections: Sequence[Detection]


class PoseChecker:
    """Verifies the best proposals of a picture. Immutable; lives as long as the detector."""

    def __init__(self, candidates: Candidates, verifier: Verifier, settings: Settings) -> None:
        self._candidates, self._verifier, self._settings = candidates, verifier, settings
        self._least = log_odds_of(settings.instances.least)

    def check(
        self, photo: DescribedPhoto, proposals: Proposals, omissions: Omissions
    ) -> CheckedPoses:
        """Verify the best of `proposals`, as many as what they show asks for.

        What cannot be verified, and whether a limit cuts, is added to `omissions`.
        """
        quick, verified, detections = list[Candidate](), list[Candidate](), list[Detection]()
        wanted = most = self._settings.checked
        while len(verified) < most:
            share = most / self._settings.checked
            selected = self._candidates.select(proposals, photo.size, share=share)
            quick += self._verifier.ranked(photo, _without(selected, quick), omissions.failures)
            fresh = _best(quick, verified, most - len(verified))
            if not fresh:
                break
            verified += fresh
            found = self._verifier.verify(photo, fresh, proposals, omissions.failures)
            detections = by_rank([*detections, *found])
            wanted = self._settings.checked_per_place * self._places(detections)
            most = max(most, min(wanted, self._settings.most_checked))
        if wanted > self._settings.most_checked:
            omissions.limits.append(Limit.of_poses(self._settings.most_checked))
        return CheckedPoses([candidate.proposal for candidate in verified], detections)

    def _places(self, detections: Iterable[Detection]) -> int:
        """At how many places marks were found, whichever they are."""
        places = list[Detection]()
        for detection in detections:
            if detection.log_odds >= self._least and lies_apart(detection, places):
                places.append(detection)
        return len(places)


def _without(selected: Iterable[Proposal], quick: Sequence[Candidate]) -> list[Proposal]:
    known = {id(candidate.proposal) for candidate in quick}
    return [proposal for proposal in selected if id(proposal) not in known]


def _best(
    quick: Iterable[Candidate], verified: Collection[Candidate], most: int
) -> list[Candidate]:
    """The best candidates that are not verified yet."""
    fresh = [candidate for candidate in quick if candidate not in verified]
    return sorted(fresh, key=quick_log_odds, reverse=True)[:most]
