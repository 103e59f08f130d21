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
from detector.pipeline.detections import Detection
from detector.pipeline.detector import Detector
from detector.pipeline.suppression import best_per_mark
from detector.records import Evidence, Picture
from detector.verification import pose_refinement as alignment

WHOLE = "detector"
_BORROWED = {"shape": "likeness", embedding.NAME: "cosine"}
"""Measures of the alignment that need what a channel has described."""


def variants(channels: Iterable[str]) -> dict[str, frozenset[str]]:
    """The channels that are left, by the name of what is tried: all, each alone, each away."""
    every = frozenset(channels)
    named = {WHOLE: every}
    named |= {f"{name} alone": frozenset({name}) for name in sorted(every)}
    return named | {f"without {name}": every - {name} for name in sorted(every)}


def answers(detector: Detector, pictures: Iterable[Picture]) -> dict[str, list[Answer]]:
    """For every variant the best answer a mark, best first, over the pictures of one photo.

    Their score is in log-odds: it ranks photos and marks, and unlike a probability never saturates.
    """
    detections = [detection for picture in pictures for detection in detector.detections(picture)]
    return {
        name: [_answer(detector, best) for best in best_per_mark(_left(detector, detections, left))]
        for name, left in variants(detector.channels).items()
    }


def _left(
    detector: Detector, detections: Iterable[Detection], left: frozenset[str]
) -> Iterator[Detection]:
    """Yield the detections that the channels that are left propose, with evidence and score."""
    for detection in detections:
        if detection.proposed_by in left:
            pieces = (piece for piece in detection.evidence if piece.channel in _kept(left))
            evidence = tuple(_without(piece, left) for piece in pieces)
            log_odds = detector.scorer.log_odds(evidence)
            words_inside_outline = detection.words_inside_outline or _mute(evidence)
            yield replace(
                detection,
                evidence=evidence,
                log_odds=log_odds,
                words_inside_outline=words_inside_outline,
            )


def _mute(evidence: Iterable[Evidence]) -> bool:
    return all(piece.channel != words.NAME for piece in evidence)


def _answer(detector: Detector, detection: Detection) -> Answer:
    return Answer(detector.index.marks[detection.mark].id, detection.log_odds, detection.box)


def _kept(left: frozenset[str]) -> frozenset[str]:
    """The alignment judges whatever is proposed."""
    return left | {alignment.NAME}


def _without(piece: Evidence, left: frozenset[str]) -> Evidence:
    """Alignment without what is measured by means of a channel that is away."""
    if piece.channel != alignment.NAME:
        return piece
    gone = {name: math.nan for channel, name in _BORROWED.items() if channel not in left}
    return replace(piece, measures=replace(piece.measures, **gone))
