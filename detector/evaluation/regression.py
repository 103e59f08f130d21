"""Today's result beside an older one: which figures moved, by how much, and whether by chance.

Photos are paired by path, and only where their bytes and their labels are the same, so that a small
change can be told from luck: McNemar's test, see `detector.evaluation.metrics.significance`. Recall
is measured anew at the threshold that the clean photos of both runs allow: other clean photos would
be another question.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detector.errors import UsageError
from detector.evaluation.metrics.detection import RATES, threshold_at
from detector.evaluation.metrics.significance import mcnemar

WITHIN = 0.02  # a fall by more than this is a regression
SCHEMA = 2
Json = dict[str, Any]
Pair = tuple[Json, Json]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of two runs, over the `cases` that both have: photos, or marks in photos.

    `better` and `worse` count cases that changed; `p` is the two-sided exact probability of such
    a change by luck; `regressed` says that it fell by more than was allowed.
    """

    figure: str
    unit: str
    cases: int
    then: float
    now: float
    better: int
    worse: int
    p: float
    regressed: bool

    def line(self) -> str:
        """Describe the change in one line."""
        verdict = "  REGRESSION" if self.regressed else ""
        return (
            f"{self.figure}: {self.then:.3f} then, {self.now:.3f} now, on {self.cases} "
            f"{self.unit}; {self.better} better, {self.worse} worse, p = {self.p:.3g}{verdict}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of two results that can be compared, and in words what cannot."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    refused: str = ""


def check_version(old: Json) -> None:
    """Raise `UsageError` for an older result that this version cannot compare with."""
    if old.get("schema") != SCHEMA:
        raise UsageError("the older result is not one of this version", remedy="Measure it again.")


def compare_results(old: Json, new: Json, within: float = WITHIN) -> Comparison:
    """Compare two results, over the photos that both have.

    `refused` says why a figure that one of them has cannot be compared. Raises `UsageError` when
    nothing can be.
    """
    check_version(old)
    common, notes = _common(old, new)
    labelled = [pair for pair in common if pair[1]["marks"]]
    clean = [pair for pair in common if _is_negative(pair[0]) and _is_negative(pair[1])]
    if not labelled:
        raise UsageError(
            "the two results have no labelled photo in common",
            remedy="Compare with a result of the same photos and labels.",
        )
    top1 = [(bool(then["top1"]), bool(now["top1"])) for then, now in labelled]
    changes = [_change("top-1", "photos", top1, within)]
    refused = ""
    if clean:
        changes += _recalls(labelled, clean, within)
        notes.append(f"recall: at the threshold of {len(clean)} clean photos of both runs")
    elif any(_is_negative(photo) for photo in (*old["photos"], *new["photos"])):
        refused = "recall cannot be compared: no clean photo was examined in both runs"
    else:
        notes.append("recall: not measured, no clean photo was examined")
    return Comparison(tuple(changes), tuple(notes), refused)


def _common(old: Json, new: Json) -> tuple[list[Pair], list[str]]:
    """The photos of both results with the same bytes and labels, and words on the others."""
    before = {photo["path"]: photo for photo in old["photos"]}
    both = [(before[photo["path"]], photo) for photo in new["photos"] if photo["path"] in before]
    same = [pair for pair in both if not _differ(pair, "digest")]
    common = [pair for pair in same if not _differ(pair, "marks")]
    told = {
        "are in one of the results alone": len(old["photos"]) + len(new["photos"]) - 2 * len(both),
        "have other bytes now": len(both) - len(same),
        "have other labels now": len(same) - len(common),
    }
    notes = [f"not compared: {count} photos {words}" for words, count in told.items() if count]
    marks = [len(result.get("dataset", {}).get("marks", ())) for result in (old, new)]
    if marks[0] != marks[1]:
        notes.append(f"the index had {marks[0]} marks then, {marks[1]} now")
    return common, notes


def _differ(pair: Pair, key: str) -> bool:
    return bool(pair[0].get(key) != pair[1].get(key))


def _is_negative(photo: Json) -> bool:
    return not photo["marks"] and photo["status"] in ("ok", "partial")


def _recalls(labelled: Sequence[Pair], clean: Sequence[Pair], within: float) -> list[Change]:
    """Recall at the first rate of false positives: of marks in photos, and of photos."""
    rate = RATES[0]
    thresholds = [_threshold((pair[run] for pair in clean), rate) for run in (0, 1)]
    found = [
        [{mark: _above(pair[run]["scores"].get(mark), thresholds[run]) for mark in pair[1]["marks"]}
         for pair in labelled]
        for run in (0, 1)
    ]  # fmt: skip
    by_mark = [(then[mark], now[mark]) for then, now in zip(*found, strict=True) for mark in now]
    by_photo = [(any(then.values()), any(now.values())) for then, now in zip(*found, strict=True)]
    name = f"recall at {100 * rate:g} % false positives"
    return [
        _change(name, "marks in photos", by_mark, within),
        _change(f"{name}, any mark", "photos", by_photo, within),
    ]


def _threshold(clean: Iterable[Json], rate: float) -> float:
    alarms = [-math.inf if photo["alarm"] is None else photo["alarm"] for photo in clean]
    best = np.sort(np.array(alarms, float))[::-1]
    return threshold_at(best, np.ones(len(best)), rate)


def _above(score: float | None, threshold: float) -> bool:
    return score is not None and score > threshold


def _change(figure: str, unit: str, hits: Sequence[tuple[bool, bool]], within: float) -> Change:
    then, now = np.array(hits, bool).T
    test = mcnemar(then, now)
    return Change(
        figure=figure,
        unit=unit,
        cases=len(hits),
        then=float(then.mean()),
        now=float(now.mean()),
        better=test.only_second,
        worse=test.only_first,
        p=test.p,
        regressed=float(then.mean() - now.mean()) > within,
    )
