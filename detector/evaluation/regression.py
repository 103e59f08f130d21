"""Today's result beside an older one: which figures moved, by how much, and whether by chance.

Photos are paired by path, so that a small change can be told from luck: McNemar's test, see
`detector.evaluation.metrics.significance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detector.errors import UsageError
from detector.evaluation.metrics.significance import mcnemar

WITHIN = 0.02  # a fall by more than this is a regression
FIGURES = {"top1": "top-1", "recalled": "recall at 1 % false positives"}
SCHEMA = 1
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of two runs, over the `photos` that both have.

    `better` and `worse` count photos that changed; `p` is the two-sided exact probability of such
    a change by luck; `regressed` says that it fell by more than was allowed.
    """

    figure: str
    photos: int
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
            f"{self.figure}: {self.then:.3f} then, {self.now:.3f} now, on {self.photos} photos; "
            f"{self.better} better, {self.worse} worse, p = {self.p:.3g}{verdict}"
        )


def changes(old: Json, new: Json, within: float = WITHIN) -> list[Change]:
    """Every paired figure of two results. Raises `UsageError` when they have no photo in common."""
    if old.get("schema") != SCHEMA:
        raise UsageError("the older result is not one of this version", remedy="Measure it again.")
    before = {photo["path"]: photo for photo in old["photos"]}
    pairs = [(before[photo["path"]], photo) for photo in new["photos"] if photo["path"] in before]
    if not pairs:
        raise UsageError("the two results have no photo in common")
    changed = (_change(key, pairs, within) for key in FIGURES)
    return [change for change in changed if change is not None]


def _change(key: str, pairs: list[tuple[Json, Json]], within: float) -> Change | None:
    """None where no photo shows a mark."""
    hits = [(bool(old[key]), bool(new[key])) for old, new in pairs if new["marks"]]
    if not hits:
        return None
    then, now = np.array(hits, bool).T
    test = mcnemar(then, now)
    return Change(
        figure=FIGURES[key],
        photos=len(hits),
        then=float(then.mean()),
        now=float(now.mean()),
        better=test.only_second,
        worse=test.only_first,
        p=test.p,
        regressed=float(then.mean() - now.mean()) > within,
    )
