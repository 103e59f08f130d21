"""Findings, and the answer for one submission."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from detector.records.evidence import Evidence
from detector.records.vocabulary import (
    SCHEMA,
    Alteration,
    Decision,
    Floats,
    Part,
    Place,
    Status,
    TextField,
    Verdict,
)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One instance of a mark in one photo.

    `score` is the calibrated probability that the photo shows this mark or a confusingly similar
    sign, `log_odds` the same before it saturates. `quad` (4, 2) float32 outlines the view in the
    photo, clockwise from the view's top left; `box` is x0, y0, x1, y1. `instance` counts the places
    of the mark in the photo from 1, the surest. `source`, `part`, `inverted`, `mirrored` name the
    view that matched. An `authorised` or `expired` finding does not speak against the listing.
    `reasons` are words for people; `evidence` is best first.
    """

    mark: str
    name: str
    score: float
    verdict: Verdict
    box: tuple[float, float, float, float]
    quad: Floats
    evidence: tuple[Evidence, ...]
    fingerprint: str
    source: str = ""
    part: Part = "whole"
    inverted: bool = False
    mirrored: bool = False
    frame: int = 0
    authorised: bool = False
    expired: bool = False
    alterations: tuple[Alteration, ...] = ()
    reasons: tuple[str, ...] = ()
    log_odds: float = float("nan")
    instance: int = 1

    @property
    def actionable(self) -> bool:
        """Whether it speaks against the listing: not authorised, and the right is in force."""
        return not (self.authorised or self.expired)


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One mark found in the title or description beside a photo, where it is clearest.

    `reading` is the text as it stands from `start` to `end`, in characters of that field; `word`
    is the mark's, and `changes` say in words how the reading differs. `score`, `authorised` and
    `expired` are as of `Finding`.
    """

    mark: str
    name: str
    score: float
    field: TextField
    start: int
    end: int
    word: str
    reading: str
    changes: tuple[str, ...] = ()
    authorised: bool = False
    expired: bool = False
    exact: bool = False

    @property
    def actionable(self) -> bool:
        """As of `Finding`."""
        return not (self.authorised or self.expired)


@dataclass(frozen=True, slots=True)
class Suppressor:
    """A surer finding that explains the place of another.

    `overlap` is the intersection over union of both outlines, 0..1; `odds` is how many times the
    odds of the suppressed one it has.
    """

    mark: str
    overlap: float
    odds: float


@dataclass(frozen=True, slots=True)
class MarkScore:
    """The score of one instance of a mark, whether it is shown or not: what a decision rests on.

    `box` is x0, y0, x1, y1 in the photo, None in a text. `suppressed_by` names every surer finding
    that explains the same place.
    """

    mark: str
    where: Place
    score: float
    log_odds: float = float("nan")
    box: tuple[float, float, float, float] | None = None
    suppressed_by: tuple[Suppressor, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """With what a listing was made: enough to tell whether two answers can be compared.

    `schema` is the version of the JSON, `detector` of the program; `index` is the generation of
    the reference index; `model`, `scorer` and `policy` are digests; `time` is when, ISO 8601 UTC.
    """

    schema: int = SCHEMA
    detector: str = ""
    index: str = ""
    model: str = ""
    scorer: str = ""
    policy: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The answer for one submission: what it was, what was found, best first, and what to do.

    `findings` and `text` are those chosen for display, `scores` everything that a decision rests
    on, best first. The fields from `title` to `external_id` are those of the submission.
    """

    path: str
    status: Status
    decision: Decision
    message: str = ""
    width: int = 0
    height: int = 0
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    title: str = ""
    description: str = ""
    text: tuple[TextFinding, ...] = ()
    category: str = ""
    brand: str = ""
    seller: str = ""
    classes: tuple[int, ...] = ()
    external_id: str = ""
    scores: tuple[MarkScore, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def found(self) -> tuple[Finding | TextFinding, ...]:
        """What was found in the photo, then what was found in the texts."""
        return (*self.findings, *self.text)

    @property
    def clean(self) -> bool:
        """Whether the photo was fully examined and nothing in it was found or counts."""
        return self.status == "ok" and self.decision == "pass" and not self.found

    @property
    def suppressed(self) -> tuple[MarkScore, ...]:
        """The scores that do not stand, because surer findings explain their places."""
        excused = self._excused()
        return tuple(score for score in self.scores if not _stands(score, excused))

    def unshown(self, least: float) -> tuple[MarkScore, ...]:
        """The scores, `least` or more, that count although no finding shows them.

        They are left out for display, by a number of findings or by a threshold. A finding that
        does not speak against the listing, as of its `actionable`, suppresses no other mark, and
        further places of its mark do not count.
        """
        shown = Counter((finding.mark, "photo") for finding in self.findings)
        shown.update((finding.mark, finding.field) for finding in self.text)
        excused, hidden = self._excused(), list[MarkScore]()
        for score in self.scores:
            if score.score < least or score.mark in excused or not _stands(score, excused):
                continue
            shown[score.mark, score.where] -= 1
            if shown[score.mark, score.where] < 0:
                hidden.append(score)
        return tuple(hidden)

    def _excused(self) -> frozenset[str]:
        """The marks found that do not speak against the listing."""
        return frozenset(finding.mark for finding in self.found if not finding.actionable)


def _stands(score: MarkScore, excused: frozenset[str]) -> bool:
    rivals = {rival.mark for rival in score.suppressed_by}
    return not rivals or (score.mark not in excused and rivals <= excused)
