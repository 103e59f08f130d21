"""Accuracy on the development photos: `python benchmarks/accuracy.py --data DIR [--out FILE]`.

Logos: 14 brands against photos without a mark. Designs: packs, told apart from one another. The
scorer of each logo photo is fitted on other brands only (`fitting.cross_scores`); designs take no
part in any fit. The textbook baselines run on the same photos in the same run.
"""

from __future__ import annotations

import json
import platform
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from development import (
    Measured,
    Photos,
    baseline_scores,
    best_scores,
    data_folder,
    designs,
    index_of,
    logos,
    measure,
)
from figures import Figures, Scores, figures
from fitting import cross_scores
from readme import ROOT, fill

from detector.scoring.scorer import TERMS, default_scorer


def main() -> None:
    """Measure, print a table, and leave a JSON when asked."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--step", type=int, default=1, help="every n-th photo only")
    parser.add_argument("--words", action=BooleanOptionalAction, help="read words in photos")
    parser.add_argument("--baselines", action=BooleanOptionalAction, default=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--readme", type=Path, help="a JSON of an earlier run, for the README")
    options = parser.parse_args()
    if options.readme:
        write_readme(json.loads(options.readme.read_text(encoding="utf-8")))
        return
    data = data_folder(options.data)
    results = {"machine": platform.processor() or platform.machine(), "step": options.step}
    for wing, photos in (
        ("logos", logos(data, options.step)),
        ("designs", designs(data, options.step)),
    ):
        results[wing] = run(wing, photos, data / wing / "references", options)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def run(wing: str, photos: Photos, references: Path, options: Namespace) -> dict[str, object]:
    """All methods on one protocol."""
    count = int((photos.labels >= 0).sum())
    print(f"\n{wing}: {count} photos of {len(photos.marks)} marks, "
          f"{len(photos.paths) - count} photos without a mark")  # fmt: skip
    found: dict[str, Figures] = {}
    with index_of(references) as index:
        measured = measure(photos, index, options.jobs, options.words)
        textbook = baseline_scores(photos, index, options.jobs) if options.baselines else {}
    shape = (len(photos.paths), len(photos.marks))
    scorer = default_scorer()
    shipped, silent = (
        best_scores(one, one.terms @ scorer.weights + scorer.intercept, shape)
        for one in (measured, wordless(measured))
    )
    if wing == "logos":
        crossed = cross_scores(measured, photos)
        found["detector, scorer fitted on other brands"] = figures(crossed, photos.labels)
        print_brands(crossed, photos)
        found["the same, words left out of the score"] = figures(
            cross_scores(wordless(measured), photos), photos.labels
        )
    found["detector, shipped scorer"] = figures(shipped, photos.labels)
    found["shipped scorer, words left out of the score"] = figures(silent, photos.labels)
    for name, scores in textbook.items():
        found[name] = figures(scores, photos.labels)
    for name, one in found.items():
        print(one.line(name))
    return {name: asdict(one) for name, one in found.items()}


def wordless(measured: Measured) -> Measured:
    """What was measured, as if no word had been read at the poses that were checked."""
    terms = measured.terms.copy()
    terms[:, list(TERMS).index("word")] = 0
    return replace(measured, terms=terms)


def write_readme(results: dict[str, Any]) -> None:
    """Put the table of an earlier run between the README's accuracy marks."""
    readme = ROOT / "README.md"
    lines = [
        "| photos | method | recall at 1 % false-positive photos | top-1 |",
        "|---|---|---|---|",
    ]
    for wing in ("logos", "designs"):
        for name, one in results[wing].items():
            photos = f"{wing}: {one['photos']}, and {one['negatives']} without a mark"
            shown = [share(one, "recall"), share(one, "top1")]
            lines.append(f"| {photos} | {name} | {shown[0]} | {shown[1]} |")
    text = readme.read_text(encoding="utf-8")
    readme.write_text(fill(text, "accuracy", "\n".join(lines)), encoding="utf-8")


def share(one: dict[str, Any], name: str) -> str:
    """A share with its 95 % interval."""
    low, high = one[f"{name}_interval"]
    return f"{one[name]:.2f} ({low:.2f} to {high:.2f})"


def print_brands(scores: Scores, photos: Photos) -> None:
    """Recall and top-1 of each mark: where the misses are."""
    threshold = figures(scores, photos.labels).threshold
    for row, mark in enumerate(photos.marks):
        mine = scores[photos.labels == row]
        if len(mine):
            recalled = (mine[:, row] > threshold).mean()
            first = (mine.argmax(axis=1) == row).mean()
            print(f"  {mark:<28} n={len(mine):<4} recall {recalled:.2f}  top-1 {first:.2f}")


if __name__ == "__main__":
    main()
