"""Localisation: whether the box of a finding lies on the mark.

Intersection over union and average precision at .5 are those of M. Everingham et al., "The Pascal
Visual Object Classes challenge: a retrospective" (IJCV 2015), all points interpolated as from VOC
2010 on; COCO's AP50 is the same curve read at 101 recalls (T.-Y. Lin et al., ECCV 2014). Centre in
box is the pointing game of J. Zhang et al., "Top-down neural attention by excitation backprop"
(ECCV 2016). A method gives at most one box a mark, so further truths of that mark in a photo count
as missed in the average. Equal scores are one step of the curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags, Places
from detector.evaluation.metrics.weighted import (
    Statistic,
    levels_of,
    mean,
    mean_statistic,
    ratio,
)
from detector.evaluation.records import Answer, Box, LabelledPhoto, Outcome
from detector.geometry import box_iou
from detector.records import Matrix

ENOUGH = 0.5  # overlap from which a box is right


@dataclass(frozen=True, slots=True)
class Localisation:
    """Quality of the boxes of `hits` (0..1), and mean average precision over marks.

    NaN without hits, and without boxed truths.
    """

    hits: int
    median_overlap: float
    mean_overlap: float
    centre_inside: float
    map50: float


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Answers that name a mark in the photo whose box is known.

    `photos` (H,), `overlaps` (H,) float64 with the truth box that overlaps most, `inside` (H,) bool
    whether the centre is in one. An answer that names no place overlaps nothing and is outside.
    """

    photos: Places
    overlaps: Matrix
    inside: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A mark's A answers by level, and its truths: `count` (T,) boxes in `photos` (T,).

    `levels` (A,) from 0 for the highest score, `places` (A,) the photos, `right` (A,) bool.
    """

    levels: Places
    places: Places
    right: Flags
    photos: Places
    count: Matrix


def localise(outcomes: Sequence[Outcome], marks: Sequence[str], threshold: float) -> Localisation:
    """Compute localisation of answers above `threshold`; mAP takes all answers."""
    hits, ones = hits_of(outcomes, marks, threshold), np.ones(len(outcomes))
    overlaps = hits.overlaps
    return Localisation(
        hits=len(overlaps),
        median_overlap=float(np.median(overlaps)) if len(overlaps) else float("nan"),
        mean_overlap=mean(overlaps, np.ones(len(overlaps))),
        centre_inside=centre_statistic(hits)(ones),
        map50=map50_statistic(outcomes, marks)(ones),
    )


def hits_of(outcomes: Sequence[Outcome], marks: Sequence[str], threshold: float) -> Hits:
    """Return the hits above a threshold, in the order of the outcomes."""
    wanted, found = frozenset(marks), []
    for number, outcome in enumerate(outcomes):
        shown = _shown(outcome.photo)
        for answer in outcome.answers:
            boxes = shown.get(answer.mark)
            counts = not _is_ignored(answer, outcome.photo, boxes or [])
            if boxes and answer.mark in wanted and answer.score > threshold and counts:
                found.append((number, _overlap(answer, boxes), _is_inside(answer, boxes)))
    photos, overlaps, inside = zip(*found, strict=True) if found else ((), (), ())
    return Hits(np.array(photos, np.intp), np.array(overlaps, float), np.array(inside, bool))


def centre_statistic(hits: Hits) -> Statistic:
    """Return the share of centres inside as a function of the photos' weights."""
    return mean_statistic(hits.inside, hits.photos)


def map50_statistic(outcomes: Sequence[Outcome], marks: Sequence[str]) -> Statistic:
    """Return mean average precision at IoU .5 as a function of the photos' weights.

    A photo that shows a mark without saying where is left out for that mark.
    """
    ranked = _ranked(outcomes, marks)

    def statistic(weights: Matrix) -> float:
        values = np.array([_precision(mark, weights) for mark in ranked])
        drawn = [mean(weights[mark.photos], mark.count) for mark in ranked]
        return mean(values, np.nan_to_num(np.array(drawn)))

    return statistic


def _precision(ranked: Ranked, weights: Matrix) -> float:
    """The area under the falling envelope of precision over recall."""
    total = weights[ranked.photos] @ ranked.count
    if total == 0:
        return float("nan")
    each = weights[ranked.places]
    right = np.bincount(ranked.levels, each * ranked.right)
    precision = ratio(np.cumsum(right), np.cumsum(np.bincount(ranked.levels, each)))
    return float(right / total @ np.maximum.accumulate(precision[::-1])[::-1])


def _ranked(outcomes: Sequence[Outcome], marks: Sequence[str]) -> list[Ranked]:
    answers: dict[str, list[tuple[float, int, bool]]] = {mark: [] for mark in marks}
    truths: dict[str, list[tuple[int, int]]] = {mark: [] for mark in marks}
    for number, outcome in enumerate(outcomes):
        shown = _shown(outcome.photo)
        for mark in shown.keys() & truths.keys():
            truths[mark].append((number, len(shown[mark])))
        for answer in outcome.answers:
            boxes = shown.get(answer.mark)
            if _is_ignored(answer, outcome.photo, boxes or []):
                continue
            if answer.mark in answers and answer.score > -np.inf and boxes != []:
                right = _overlap(answer, boxes or []) >= ENOUGH
                answers[answer.mark].append((answer.score, number, right))
    return [_as_ranked(answers[mark], truths[mark]) for mark in marks]


def _as_ranked(answers: list[tuple[float, int, bool]], truths: list[tuple[int, int]]) -> Ranked:
    scores, places, right = zip(*answers, strict=True) if answers else ((), (), ())
    photos, count = zip(*truths, strict=True) if truths else ((), ())
    return Ranked(
        levels_of(np.array(scores, float)),
        np.array(places, np.intp),
        np.array(right, bool),
        np.array(photos, np.intp),
        np.array(count, float),
    )


def _shown(photo: LabelledPhoto) -> dict[str, list[Box]]:
    """The known boxes of every mark in a photo: none where the dataset does not say where."""
    shown: dict[str, list[Box]] = {truth.mark: [] for truth in photo.truths}
    for truth in photo.truths:
        if truth.box is not None:
            shown[truth.mark].append(truth.box)
    return shown


def _overlap(answer: Answer, boxes: list[Box]) -> float:
    """Intersection over union with the box that overlaps most; 0 without a box."""
    box = answer.box
    return max((box_iou(box, other) for other in boxes), default=0.0) if box else 0.0


def _is_ignored(answer: Answer, photo: LabelledPhoto, boxes: list[Box]) -> bool:
    """Whether an answer lies on an object that does not count, and not on a truth, as in COCO."""
    if _overlap(answer, boxes) >= ENOUGH or answer.box is None:
        return False
    places = [one.box for one in photo.ignored if one.mark == answer.mark]
    return any(box is None or centre_inside(answer.box, box) for box in places)


def _is_inside(answer: Answer, boxes: list[Box]) -> bool:
    return answer.box is not None and any(centre_inside(answer.box, box) for box in boxes)


def centre_inside(box: Box, outer: Box) -> bool:
    """Return whether the centre of a box is in another or on its border."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]
