"""Marks that alarm conspicuously often in a scan or benchmark: their references deserve a look.

A mark that shows a letter, a ring or a star is found in many photos, at middling scores. One that a
shop really sells is found with high scores. So only photos count whose best score of a mark lies
between the two thresholds of the policy.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from detector.records import Listing

FEWEST_PHOTOS = 50  # fully examined: fewer say nothing about shares
LEAST_SHARE = 0.03  # of photos in which a mark is in doubt
CHANCE = 0.01  # of naming a mark although all marks alarm alike


@dataclass(frozen=True, slots=True)
class FrequentAlarm:
    """A mark that is in doubt in many photos: their number, and their share of all, 0..1."""

    mark: str
    photos: int
    share: float


class AlarmCounts:
    """Running counts of photos by mark. `review` and `block` are the policy's, 0..1.

    In a photo a mark is doubtful where its best score that counts is from `review` on and below
    `block`; from `block` on it is sure.
    """

    def __init__(self, review: float, block: float) -> None:
        self._review, self._block = review, block
        self._photos = 0
        self._doubtful, self._sure = Counter[str](), Counter[str]()

    def add(self, listing: Listing) -> None:
        """Count one photo; one that was not fully examined says nothing."""
        if listing.status != "ok":
            return
        excused = listing.excused_marks
        self.add_scores(
            (score.mark, score.score)
            for score in listing.scores
            if score.where == "photo" and not score.excused and score.stands(excused)
        )

    def add_scores(self, scores: Iterable[tuple[str, float]]) -> None:
        """Count one fully examined photo by its marks and scores, 0..1, that count."""
        self._photos += 1
        best = dict[str, float]()
        for mark, score in scores:
            if score >= self._review:
                best[mark] = max(score, best.get(mark, 0.0))
        self._sure.update(mark for mark, score in best.items() if score >= self._block)
        self._doubtful.update(mark for mark, score in best.items() if score < self._block)

    def frequent(self) -> tuple[FrequentAlarm, ...]:
        """The marks that are in doubt far more often than the others, most often first."""
        if self._photos < FEWEST_PHOTOS:
            return ()
        return tuple(
            FrequentAlarm(mark, count, count / self._photos)
            for mark, count in self._doubtful.most_common()
            if count > max(LEAST_SHARE * self._photos, self._sure[mark]) and self._stands_out(mark)
        )

    def _stands_out(self, mark: str) -> bool:
        """Whether the others' median, as a Poisson mean, makes the count of a mark too unlikely.

        By the Chernoff bound of the Poisson tail, corrected for as many marks as alarm at all.
        """
        count = self._doubtful[mark]
        others = [photos for other, photos in self._doubtful.items() if other != mark]
        typical = max(1.0, median(others)) if others else 1.0
        if count <= typical:
            return False
        surprise = count * math.log(count / typical) - count + typical
        return surprise > math.log(len(self._doubtful) / CHANCE)
