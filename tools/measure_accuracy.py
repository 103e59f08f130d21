"""Accuracy on the development photos: `python tools/measure_accuracy.py --data DIR [--out FILE]`.

Logos: 14 brands against photos without a mark. Designs: packs, told apart from one another. The
scorer of each logo photo is fitted on other brands only (`fit_scorer.cross_margins`); designs take
no part in any fit. The textbook baselines run on the same photos in the same run.
"""

from __future__ import annotations

import json
import platform
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from development_photos import (
    Measured,
    Photos,
    best_margins,
    data_folder,
    designs,
    index_of,
    logos,
    measure,
    measure_baselines,
)
from fit_scorer import cross_margins
from markdown_text import Json, interval

from detector.evaluation.metrics.detection import recall_at
from detector.evaluation.metrics.identification import right_within
from detector.evaluation.metrics.intervals import wilson_interval
from detector.evaluation.metrics.tables import Table, best_true
from detector.scoring.scorer import TERMS, default_scorer
from detector.verification.edge_measures import NEUTRAL_COSINE

CROSSED, SHIPPED = "detector, scorer fitted on other brands", "detector, shipped scorer"
SILENCED = {
    "": {},
    ", words left out of the score": {"word": 0.0},
    ", embedding left out of the score": {
        "embedding": 0.0,
        "embedding stands out": 0.0,
        "upright embedding": NEUTRAL_COSINE,
        "upright embedding squared": NEUTRAL_COSINE**2,
    },
}
"""Terms of the scorer as if a channel had said nothing of a pose."""


def main() -> None:
    """Measure, print a table, and leave a JSON when asked."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--step", type=int, default=1, help="every n-th photo only")
    parser.add_argument("--words", action=BooleanOptionalAction, help="read words in photos")
    parser.add_argument("--baselines", action=BooleanOptionalAction, default=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    data = data_folder(options.data)
    results: Json = {"machine": platform.processor() or platform.machine(), "step": options.step}
    for part, photos in (
        ("logos", logos(data, options.step)),
        ("designs", designs(data, options.step)),
    ):
        results[part] = run(part, photos, data / part / "references", options)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def run(part: str, photos: Photos, references: Path, options: Namespace) -> Json:
    """The figures of all methods on one protocol, by the name of the method."""
    clean = int((photos.labels < 0).sum())
    shown = len(photos.paths) - clean
    print(f"\n{part}: {shown} photos of {len(photos.marks)} marks, {clean} photos without a mark")
    with index_of(references) as index:
        measured = measure(photos, index, options.jobs, options.words)
        textbook = measure_baselines(photos, index, options.jobs) if options.baselines else {}
    tables = {**dict(tables_of(measured, photos, crossed=part == "logos")), **textbook}
    if CROSSED in tables:
        print_brands(tables[CROSSED])
    found = {name: figures(table) for name, table in tables.items()}
    for name, method in found.items():
        print(line(name, method))
    return found


def tables_of(measured: Measured, photos: Photos, *, crossed: bool) -> Iterator[tuple[str, Table]]:
    """The detector, whole and with channels silenced, by the shipped and by fitted scorers."""
    scorer = default_scorer()
    for suffix, values in SILENCED.items():
        left = with_terms(measured, values)
        if crossed:
            yield CROSSED + suffix, photos.table(cross_margins(left, photos))
        margins = left.terms @ scorer.weights + scorer.intercept
        yield SHIPPED + suffix, photos.table(best_margins(left, margins, photos))


def with_terms(measured: Measured, values: dict[str, float]) -> Measured:
    """What was measured, with other values of some terms in every pose."""
    terms = measured.terms.copy()
    for name, value in values.items():
        terms[:, list(TERMS).index(name)] = value
    return replace(measured, terms=terms)


def figures(table: Table) -> Json:
    """Recall at 1 % and at 0.1 % false-positive photos and top-1, each with a 95 % interval."""
    own, shown = best_true(table), table.positives
    thresholds = [recall_at(table, rate).threshold for rate in (0.01, 0.001)]
    found: Json = {"photos": int(shown.sum()), "negatives": int(table.negatives.sum())}
    for name, hits in (
        ("recall", own > thresholds[0]),
        ("strict", own > thresholds[1]),
        ("top1", right_within(table, 1)),
    ):
        found[name] = float(hits[shown].mean())
        found[f"{name}_interval"] = wilson_interval(hits[shown])
    return {**found, "threshold": thresholds[0]}


def line(name: str, found: Json) -> str:
    """The figures of a method for people."""
    labels = {"recall": "recall@1%FP", "strict": "@0.1%FP", "top1": "top-1"}
    return f"{name:<70}" + "".join(
        f"{label} {found[key]:.3f} ({interval(found[f'{key}_interval'])})   "
        for key, label in labels.items()
    )


def print_brands(table: Table) -> None:
    """Recall and top-1 of each mark: where the misses are."""
    recalled = best_true(table) > recall_at(table, 0.01).threshold
    first = right_within(table, 1)
    for mark, shown in zip(table.marks, table.truth.T, strict=True):
        if shown.any():
            shares = f"recall {recalled[shown].mean():.2f}  top-1 {first[shown].mean():.2f}"
            print(f"  {mark:<28} n={np.count_nonzero(shown):<4} {shares}")


if __name__ == "__main__":
    main()
