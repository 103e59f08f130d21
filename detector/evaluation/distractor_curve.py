"""The figures of a detector beside growing numbers of distractors, for each kind of negatives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from detector.evaluation.evaluate import calibration_of, interval, seconds_of
from detector.evaluation.lost_marks import lost_marks
from detector.evaluation.metrics.identification import top_statistic
from detector.evaluation.metrics.intervals import groups_of
from detector.evaluation.metrics.tables import Table
from detector.evaluation.metrics.weighted import Statistic, mean_statistic
from detector.evaluation.negatives import (
    NegativeKind,
    figures_of_kind,
    number,
    shown_table,
)
from detector.evaluation.records import LabelledPhoto, Outcome
from detector.evaluation.run_searches import Searched, search_photos
from detector.index.store import ReferenceIndex
from detector.jobs.scan_config import ScanConfig
from detector.scoring.policy import Policy
from detector.scoring.scorer import log_odds_of, probability
from detector.serialise.alarms import AlarmCounts

Json = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CurvePhotos:
    """The photos of a curve: labelled and clean ones, graphics, and how each is called."""

    photos: Sequence[LabelledPhoto]
    graphics: Sequence[LabelledPhoto]
    names: Mapping[Path, str]


def measure_curve(
    photos: CurvePhotos,
    config: ScanConfig,
    indexes: Iterable[tuple[int, Path]],
    folder: Path,
    *,
    jobs: int = 1,
    seed: int = 0,
    progress: Progress = lambda *_: None,
) -> list[Json]:
    """Measure one point for each number of distractors and its index, ready for JSON.

    `config` says how photos are examined; its index is replaced by those of the points. Answers are
    kept in `folder`, a file a point, and a run that was interrupted goes on.
    """
    points = []
    for count, place in indexes:
        with ReferenceIndex.open(place) as index:
            marks, generation = len(index.marks), index.generation
        there = replace(config, index=place, generation=generation)
        searches = list[Searched]()
        every = [*photos.photos, *photos.graphics]
        kept = folder / f"searches-{count}.txt"
        for done, searched in enumerate(search_photos(every, there, kept, jobs=jobs), 1):
            searches.append(searched)
            progress(done, len(every))
        given, graphics = searches[: len(photos.photos)], searches[len(photos.photos) :]
        point = point_of(given, graphics, config.policy, photos.names, seed)
        points.append({"distractors": count, "marks": marks, **point})
    return points


def point_of(
    searches: Sequence[Searched],
    graphics: Sequence[Searched],
    policy: Policy,
    names: Mapping[Path, str],
    seed: int,
) -> Json:
    """Compute the figures of one index: of labelled photos, and of each kind of negatives."""
    shown = [searched for searched in searches if searched.without]
    labelled = [searched.outcome for searched in shown]
    negatives: dict[NegativeKind, list[Outcome]] = {
        "clean": [searched.outcome for searched in searches if not searched.without],
        "branded": [searched.without for searched in shown if searched.without],
        "graphics": [searched.outcome for searched in graphics],
    }
    negatives = {
        kind: [outcome for outcome in outcomes if outcome.examined]
        for kind, outcomes in negatives.items()
    }
    calibrated = [*labelled, *negatives["branded"], *negatives["clean"]]
    return {
        "labelled": _labelled_figures(labelled, policy, seed),
        "kinds": {
            kind: figures_of_kind(kind, labelled, outcomes, policy=policy, names=names, seed=seed)
            for kind, outcomes in negatives.items()
        },
        "calibration": calibration_of(shown_table(calibrated)),
        "lost_marks": lost_marks(shown, names),
        "frequent_alarms": _frequent_alarms(negatives.values(), policy),
        "unlabelled": unlabelled_findings(labelled, policy.block, names),
        "seconds": seconds_of([searched.outcome for searched in (*searches, *graphics)]),
    }


def _frequent_alarms(negatives: Iterable[Sequence[Outcome]], policy: Policy) -> list[Json]:
    """The marks that are in doubt in conspicuously many photos that do not show them."""
    counts = AlarmCounts(policy.review, policy.block)
    for outcome in chain.from_iterable(negatives):
        counts.add_scores((answer.mark, probability(answer.score)) for answer in outcome.answers)
    return [asdict(alarm) for alarm in counts.frequent()]


def unlabelled_findings(
    labelled: Sequence[Outcome], least: float, names: Mapping[Path, str]
) -> list[Json]:
    """List findings of at least a score that no label explains, the surest first.

    The label may be missing, or the finding wrong: a person has to look.
    """
    found = [
        (answer, outcome.photo)
        for outcome in labelled
        for answer in outcome.answers
        if answer.score >= log_odds_of(least)
        and all(answer.mark != truth.mark for truth in outcome.photo.truths)
    ]
    return [
        {"path": names[photo.path], "mark": answer.mark, "score": number(probability(answer.score))}
        for answer, photo in sorted(found, key=lambda pair: -pair[0].score)
    ]


def _labelled_figures(labelled: Sequence[Outcome], policy: Policy, seed: int) -> Json:
    """Recall at the policy's thresholds, and the share of photos whose right mark is first."""
    table, groups = shown_table(labelled), groups_of(labelled)
    recalls = {name: getattr(policy, name) for name in ("review", "block")}
    return {
        "photos": len(labelled),
        "recall": {
            name: interval(_recall_from(table, threshold), groups, int(table.truth.sum()), seed)
            for name, threshold in recalls.items()
        },
        "top1": interval(top_statistic(table, 1), groups, len(labelled), seed),
    }


def _recall_from(table: Table, threshold: float) -> Statistic:
    """Recall of (photo, mark) pairs with a score of at least a threshold, as of a policy."""
    photos, marks = np.nonzero(table.truth)
    return mean_statistic(table.scores[photos, marks] >= log_odds_of(threshold), photos)
