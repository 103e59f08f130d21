"""Which hypotheses stand: the best place of each mark; of rivals at one place the far surer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from detector import geometry
from detector.records import Evidence, Matrix, Picture

SAME_PLACE = 0.5  # share of the smaller box that two signs at one place have in common
RIVAL = 50.0  # times the odds from which one finding explains another's place


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """A mark's view under a checked pose, with everything measured there.

    `box` is upright in photo pixels; `whole` says that the view is no part of the mark; `proposed`
    names the channel that proposed the pose. A word speaks for its mark wherever it stands in the
    photo; `grounded` is False where it stands outside the box.
    """

    mark: int
    view: int
    pose: Matrix
    box: tuple[float, ...]
    whole: bool
    proposed: str
    evidence: tuple[Evidence, ...]
    score: float = 0.0
    grounded: bool = True


Sighting = tuple[Hypothesis, Picture]
"""A hypothesis and the picture of the photo in which it was met."""


def best_of_marks(met: Iterable[Sighting]) -> list[Sighting]:
    """The best place of every mark, highest score first."""
    best: dict[int, Sighting] = {}
    for one, picture in met:
        if one.mark not in best or _is_better(one, best[one.mark][0]):
            best[one.mark] = (one, picture)
    return sorted(best.values(), key=lambda item: (-item[0].score, item[0].mark))


def uncontested(ranked: Iterable[Sighting]) -> list[Sighting]:
    """Leave out marks at a place that a far surer one explains: one place shows one sign."""
    kept: list[Sighting] = []
    for one, picture in ranked:
        rivals = (other for other, _ in kept if geometry.box_share(other.box, one.box) > SAME_PLACE)
        if all(_odds(other.score) <= RIVAL * _odds(one.score) for other in rivals):
            kept.append((one, picture))
    return kept


def _is_better(one: Hypothesis, other: Hypothesis) -> bool:
    """Whether a pose of a mark says more than another: surer, or better placed and about as sure.

    A mark's emblem is found wherever the whole is, often with the higher score; and a word lends
    its score to any place.
    """
    for preferred, less in ((one.grounded, other.grounded), (one.whole, other.whole)):
        if preferred != less:
            rival = 1 / RIVAL if preferred else RIVAL
            return _odds(one.score) > rival * _odds(other.score)
    return one.score > other.score


def _odds(score: float) -> float:
    return score / max(1 - score, 1e-9)
