"""Findings, scores, and the listing: the result for one submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from detector.records.evidence import Evidence
from detector.records.vocabulary import (
    SCHEMA,
    Alteration,
    Decision,
    Floats,
    Kind,
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
    photo, clockwise from the view's top left; `box` is x0, y0, x1, y1. `instance` numbers the
    instances of the mark in the photo from 1, highest score first. `source`, `part`, `inverted`,
    `mirrored` name the view that matched. An `authorised` or `expired` finding does not count
    against the listing. `reasons` are in words; `evidence` is best first.
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
        """Whether it counts against the listing: neither authorised nor expired."""
        return not (self.authorised or self.expired)


@dataclass(frozen=True, slots=True)
class TextFinding:
    """A mark found in a text of a listing (title, description, brand): its best match there.

    `reading` is the text from `start` to `end`, in characters of that field; `word` is the mark's,
    and `changes` say in words how the reading differs. `hints` are what beside its letters says
    whether an ordinary word means the mark. `compatible` says that the mark is only named as what
    the goods fit. `score`, `authorised` and `expired` are as of `Finding`.
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
    hints: tuple[str, ...] = ()
    compatible: bool = False

    @property
    def actionable(self) -> bool:
        """As of `Finding`; a name of what goods fit counts by a line of the policy alone."""
        return not (self.authorised or self.expired or self.compatible)


@dataclass(frozen=True, slots=True)
class Suppressor:
    """The instance of another mark that suppresses one by non-maximum suppression.

    `overlap` is the intersection over union of both outlines, 0..1; `odds` is its odds divided by
    those of the suppressed one.
    """

    mark: str
    overlap: float
    odds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """An ignored sign that a detection of another mark is taken for.

    `inside` is the share (0..1) of the detection's outline that lies in the sign's; `agreement`
    (-1..1) that of the mark's edges with those of the sign's own picture at that place; `odds` are
    the sign's odds divided by those of the detection, at least 1.
    """

    mark: str
    inside: float
    agreement: float
    odds: float


@dataclass(frozen=True, slots=True)
class MarkScore:
    """The score of one instance of a mark, shown as a finding or not: the input of decisions.

    `box` is x0, y0, x1, y1 in the photo, None in a text. `suppressed_by` are the instances of other
    marks that explain the same place far better, in a text those whose very word it is;
    `explained_by` the ignored signs for which it was taken. `kind` is the mark's: "ignore" for the
    score of an ignored sign, which never counts. `excused` says that on the day of the decision the
    seller was authorised, or the right had expired. `compatible` is as of `TextFinding`.
    """

    mark: str
    where: Place
    score: float
    log_odds: float = float("nan")
    box: tuple[float, float, float, float] | None = None
    suppressed_by: tuple[Suppressor, ...] = ()
    excused: bool = False
    kind: Kind = "logo"
    explained_by: tuple[Explanation, ...] = ()
    compatible: bool = False

    @property
    def protected(self) -> bool:
        """As of `Mark`."""
        return self.kind != "ignore"

    def stands(self, excused: Collection[str]) -> bool:
        """Whether it is a finding if it is high enough.

        It is the score of a protected mark, and neither an ignored sign explains it nor a mark
        suppresses it; `excused` as of `is_suppressed`.
        """
        return self.protected and not self.explained_by and not self.is_suppressed(excused)

    def is_suppressed(self, excused: Collection[str]) -> bool:
        """Whether another mark at the same place takes this score away.

        A mark in `excused`, authorised or expired, takes none from a mark that counts: otherwise a
        whole photo, imported as a mark by an authorised seller, would hide an infringement in it.
        """
        rivals = (rival.mark for rival in self.suppressed_by)
        return any(self.mark in excused or rival not in excused for rival in rivals)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The versions that a listing was made with, by which two results can be compared.

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
    """The result for one submission: what it was, what was found, best first, and the decision.

    `findings` and `text` are chosen for display; `scores` are all that the decision rests on: those
    in the photo, best first, then those in the texts. The fields from `title` to `external_id`,
    `picture` and `pictures` are those of the submission. `whole_decision` is the decision on all
    pictures of the listing, the strictest on one of them; None for a photo alone.
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
    picture: int = 0
    pictures: int = 0
    whole_decision: Decision | None = None

    @property
    def found(self) -> tuple[Finding | TextFinding, ...]:
        """The findings in the photo, then those in the texts."""
        return (*self.findings, *self.text)

    @property
    def clean(self) -> bool:
        """Whether the photo was fully examined, passed, and has no finding."""
        return self.status == "ok" and self.decision == "pass" and not self.found

    @property
    def suppressed(self) -> tuple[MarkScore, ...]:
        """The scores of protected marks that do not count, because they are suppressed."""
        excused = self.excused_marks
        return tuple(s for s in self.scores if s.protected and s.is_suppressed(excused))

    @property
    def explained(self) -> tuple[MarkScore, ...]:
        """The scores that do not count only because ignored signs explain them."""
        return tuple(s for s in self.scores if s.explained_by and s not in self.suppressed)

    def unshown(self, least: float) -> tuple[MarkScore, ...]:
        """The scores of at least `least` that count although no finding shows them.

        A limit or a threshold of what is shown left them out. An excused mark suppresses no other,
        and none of its scores counts.
        """
        shown = Counter((finding.mark, "photo") for finding in self.findings)
        shown.update((finding.mark, finding.field) for finding in self.text)
        excused, hidden = self.excused_marks, list[MarkScore]()
        for score in self.scores:
            if score.score < least or score.excused or not score.stands(excused):
                continue
            shown[score.mark, score.where] -= 1
            if shown[score.mark, score.where] < 0:
                hidden.append(score)
        return tuple(hidden)

    @property
    def excused_marks(self) -> frozenset[str]:
        """The marks that do not count against the listing."""
        return frozenset(score.mark for score in self.scores if score.excused)
