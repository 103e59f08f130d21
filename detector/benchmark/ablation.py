"""The detector's own answers, whole and with channels taken away: what each earns and costs.

A channel that is away proposes nothing and adds nothing to a score; the scorer's weights stay as
they were fitted for all channels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from detector import geometry
from detector.benchmark.records import Answer
from detector.evidence import alignment
from detector.pipeline import Detector
from detector.pipeline.contest import Hypothesis
from detector.records import Evidence, Picture

WHOLE = "detector"


def variants(channels: Iterable[str]) -> dict[str, frozenset[str]]:
    """The channels that are left, by the name of what is tried: all, each alone, each away."""
    every = frozenset(channels)
    made = {WHOLE: every}
    made |= {f"{name} alone": frozenset({name}) for name in sorted(every)}
    return made | {f"without {name}": every - {name} for name in sorted(every)}


def answers(detector: Detector, pictures: Iterable[Picture]) -> dict[str, list[Answer]]:
    """For every variant the best answer a mark, best first, over the pictures of one photo."""
    names = variants(channel.name for channel in detector.channels)
    best: dict[str, dict[int, Answer]] = {name: {} for name in names}
    for picture in pictures:
        size = picture.pixels.shape[1], picture.pixels.shape[0]
        for one in detector.hypotheses(picture):
            for name, left in names.items():
                answer = _answer(detector, one, left, size)
                held = best[name].get(one.mark)
                if answer is not None and (held is None or answer.score > held.score):
                    best[name][one.mark] = answer
    return {
        name: sorted(found.values(), key=lambda answer: (-answer.score, answer.mark))
        for name, found in best.items()
    }


def _answer(
    detector: Detector, one: Hypothesis, left: frozenset[str], photo: geometry.Size
) -> Answer | None:
    if one.proposed not in left:
        return None
    evidence = [_without(piece, left) for piece in one.evidence if piece.channel in _kept(left)]
    info = detector.index.view_info[one.view]
    quad = geometry.quad_of(one.pose, (int(info["width"]), int(info["height"])))
    score = detector.scorer.probability(evidence)
    return Answer(detector.index.marks[one.mark].id, score, geometry.box_of(quad, photo))


def _kept(left: frozenset[str]) -> frozenset[str]:
    """The alignment judges whatever is proposed."""
    return left | {alignment.NAME}


def _without(piece: Evidence, left: frozenset[str]) -> Evidence:
    """Alignment without the measure that comes of the `shape` template, where that is away."""
    if piece.channel != alignment.NAME or "shape" in left:
        return piece
    return replace(piece, measures=replace(piece.measures, likeness=float("nan")))
