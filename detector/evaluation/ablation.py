"""The detector's own answers, whole and with channels taken away: what each earns and costs.

A channel that is away proposes nothing and adds nothing to a score; the scorer's weights stay as
they were fitted for all channels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from detector.channels import embedding, words
from detector.evaluation.records import Answer
from detector.pipeline.detector import Detector
from detector.pipeline.suppression import Hypothesis, Sighting, best_of_marks
from detector.records import Evidence, Picture
from detector.verification import pose_refinement as alignment

WHOLE = "detector"
_BORROWED = {"shape": "likeness", embedding.NAME: "cosine"}
"""Measures of the alignment that need what a channel has described."""


def variants(channels: Iterable[str]) -> dict[str, frozenset[str]]:
    """The channels that are left, by the name of what is tried: all, each alone, each away."""
    every = frozenset(channels)
    made = {WHOLE: every}
    made |= {f"{name} alone": frozenset({name}) for name in sorted(every)}
    return made | {f"without {name}": every - {name} for name in sorted(every)}


def answers(detector: Detector, pictures: Iterable[Picture]) -> dict[str, list[Answer]]:
    """For every variant the best answer a mark, best first, over the pictures of one photo."""
    met = list(detector.sightings(pictures))
    return {
        name: [_answer(detector, one) for one, _ in best_of_marks(_left(detector, met, left))]
        for name, left in variants(channel.name for channel in detector.channels).items()
    }


def _left(detector: Detector, met: Iterable[Sighting], left: frozenset[str]) -> Iterator[Sighting]:
    """The hypotheses that the channels that are left propose, with their evidence and score."""
    for one, picture in met:
        if one.proposed in left:
            kept = (_without(piece, left) for piece in one.evidence if piece.channel in _kept(left))
            evidence = tuple(kept)
            score, grounded = detector.scorer.probability(evidence), one.grounded or _mute(evidence)
            yield replace(one, evidence=evidence, score=score, grounded=grounded), picture


def _mute(evidence: Iterable[Evidence]) -> bool:
    return all(piece.channel != words.NAME for piece in evidence)


def _answer(detector: Detector, one: Hypothesis) -> Answer:
    x0, y0, x1, y1 = one.box
    return Answer(detector.index.marks[one.mark].id, one.score, (x0, y0, x1, y1))


def _kept(left: frozenset[str]) -> frozenset[str]:
    """The alignment judges whatever is proposed."""
    return left | {alignment.NAME}


def _without(piece: Evidence, left: frozenset[str]) -> Evidence:
    """Alignment without what is measured by means of a channel that is away."""
    if piece.channel != alignment.NAME:
        return piece
    gone = {name: math.nan for channel, name in _BORROWED.items() if channel not in left}
    return replace(piece, measures=replace(piece.measures, **gone))
