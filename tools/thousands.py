"""Figures of labelled photos beside many marks, and of three kinds of photos without them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from candidate_table import INPUTS, KINDS, CandidateTable
from markdown_text import Json, header, heading, interval, percent
from numpy.typing import NDArray
from scipy.special import expit

from detector.evaluation.metrics.calibration import calibrate
from detector.evaluation.metrics.intervals import wilson_interval
from detector.evaluation.metrics.tables import Table
from detector.records import Matrix
from detector.scoring.scorer import log_odds_of, probability

RATES = {"clean": 0.01, "branded": 0.05, "graphics": 0.05}  # photos that may alarm, by kind
BLOCK = 0.9  # score from which the default policy blocks


def figures_of(table: CandidateTable, scores: Matrix, threshold: float) -> Json:
    """Recall, alarms and calibration for log-odds (N,) at a threshold in log-odds.

    Rendered photos do not count, nor do the copies of photos beside fewer marks.
    """
    best = table.best(np.where(beside_all(table), scores, -np.inf))
    counted = ~table.rendered & np.isfinite(best).any(axis=1)
    shown = counted & (table.labels >= 0)
    rows = np.arange(int(shown.sum()))
    own, rivals = best[shown, table.labels[shown]], best[shown].copy()
    rivals[rows, table.labels[shown]] = -np.inf
    highest = {
        kind: best[counted & (table.labels == label)].max(axis=1) for kind, label in KINDS.items()
    }
    block = log_odds_of(BLOCK)
    truth = table.labels[counted, None] == np.arange(len(table.marks))
    every_photo = Table(table.marks, best[counted], truth, ~truth.any(axis=1))
    found: Json = {
        "photos": len(own),
        "marks": int(table.values[:, INPUTS.index("context.marks")].max()),
        "checked": share(np.isfinite(own)),
        "first": share(own > rivals.max(axis=1)),
        "threshold": probability(threshold),
        "recall": share(own >= threshold),
        "blocked": share(own >= block),
        "ece": calibrate(every_photo, expit).error,
        "kinds": {},
    }
    for kind, high in highest.items():
        if len(high):
            at_rate = float(np.quantile(high, 1 - RATES[kind], method="higher"))
            found["kinds"][kind] = {
                "photos": len(high),
                "review": share(high >= threshold),
                "block": share(high >= block),
                "rate": RATES[kind],
                "recall at rate": share(own > at_rate),
                "threshold at rate": at_rate,
            }
    return found


def beside_all(table: CandidateTable) -> NDArray[np.bool_]:
    """Which candidates (N,) belong to photos searched beside all marks."""
    marks = table.values[:, INPUTS.index("context.marks")]
    return np.asarray(marks == marks.max())


def share(hits: NDArray[np.bool_]) -> Json:
    """A share with its interval of 95 % (Wilson)."""
    return {"share": float(hits.mean()), "interval": wilson_interval(hits)}


def print_figures(title: str, found: Json) -> None:
    """Print figures for people."""
    print(f"{title}: {found['photos']} photos, {found['marks']} marks")
    for name in ("checked", "first", "recall", "blocked"):
        print(f"  {name} {found[name]['share']:.3f}")
    print(f"  threshold {found['threshold']:.3f}, ECE {found['ece']:.3f}")
    for kind, one in found["kinds"].items():
        alarms = f"review {one['review']['share']:.3f}, block {one['block']['share']:.4f}"
        at_rate = f"recall at {one['rate']:.0%} {one['recall at rate']['share']:.3f}"
        print(f"  {kind}: {one['photos']} photos, {alarms}, {at_rate}")


def page_lines(found: Json) -> Iterator[str]:
    """The section of docs/accuracy.md, in Markdown."""
    one = found["with context"]
    yield from heading(f"Among {one['marks']:,} marks")
    yield (
        f"{one['photos']} logo photos of 14 brands beside 1,000 distractor marks (one-colour "
        "icons), words read. Three kinds of photos show none of them: clothing and produce "
        "(clean), the same logo photos with the marks that they show taken out (branded), and "
        "drawn labels, charts, pages and banners (graphics). The trees that score a photo were "
        "fitted without its brand and without the photo; the logistic model alone knew the brands. "
        f"The right mark is checked in {percent(one['checked']['share'])} of the photos. "
        "`tools/fit_context.py` writes these figures."
    )
    yield ""
    yield from header(
        "scorer", "first", "found at the default threshold", "kind of photo", "photos",
        "with a finding", "blocked", "found at a fixed rate of alarms",
    )  # fmt: skip
    for name, figures in found.items():
        for kind, alarms in figures["kinds"].items():
            cells = (
                name,
                _cell(figures["first"]),
                f"{_cell(figures['recall'])} at {figures['threshold']:.2f}",
                kind,
                str(alarms["photos"]),
                _cell(alarms["review"]),
                _cell(alarms["block"]),
                f"{_cell(alarms['recall at rate'])} at {alarms['rate']:.0%}",
            )
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        "The promise: at the default threshold at most 1 % of clean photos, and 5 % of branded "
        "photos and of graphics, have a finding. "
        f"The calibration error among so many marks is {one['ece']:.3f}."
    )
    yield ""
    yield (
        "All other tables of this page were measured before the candidates, the trees and their "
        "threshold were new (commit 5899df7), and stand until they are measured again."
    )


def _cell(figure: Json) -> str:
    return f"{figure['share']:.3f} ({interval(figure['interval'])})"
