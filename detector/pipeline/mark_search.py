"""All instances of all marks in a photo: candidates, verification, further instances."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from detector.channels.base import ChannelSpec
from detector.index.store import ReferenceIndex
from detector.pipeline.candidates import Candidates, DescribedPhoto, Proposals
from detector.pipeline.checked_poses import PoseChecker
from detector.pipeline.detections import Detection, as_own_picture, in_whole
from detector.pipeline.drawn_mark import DrawnMark, is_explained
from detector.pipeline.faults import attempt
from detector.pipeline.ignored_signs import IgnoredSigns
from detector.pipeline.omissions import Limit, Omissions
from detector.pipeline.own_pictures import OwnPictures
from detector.pipeline.suppression import (
    best_per_mark,
    by_rank,
    lies_apart,
    suppress_within_marks,
)
from detector.pipeline.verify import Verifier
from detector.records import Floats, Picture, Proposal
from detector.scoring.scorer import Scorer, log_odds_of, terms_of
from detector.settings import Settings
from detector.verification.registry import CHECKS

_LOG = logging.getLogger(__name__)


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
    """The search of all pictures of one photo: `instances` are those of all marks, best first."""

    pictures: Sequence[PictureSearch]
    instances: Sequence[Detection]
    omissions: Omissions


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
        self._index, self._alignment = index, settings.alignment
        self._ids = [mark.id for mark in index.marks]
        self._settings = settings.instances
        self._least = log_odds_of(settings.instances.least)
        self.candidates = Candidates(index, settings, channels)
        self.verifier = Verifier(index, settings, self.candidates, scorer, terms)
        self._checker = PoseChecker(self.candidates, self.verifier, settings)
        self.own_pictures = OwnPictures(index, settings.views)
        self._signs = IgnoredSigns(index, settings.alignment, self.verifier.refiner.edge_grid_of)

    def detections(self, picture: Picture) -> list[Detection]:
        """Every verified candidate of one picture, best first, before suppression."""
        return [*self._searched(self.candidates.describe(picture), (), Omissions()).detections]

    def search(
        self,
        photos: Iterable[DescribedPhoto],
        least: float,
        without: Collection[int] = (),
        *,
        keep_pictures: bool = True,
    ) -> PhotoSearch:
        """Find every instance of every mark in the pictures of one photo.

        The best instance of a mark counts whatever its score. Further ones are searched if it
        reaches log-odds of `least`, and count from `InstanceSettings.least` on. Ignored signs and
        what they explain reach `least` too; beside that, the best instance of a mark that no sign
        explains counts. `without` are rows of marks that are not searched. The searched pictures
        take much memory where there are many tiles; `keep_pictures` says whether they are kept.
        """
        pictures, omissions = list[PictureSearch](), Omissions()
        verified, further = list[Detection](), list[Detection]()
        for photo in photos:
            searched = self._searched(photo, without, omissions)
            if keep_pictures:
                pictures.append(searched)
            verified += self._placed(photo, searched.detections)
            if photo.tile_of is None:
                verified += self._own_pictures(searched, without, omissions)
            for best in best_per_mark(searched.detections):
                if best.log_odds >= least:
                    further += self._placed(photo, self._further(searched, best, omissions))
        instances = self._with_explanations(verified, further, least, omissions)
        return PhotoSearch(pictures, instances, omissions)

    def _own_pictures(
        self, searched: PictureSearch, without: Collection[int], omissions: Omissions
    ) -> list[Detection]:
        """The detections of marks of which a picture is their own; none where the search fails."""
        work = partial(self._detected_whole, searched, without, omissions)
        return attempt(work, partial(omissions.fail_channel, "hashes")) or []

    def _detected_whole(
        self, searched: PictureSearch, without: Collection[int], omissions: Omissions
    ) -> list[Detection]:
        marks, photo = self.candidates.views.marks, searched.photo
        own = [one for one in self.own_pictures.proposals(photo) if marks[one.view] not in without]
        proposals = {**searched.proposals, "hashes": own}
        found = self.verifier.verify_in_place(photo, own, proposals, omissions.failures)
        return [as_own_picture(detection) for detection in found]

    def _placed(self, photo: DescribedPhoto, detections: Sequence[Detection]) -> list[Detection]:
        """Detections where they lie in the whole picture; of a tile, those that may count."""
        if photo.tile_of is None:
            return [*detections]
        counted = [one for one in detections if one.log_odds >= self._least]
        counted += [one for one in best_per_mark(detections) if one.log_odds < self._least]
        return [in_whole(one, photo.tile_of, photo.corner) for one in counted]

    def is_misread(self, detection: Detection, other: Detection) -> bool:
        """Whether a detection shows nothing but what another's own picture has at that place.

        One that cannot be compared is taken for a sign of its own.
        """
        work = partial(self._is_misread, detection, other)
        return bool(attempt(work, _log_uncompared))

    def _is_misread(self, detection: Detection, other: Detection) -> bool:
        drawn = DrawnMark(other, self._index.view(other.view), self._alignment)
        grid = self.verifier.refiner.edge_grid_of(detection.view)
        agreement = drawn.agreement(detection, grid, self._alignment.rounds[-1:])
        return is_explained(detection, agreement)

    def _with_explanations(
        self,
        verified: Sequence[Detection],
        further: Sequence[Detection],
        least: float,
        omissions: Omissions,
    ) -> list[Detection]:
        """Every instance, best first, with the signs of log-odds of `least` that explain it."""
        instances = self._instances(verified, further)
        signs = [one for one in instances if self._signs.shows(one) and one.log_odds >= least]
        every = (*verified, *further)
        explained, others = self._signs.divide(every, signs, least, omissions.fail)
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
        self, photo: DescribedPhoto, without: Collection[int], omissions: Omissions
    ) -> PictureSearch:
        for channel, error in photo.faults.items():
            omissions.fail_channel(channel, error)
        proposals = self.candidates.propose(photo, without, omissions.fail_channel)
        checked = self._checker.check(photo, proposals, omissions)
        return PictureSearch(photo, proposals, checked.proposals, checked.detections)

    def _further(
        self, searched: PictureSearch, best: Detection, omissions: Omissions
    ) -> list[Detection]:
        """Further instances of a mark; none where the search for them fails."""
        work = partial(self._searched_further, searched, best, omissions)
        return attempt(work, partial(omissions.fail, best.mark)) or []

    def _searched_further(
        self, searched: PictureSearch, best: Detection, omissions: Omissions
    ) -> list[Detection]:
        """Instances of a mark found by repeated search outside the instances known so far.

        Copies of one sign compete for the same matches, so one search does not find all. Channels
        that have no evidence for the best instance are not asked again. Of a mark that is there
        repeatedly, a place that proves wrong is left out as well, and the search goes on.
        """
        photo, verified = searched.photo, searched.detections
        known = self._instances([one for one in verified if one.mark == best.mark])
        further, wrong = list[Detection](), list[Floats]()
        while len(known) < self._settings.most and len(wrong) <= len(known) // 2:
            outlines = [*(detection.quad for detection in known), *wrong]
            tried = self._tried_elsewhere(photo, best, outlines, omissions)
            fresh = [one for one in tried if one.log_odds >= self._least and lies_apart(one, known)]
            if fresh:
                known, further = [*known, fresh[0]], [*further, fresh[0]]
            elif tried:
                wrong += [detection.quad for detection in tried]
            else:
                break
        if len(known) >= self._settings.most > 1:
            omissions.limits.append(Limit.of_instances(self._settings.most, self._ids[best.mark]))
        return further

    def _tried_elsewhere(
        self,
        photo: DescribedPhoto,
        best: Detection,
        outlines: Sequence[Floats],
        omissions: Omissions,
    ) -> list[Detection]:
        """The verified candidates of a mark outside `outlines`, best first."""
        channels = {piece.channel for piece in best.evidence}
        proposals = self.candidates.propose_elsewhere(photo, best.mark, outlines, channels)
        selected = self.candidates.select(proposals, photo.size, self._settings.poses)
        ranked = self.verifier.ranked(photo, selected, omissions.failures)
        return self.verifier.verify(photo, ranked, proposals, omissions.failures)


def _log_uncompared(error: Exception) -> None:
    _LOG.warning("a detection could not be compared with another mark's picture", exc_info=error)
