"""Non-maximum suppression of detections, per mark and across marks.

Rights play no part here: an authorised mark must not suppress another, and rights may change later.
So suppression records its suppressors, and `MarkScore.is_suppressed` decides whether they count.
Poses and marks are told apart by the log-odds of the evidence alone, which do not saturate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from detector import geometry
from detector.pipeline.detections import Detection
from detector.records import Floats, Mark, Suppressor

SAME_INSTANCE = 0.5  # share of the smaller outline above which two detections of a mark are one
SAME_OUTLINE = 0.25  # IoU of outlines above which one mark can suppress another
MAX_NESTED = 0.6  # IoU up to which one of two outlines may be a sign inside a larger one
MOSTLY_INSIDE = 0.75  # share of the smaller outline that then lies in the larger
MIN_LEAD = math.log(50.0)  # log-odds by which a detection must exceed another to suppress it
SURE = math.log(9.0)  # log-odds (score 0.9) from which a nested sign can be one of its own
MAX_LEAD = 700.0  # log-odds beyond which odds are not finite


def best_per_mark(detections: Iterable[Detection]) -> list[Detection]:
    """The best detection of every mark, highest score first."""
    best: dict[int, Detection] = {}
    for detection in detections:
        if detection.mark not in best or _is_better(detection, best[detection.mark]):
            best[detection.mark] = detection
    return by_rank(best.values())


def by_rank(detections: Iterable[Detection]) -> list[Detection]:
    """Detections by log-odds, highest first."""
    return sorted(detections, key=_rank)


def suppress_within_marks(
    detections: Sequence[Detection],
    further: Sequence[Detection],
    least: float,
    without_shared_evidence: Callable[[Detection, Sequence[Detection]], Detection],
) -> list[Detection]:
    """Every instance of every mark, best first: non-maximum suppression per mark.

    The best of `detections` counts whatever its score. Other detections of the same part in the
    same picture, and those of a `further` search, count from log-odds of `least`, after
    `without_shared_evidence` rescored them beside the instances that are kept.
    """
    kept = {best.mark: [best] for best in best_per_mark(detections)}
    for detection in by_rank((*detections, *further)):
        same = kept[detection.mark]
        if _may_be_further(detection, same):
            rescored = without_shared_evidence(detection, same)
            if rescored.log_odds >= least:
                same.append(rescored)
    return by_rank(detection for same in kept.values() for detection in same)


IsMisread = Callable[[Detection, Detection], bool]
"""Whether the first of two detections shows nothing but what the second's own picture has there."""


def find_suppressors(
    detections: Sequence[Detection], marks: Sequence[Mark], is_misread: IsMisread
) -> list[tuple[Suppressor, ...]]:
    """The suppressors of each detection, which are given best first: NMS across marks.

    A detection of another mark suppresses one with a similar outline and far lower log-odds. One
    with another size does not: a logo on a label that is itself a mark is found beside it. Where
    one lies inside the other and takes much of it, `is_misread` decides about a `SURE` detection.
    An ignored sign suppresses nothing, nor does a detection that one explains: what does not count
    hides nothing that does. `marks` are all marks, by row.
    """

    def excludes(other: Detection, detection: Detection) -> bool:
        if other.own_picture or detection.log_odds < SURE:
            return True
        if not _is_nested(detection.quad, other.quad):
            return True
        return is_misread(detection, other)

    standing: list[Detection] = []
    result = []
    for detection in detections:
        suppressed_by = tuple(_suppressors_of(detection, standing, marks, excludes))
        result.append(suppressed_by)
        if marks[detection.mark].protected and not (suppressed_by or detection.explained_by):
            standing.append(detection)
    return result


def _suppressors_of(
    detection: Detection,
    standing: Iterable[Detection],
    marks: Sequence[Mark],
    excludes: Callable[[Detection, Detection], bool],
) -> Iterator[Suppressor]:
    """Yield those of the unsuppressed detections that suppress this one."""
    for other in standing:
        lead = other.evidence_log_odds - detection.evidence_log_odds
        if other.mark == detection.mark or lead <= MIN_LEAD:
            continue
        overlap = geometry.quad_iou(other.quad, detection.quad)
        if overlap > SAME_OUTLINE and excludes(other, detection):
            yield Suppressor(marks[other.mark].id, overlap, math.exp(min(lead, MAX_LEAD)))


def _is_nested(quad: Floats, other: Floats) -> bool:
    """Whether one outline lies in the other, and is clearly smaller."""
    if geometry.quad_iou(quad, other) > MAX_NESTED:
        return False
    return geometry.quad_share(quad, other) >= MOSTLY_INSIDE


def _may_be_further(detection: Detection, same: Sequence[Detection]) -> bool:
    if same[0].own_picture:  # there is nothing beside it
        return False
    comparable = detection.part == same[0].part and detection.picture is same[0].picture
    return comparable and lies_apart(detection, same)


def lies_apart(detection: Detection, others: Iterable[Detection]) -> bool:
    """Whether a detection overlaps too little with `others` of its mark to be the same instance."""
    return all(geometry.quad_share(other.quad, detection.quad) <= SAME_INSTANCE for other in others)


def _is_better(detection: Detection, other: Detection) -> bool:
    """Whether a detection is preferred: by evidence, with a handicap for ungrounded ones and parts.

    A mark's emblem is found wherever the whole is, often with a higher score, and a word adds to
    the score of any pose in the photo.
    """
    ranks = (
        (detection.words_inside_outline, other.words_inside_outline),
        (detection.part == "whole", other.part == "whole"),
    )
    for preferred, other_preferred in ranks:
        if preferred != other_preferred:
            handicap = -MIN_LEAD if preferred else MIN_LEAD
            return detection.evidence_log_odds > other.evidence_log_odds + handicap
    return detection.evidence_log_odds > other.evidence_log_odds


def _rank(detection: Detection) -> tuple[float, int]:
    return -detection.log_odds, detection.mark
