"""Which detections stand: non-maximum suppression within a mark, and across marks.

Rights play no part here: an authorised mark must hide nobody else's, and who is authorised may
change later. So suppression records by whom, and `policy.standing` says whether that counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from detector import geometry
from detector.pipeline.detections import Detection
from detector.records import Suppressor

SAME_INSTANCE = 0.5  # share of the smaller outline from which two detections of a mark are one
SAME_OUTLINE = 0.25  # intersection over union from which two marks explain the same place
MOST_LEAD = 700.0  # log-odds beyond which odds are no finite number
RIVAL = math.log(50.0)  # log-odds by which one detection must exceed another to explain its place


def best_of_marks(detections: Iterable[Detection]) -> list[Detection]:
    """The best detection of every mark, highest score first."""
    best: dict[int, Detection] = {}
    for detection in detections:
        if detection.mark not in best or _is_better(detection, best[detection.mark]):
            best[detection.mark] = detection
    return sorted(best.values(), key=_rank)


def instances(
    detections: Sequence[Detection],
    further: Sequence[Detection],
    least: float,
    apart_from: Callable[[Detection, Sequence[Detection]], Detection],
) -> list[Detection]:
    """Every place of every mark, highest score first: non-maximum suppression within each mark.

    The best of `detections` counts whatever its score. The others and those `further` ones that a
    second search gave count from log-odds of `least`, as they are by themselves: `apart_from` takes
    from a detection what it shares with those that are kept. They show the same part in the same
    picture.
    """
    kept = {best.mark: [best] for best in best_of_marks(detections)}
    for detection in sorted((*detections, *further), key=_rank):
        same = kept[detection.mark]
        if _may_be_further(detection, same):
            alone = apart_from(detection, same)
            if alone.log_odds >= least:
                same.append(alone)
    return sorted((detection for same in kept.values() for detection in same), key=_rank)


def suppressors(
    detections: Sequence[Detection], names: Sequence[str]
) -> list[tuple[Suppressor, ...]]:
    """For each detection, best first, the far surer ones that explain the same place.

    `names` are the ids of all marks, by row.

    Only outlines of like size suppress each other: a logo on a label that is itself protected is
    seen beside it.
    """
    standing: list[Detection] = []
    found = []
    for detection in detections:
        rivals = tuple(_rivals(detection, standing, names))
        found.append(rivals)
        if not rivals:
            standing.append(detection)
    return found


def _rivals(
    detection: Detection, standing: Iterable[Detection], names: Sequence[str]
) -> Iterator[Suppressor]:
    """Yield the standing detections of other marks that explain the place of this one."""
    for other in standing:
        lead = other.log_odds - detection.log_odds
        if other.mark == detection.mark or lead <= RIVAL:
            continue
        overlap = geometry.quad_iou(other.quad, detection.quad)
        if overlap > SAME_OUTLINE:
            yield Suppressor(names[other.mark], overlap, math.exp(min(lead, MOST_LEAD)))


def _may_be_further(detection: Detection, same: Sequence[Detection]) -> bool:
    like = detection.part == same[0].part and detection.picture is same[0].picture
    return like and lies_apart(detection, same)


def lies_apart(detection: Detection, others: Iterable[Detection]) -> bool:
    """Whether a detection is another instance than some others of its mark."""
    return all(geometry.quad_share(other.quad, detection.quad) <= SAME_INSTANCE for other in others)


def _is_better(detection: Detection, other: Detection) -> bool:
    """Whether a detection says more: surer, or better placed and about as sure.

    A mark's emblem is found wherever the whole is, often with the higher score; and a word lends
    its score to any place.
    """
    ranks = (
        (detection.grounded, other.grounded),
        (detection.part == "whole", other.part == "whole"),
    )
    for preferred, less in ranks:
        if preferred != less:
            return detection.log_odds > other.log_odds + (-RIVAL if preferred else RIVAL)
    return detection.log_odds > other.log_odds


def _rank(detection: Detection) -> tuple[float, int]:
    return -detection.log_odds, detection.mark
