"""Why a mark was found in a photo, or at which gate of the search it was stopped."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from detector import geometry
from detector.pipeline.candidates import Candidates
from detector.pipeline.detections import Detection
from detector.pipeline.detector import Detector
from detector.pipeline.mark_search import PhotoSearch, PictureSearch
from detector.records import ChannelName, MarkScore, Measures, Proposal, Suppressor
from detector.scoring.scorer import TermShare

MOST_TERMS = 8  # score terms that an explanation names

Gate = Literal[
    "not in the index", "not proposed", "not checked", "suppressed", "below the threshold", "found"
]
"""Where a mark was stopped: the gates in the order of the search, then none."""

Cause = Literal["budget", "implausible pose", "error"]
"""Why no proposal of a mark was checked to the end."""


@dataclass(frozen=True, slots=True)
class ChannelProposals:
    """What one channel proposed of a mark.

    Attributes:
        channel: the channel.
        proposals: how many of its proposals are of the mark.
        rank: of the best of them among all the channel's in that picture, from 1; None without any.
        ranked: how many proposals the channel has in that picture.
        plausible: how many of those of the mark have a plausible pose.
        checked: how many of them were verified.
        measures: of the best of them. Where there is none: of the best when the channel looks for
            this mark alone, empty where it finds nothing or cannot be asked so.

    """

    channel: ChannelName
    proposals: int
    rank: int | None
    ranked: int
    plausible: int
    checked: int
    measures: Measures


@dataclass(frozen=True, slots=True)
class Rival:
    """An instance of another mark: its score and log-odds, and the IoU of the two outlines."""

    mark: str
    score: float
    log_odds: float
    overlap: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """At which gate a mark was stopped in a photo, and what was seen of it until there.

    Attributes:
        mark: id of the mark.
        gate: where it was stopped, or "found".
        threshold: the score from which a mark is found.
        cause: why nothing was checked, where the gate is "not checked".
        channels: what each channel proposed of it.
        score: probability of its best instance; None where nothing was checked.
        log_odds: of the same instance.
        box: x0 y0 x1 y1 of that instance in the photo.
        proposed_by: the channel that proposed it.
        suppressed_by: the instances of other marks that suppress it.
        first: the surest instance of another mark in the photo, wherever it is.
        terms: the score terms that say most, the weightiest first.
        errors: of its candidates that could not be verified.

    """

    mark: str
    gate: Gate
    threshold: float
    cause: Cause | None = None
    channels: tuple[ChannelProposals, ...] = ()
    score: float | None = None
    log_odds: float | None = None
    box: tuple[float, float, float, float] | None = None
    proposed_by: ChannelName | None = None
    suppressed_by: tuple[Rival, ...] = ()
    first: Rival | None = None
    terms: tuple[TermShare, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def is_outscored(self) -> bool:
        """Whether the photo has a surer instance of another mark."""
        if self.first is None:
            return False
        return self.log_odds is None or self.first.log_odds >= self.log_odds


Instance = tuple[Detection, MarkScore]


def explain(detector: Detector, found: PhotoSearch, mark: str) -> Explanation:
    """Explain what `Detector.search` gave for the mark with this id."""
    if mark not in detector.rights:
        return Explanation(mark, "not in the index", detector.threshold)
    row = [*detector.rights].index(mark)
    scores = detector.scores(found)
    excused = {score.mark for score in scores if score.excused}
    instances = [*zip(found.instances, scores, strict=True)]
    best = _deciding([pair for pair in instances if pair[1].mark == mark], detector, excused)
    first = next((pair for pair in instances if pair[1].mark != mark), None)
    explanation = Explanation(
        mark,
        _gate_of(best[1], excused, detector.threshold) if best else "not checked",
        detector.threshold,
        channels=tuple(_channels(detector.candidates, found, row)),
        first=_first(*first, best) if first else None,
        errors=tuple(failure.error for failure in found.omissions.failures if failure.mark == row),
    )
    return _of_instance(explanation, *best, detector, scores) if best else _unchecked(explanation)


def explanation_value(explanation: Explanation) -> dict[str, Any]:
    """Convert an explanation to a JSON object; measures that were not taken are left out."""
    channels = [
        {**asdict(channel), "measures": dict(channel.measures.items())}
        for channel in explanation.channels
    ]
    terms = [
        {name: value for name, value in asdict(term).items() if not _is_nan(value)}
        for term in explanation.terms
    ]
    return {
        **asdict(explanation),
        "channels": channels,
        "terms": terms,
        "is_outscored": explanation.is_outscored,
    }


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _gate_of(score: MarkScore, excused: Collection[str], threshold: float) -> Gate:
    if score.is_suppressed(excused):
        return "suppressed"
    return "found" if score.score >= threshold else "below the threshold"


def _deciding(
    own: Sequence[Instance], detector: Detector, excused: Collection[str]
) -> Instance | None:
    """The best instance that is found; where none is, the best of all."""
    for pair in own:
        if _gate_of(pair[1], excused, detector.threshold) == "found":
            return pair
    return own[0] if own else None


def _of_instance(
    explanation: Explanation,
    detection: Detection,
    score: MarkScore,
    detector: Detector,
    scores: Sequence[MarkScore],
) -> Explanation:
    shares = detector.term_shares(detection.evidence)
    weightiest = sorted(shares, key=lambda share: -abs(share.log_odds))[:MOST_TERMS]
    return replace(
        explanation,
        score=score.score,
        log_odds=score.log_odds,
        box=score.box,
        proposed_by=detection.proposed_by,
        suppressed_by=tuple(_rival(other, scores) for other in score.suppressed_by),
        terms=tuple(share for share in weightiest if share.log_odds),
    )


def _rival(suppressor: Suppressor, scores: Iterable[MarkScore]) -> Rival:
    best = next(score for score in scores if score.mark == suppressor.mark)
    return Rival(best.mark, best.score, best.log_odds, suppressor.overlap)


def _first(detection: Detection, score: MarkScore, best: Instance | None) -> Rival:
    overlap = geometry.quad_iou(detection.quad, best[0].quad) if best else 0.0
    return Rival(score.mark, score.score, score.log_odds, overlap)


def _unchecked(explanation: Explanation) -> Explanation:
    """Nothing of the mark was verified: say what it lacked."""
    channels = explanation.channels
    if not any(channel.proposals for channel in channels):
        return replace(explanation, gate="not proposed")
    if explanation.errors:
        return replace(explanation, cause="error")
    budget = any(channel.plausible for channel in channels) and not any(
        channel.checked for channel in channels
    )
    return replace(explanation, cause="budget" if budget else "implausible pose")


def _channels(candidates: Candidates, found: PhotoSearch, mark: int) -> Iterator[ChannelProposals]:
    """Yield what each channel proposed of a mark, over all pictures of the photo."""
    names = [spec.name for spec in candidates.specs]
    alone = [
        candidates.propose_elsewhere(searched.photo, mark, [], names) for searched in found.pictures
    ]
    for name in names:
        told = [
            _in_picture(candidates, searched, name, mark, single[name])
            for searched, single in zip(found.pictures, alone, strict=True)
        ]
        if told:
            yield _joined(told)


def _in_picture(
    candidates: Candidates,
    searched: PictureSearch,
    channel: ChannelName,
    mark: int,
    alone: Sequence[Proposal],
) -> ChannelProposals:
    """What a channel proposed of a mark in one picture; `alone` when it looks for no other."""
    marks, size = candidates.views.marks, searched.photo.size
    ranked = searched.proposals[channel]
    ranks = [rank for rank, one in enumerate(ranked, 1) if marks[one.view] == mark]
    own = [ranked[rank - 1] for rank in ranks]
    selected = (one for one in searched.selected if one.channel == channel)
    best = [*own, *alone][:1]
    return ChannelProposals(
        channel,
        proposals=len(own),
        rank=ranks[0] if ranks else None,
        ranked=len(ranked),
        plausible=sum(candidates.outline_of(one, size) is not None for one in own),
        checked=sum(bool(marks[one.view] == mark) for one in selected),
        measures=best[0].measures if best else Measures(),
    )


def _joined(told: Sequence[ChannelProposals]) -> ChannelProposals:
    """Counts of all pictures, with rank and measures of the picture where the rank is best."""
    best = min(told, key=lambda one: math.inf if one.rank is None else one.rank)
    return replace(
        best,
        proposals=sum(one.proposals for one in told),
        plausible=sum(one.plausible for one in told),
        checked=sum(one.checked for one in told),
    )
