"""Three kinds of photos that show no mark of the index, told apart: how often each raises an alarm.

- clean: photos that show no mark at all.
- branded: labelled photos, searched without the marks that they show. So goods of other brands,
  which is what most photos of a marketplace are.
- graphics: pictures full of signs of nobody's: drawn logos, labels, screenshots, text pages.

A photo raises an alarm when a mark that is not suppressed scores at or above the threshold of the
policy. Scores of outcomes are log-odds here, which do not saturate.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from detector.evaluation.evaluate import interval
from detector.evaluation.metrics.detection import recall_at, recall_statistic
from detector.evaluation.metrics.intervals import groups_of, wilson_interval
from detector.evaluation.metrics.tables import Flags, Table, table_of
from detector.evaluation.records import Answer, Outcome
from detector.scoring.policy import Policy
from detector.scoring.scorer import log_odds_of, probability

NegativeKind = Literal["clean", "branded", "graphics"]

RATES: dict[NegativeKind, tuple[float, ...]] = {
    "clean": (0.01, 0.001),
    "branded": (0.05,),
    "graphics": (0.05,),
}
"""The shares of photos of each kind that may raise an alarm where recall is measured."""

OTHERS = ""
"""The column of a table for all marks that no labelled photo shows: only the best of them counts,
and a table of all photos and ten thousands of marks would not fit into memory."""

Json = dict[str, Any]


def figures_of_kind(
    kind: NegativeKind,
    labelled: Sequence[Outcome],
    negatives: Sequence[Outcome],
    *,
    policy: Policy,
    names: Mapping[Path, str],
    seed: int,
) -> Json:
    """Compute alarms, wrong blocks and recall at fixed rates of alarms for one kind of negatives.

    `labelled` are the photos that show marks, searched with all marks. `names` says how a photo is
    called. Ready for JSON; what cannot be measured is null.
    """
    together = [*labelled, *negatives]
    table, groups = shown_table(together), groups_of(together)
    marks = int(table.truth.sum())
    recalls = {str(rate): recall_at(table, rate) for rate in RATES[kind]}
    return {
        "photos": len(negatives),
        "review": _alarm_share(negatives, policy.review),
        "block": _alarm_share(negatives, policy.block),
        "wrong_blocks": _wrong_blocks(together, policy.block),
        "recall": {
            rate: interval(recall_statistic(table, float(rate)), groups, marks, seed)
            for rate in recalls
        },
        "threshold": {rate: _probability(recall.threshold) for rate, recall in recalls.items()},
        "resolved": {rate: recall.resolved for rate, recall in recalls.items()},
        "alarms": _alarms(negatives, policy.review, names),
    }


def shown_table(outcomes: Sequence[Outcome]) -> Table:
    """Make the table of the marks that any photo shows, with all other marks as `OTHERS`."""
    marks = sorted({truth.mark for outcome in outcomes for truth in outcome.photo.truths})
    known = frozenset(marks)
    return table_of([_grouped(outcome, known) for outcome in outcomes], [*marks, OTHERS])


def share(hits: Iterable[bool]) -> list[float | None]:
    """Compute the share of hits with its 95 % Wilson interval; nulls without any."""
    flags: Flags = np.array([*hits], bool)
    if not len(flags):
        return [None, None, None]
    low, high = wilson_interval(flags)
    return [number(flags.mean()), number(low), number(high)]


def number(value: float) -> float | None:
    """Round a figure to five decimals; null where it is not finite."""
    return round(float(value), 5) if math.isfinite(value) else None


def _grouped(outcome: Outcome, known: Collection[str]) -> Outcome:
    answers = (
        answer if answer.mark in known else Answer(OTHERS, answer.score)
        for answer in outcome.answers
    )
    return replace(outcome, answers=tuple(answers))


def _alarm_share(negatives: Sequence[Outcome], threshold: float) -> list[float | None]:
    least = log_odds_of(threshold)
    return share(any(a.score >= least for a in outcome.answers) for outcome in negatives)


def _wrong_blocks(outcomes: Sequence[Outcome], block: float) -> Json:
    """Of all marks that are named at `block`, one a photo and mark, those that are not there."""
    least = log_odds_of(block)
    wrong = [
        all(answer.mark != truth.mark for truth in outcome.photo.truths)
        for outcome in outcomes
        for answer in outcome.answers
        if answer.score >= least
    ]
    return {"wrong": sum(wrong), "blocks": len(wrong), "share": share(wrong)}


def _alarms(
    negatives: Sequence[Outcome], threshold: float, names: Mapping[Path, str]
) -> list[Json]:
    """The photos that raise an alarm, with the surest mark, the surest photo first."""
    least = log_odds_of(threshold)
    best = [
        (max(outcome.answers, key=lambda answer: answer.score), outcome.photo)
        for outcome in negatives
        if outcome.answers
    ]
    raised = [(answer, photo) for answer, photo in best if answer.score >= least]
    return [
        {
            "path": names[photo.path],
            "mark": answer.mark,
            "score": number(probability(answer.score)),
            "log_odds": number(answer.score),
        }
        for answer, photo in sorted(raised, key=lambda pair: -pair[0].score)
    ]


def _probability(log_odds: float) -> float | None:
    """The probability of a threshold in log-odds; null where there is none."""
    return None if math.isnan(log_odds) else number(probability(log_odds))
