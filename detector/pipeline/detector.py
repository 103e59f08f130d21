"""`Detector`: inspects photos against an index of marks."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from detector.channels.base import Channel, ChannelSpec, Searcher
from detector.channels.registry import CHANNELS, check_channels, resolved
from detector.errors import UsageError
from detector.index.store import ReferenceIndex
from detector.pictures.read_submission import read_submission
from detector.pipeline.candidates import Candidates, DescribedPhoto
from detector.pipeline.detections import Detection
from detector.pipeline.faults import FAULTS, Failure
from detector.pipeline.findings import make_finding
from detector.pipeline.import_marks import check_settings
from detector.pipeline.listing_text import ListingText, TextDetection, classes_of
from detector.pipeline.listings import (
    undecided_listing,
    with_failures,
    with_limits,
    with_rights,
    with_unread_text,
)
from detector.pipeline.mark_search import MarkSearch, PhotoSearch
from detector.pipeline.omissions import Limit, counting_unread
from detector.pipeline.provenance import provenance_of
from detector.pipeline.suppression import find_suppressors
from detector.records import (
    Evidence,
    Finding,
    Listing,
    MarkScore,
    Picture,
    Reading,
    Rights,
    Submission,
    Suppressor,
    TextFinding,
)
from detector.scoring.policy import Policy, decide, is_actionable
from detector.scoring.scorer import Scorer, TermShare, default_scorer, log_odds_of, terms_of
from detector.settings import Settings
from detector.verification.registry import CHECKS

_LOG = logging.getLogger(__name__)


class Detector:
    """Inspects photos against an open index. Immutable, so threads may share it."""

    def __init__(
        self,
        index: ReferenceIndex,
        settings: Settings | None = None,
        policy: Policy | None = None,
        *,
        threshold: float | None = None,
        seller: str = "",
        top: int = 10,
        scorer: Scorer | None = None,
        channels: Sequence[ChannelSpec] = CHANNELS,
    ) -> None:
        self.index = index
        self.settings = resolved(settings or Settings())
        self.scorer = scorer or default_scorer()
        self.policy = policy or Policy(review=self.scorer.threshold)
        self.threshold = self.policy.review if threshold is None else threshold
        if not 0 <= self.threshold <= 1:  # so that NaN is refused too
            raise UsageError(f"threshold is {threshold}", remedy="Give a number from 0 to 1.")
        self.seller, self.top = seller, top
        check_channels(channels, self.settings)
        check_settings(index, self.settings, channels)
        self.channel_specs, self._specs = tuple(channels), (*channels, *CHECKS)

    @classmethod
    def open(cls, folder: Path, **options: Any) -> Self:
        """Open the index in `folder`; options as for the constructor."""
        index = ReferenceIndex.open(folder)
        state = {"generation": index.generation, "marks": len(index.marks)}
        _LOG.info("index opened", extra={"index": str(folder), **state})
        return cls(index, **options)

    @cached_property
    def mark_search(self) -> MarkSearch:
        """What searches described photos; made for the first, as a scan's parent examines none."""
        return MarkSearch(self.index, self.settings, self.scorer, self.channel_specs)

    @cached_property
    def _texts(self) -> ListingText:
        return ListingText(self.index.marks)

    @property
    def candidates(self) -> Candidates:
        """What proposes poses, and selects those that are verified."""
        return self.mark_search.candidates

    @property
    def channels(self) -> dict[str, Channel]:
        """The channels that photos are searched in, by name."""
        return self.mark_search.candidates.channels

    @property
    def searchers(self) -> dict[str, Searcher]:
        """Their searchers, by name."""
        return self.mark_search.candidates.searchers

    @cached_property
    def rights(self) -> dict[str, Rights]:
        """The rights in every mark of the index, by its id."""
        return {mark.id: mark.rights for mark in self.index.marks}

    @cached_property
    def _mark_ids(self) -> list[str]:
        """The id of every mark, by row."""
        return list(self.rights)

    def inspect(
        self,
        submission: Submission | Reading,
        *,
        reading: Reading | None = None,
        described: Iterable[DescribedPhoto] | None = None,
        day: date | None = None,
    ) -> Listing:
        """Find marks in one photo and in the texts of its listing, and decide what to do.

        Args:
            submission: the photo with the data of its listing; a `Reading` is a photo alone.
            reading: the photo of the submission, if it was read already.
            described: what `describe` gives for its pictures, if they were described already.
            day: the day for which rights may have expired; today by default.

        Returns:
            The listing. All scores count for the decision; `top` and `threshold` of the detector
            only limit the findings.

        Raises:
            UsageError: a Nice class is not a number from 1 to 45.
            MissingExtra: there is a text, and the extra `words` is not installed.

        No content of a picture raises an error.

        """
        start = time.perf_counter()
        if isinstance(submission, Reading):
            reading, submission = submission, Submission(Path(submission.path))
        seller, classes = submission.seller or self.seller, classes_of([*submission.classes])
        submission = replace(submission, seller=seller, classes=classes)
        reading = reading or read_submission(submission, self.settings.reader)
        photos = self.describe(reading.pictures) if described is None else described
        listing = self._inspected(submission, reading, photos, day or date.today())
        return replace(listing, seconds=time.perf_counter() - start)

    def detections(self, picture: Picture) -> list[Detection]:
        """Every verified candidate of a picture, best first, before suppression."""
        return self.mark_search.detections(picture)

    def describe(self, pictures: Iterable[Picture]) -> Iterator[DescribedPhoto]:
        """Yield each picture of a photo, and each of its tiles, with its features."""
        return chain.from_iterable(map(self.mark_search.candidates.describe_closely, pictures))

    def search(
        self, photos: Iterable[DescribedPhoto], without: Collection[str] = ()
    ) -> PhotoSearch:
        """Search the described pictures of one photo, keeping what every step gave.

        `without` are the ids of marks that are left out, as if the index did not have them.
        """
        rows = {row for row, mark in enumerate(self._mark_ids) if mark in without}
        return self.mark_search.search(photos, self._least, rows)

    def scores(self, found: PhotoSearch) -> tuple[MarkScore, ...]:
        """The score of every instance that a search found, best first, with its suppressors."""
        return self._scored(found.instances, (), self.seller, date.today())

    def term_shares(self, evidence: Sequence[Evidence]) -> list[TermShare]:
        """What every score term adds to the log-odds of a detection."""
        return self.scorer.term_shares(evidence, terms_of(self._specs))

    def finding(self, detection: Detection, digest: str = "", instance: int = 1) -> Finding:
        """The finding for a detection, after local comparison; `digest` is the photo's."""
        return make_finding(detection, self.index, self._specs, digest=digest, instance=instance)

    @property
    def _least(self) -> float:
        """The log-odds from which further instances of a mark are searched."""
        return log_odds_of(self.policy.review)

    def _inspected(
        self,
        submission: Submission,
        reading: Reading,
        described: Iterable[DescribedPhoto],
        day: date,
    ) -> Listing:
        unread = list[int]()
        counted = counting_unread(described, unread)
        found = self.mark_search.search(counted, self._least, keep_pictures=False)
        found.omissions.limits.extend(Limit.of_tiles(reading.pictures, self.settings.tiles))
        ranked, failures = found.instances, found.omissions.failures
        texts = self._texts.find(submission, day)
        scores = self._scored(ranked, texts, submission.seller, day)
        listing = undecided_listing(submission, reading, scores)
        findings = self._shown(ranked, listing, failures, day)
        listing = with_limits(listing, found.omissions.limits)
        listing = with_failures(listing, failures, self._mark_ids)
        listing = with_unread_text(listing, max(unread, default=0))
        made_with = self.index.generation, self.scorer, self.policy
        listing = replace(
            listing,
            findings=findings,
            text=self._shown_texts(texts, listing),
            provenance=provenance_of(*made_with, words=bool(self.settings.words.read)),
        )
        ruling = decide(listing, self.policy, self.rights, day)
        return replace(listing, decision=ruling.decision)

    def _scored(
        self, ranked: Sequence[Detection], texts: Sequence[TextDetection], seller: str, day: date
    ) -> tuple[MarkScore, ...]:
        """All scores: of every instance in the photo, then of every match in the texts."""
        suppressors = find_suppressors(ranked, self.index.marks, self.mark_search.is_misread)
        in_photo = map(self._score_of, ranked, suppressors)
        in_texts = (text.mark_score for text in texts)
        counts = partial(is_actionable, seller=seller, rights=self.rights, day=day)
        every = chain(in_photo, in_texts)
        return tuple(replace(score, excused=not counts(score.mark)) for score in every)

    def _score_of(self, detection: Detection, rivals: tuple[Suppressor, ...]) -> MarkScore:
        mark = self.index.marks[detection.mark]
        return MarkScore(
            mark=mark.id,
            where="photo",
            score=detection.score,
            log_odds=detection.log_odds,
            box=detection.box,
            suppressed_by=rivals,
            kind=mark.kind,
            explained_by=detection.explained_by,
        )

    def _shown(
        self, ranked: Sequence[Detection], listing: Listing, failures: list[Failure], day: date
    ) -> tuple[Finding, ...]:
        """The findings for display, best first; where `top` is too few, excused ones give way."""
        excused, counts = listing.excused_marks, Counter[int]()
        chosen = list[tuple[bool, int, int]]()
        for row, (detection, score) in enumerate(zip(ranked, listing.scores, strict=False)):
            if score.score >= self._shown_from(score.mark) and score.stands(excused):
                counts[detection.mark] += 1
                chosen.append((score.excused, row, counts[detection.mark]))
        found = (
            self._finding_or_failure(ranked[row], listing.digest, instance, failures)
            for _, row, instance in sorted(sorted(chosen)[: self.top], key=itemgetter(1))
        )
        return tuple(
            with_rights(finding, listing.seller, self.rights, day)
            for finding in found
            if finding is not None
        )

    def _shown_texts(
        self, texts: Sequence[TextDetection], listing: Listing
    ) -> tuple[TextFinding, ...]:
        """The findings in the texts for display, best first."""
        excused, scores = listing.excused_marks, listing.scores[-len(texts) :] if texts else ()
        return tuple(
            detection.finding
            for detection, score in zip(texts, scores, strict=True)
            if score.score >= self._shown_from(score.mark) and score.stands(excused)
        )

    def _shown_from(self, mark: str) -> float:
        """The least score of a finding of a mark: its own, unless a threshold was asked for."""
        default = self.threshold == self.policy.review
        return self.policy.review_of(mark) if default else self.threshold

    def _finding_or_failure(
        self, detection: Detection, digest: str, instance: int, failures: list[Failure]
    ) -> Finding | None:
        """A finding; None where it cannot be made, which costs no other and joins `failures`."""
        try:
            return self.finding(detection, digest, instance)
        except FAULTS as error:
            _LOG.warning("a finding of %s failed", self._mark_ids[detection.mark], exc_info=error)
            failures.append(Failure.of(error, detection.mark))
            return None
