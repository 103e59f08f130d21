"""Accuracy on the development photos: `python tools/accuracy.py --data DIR [--out FILE]`.

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
from detector.verification.pose_refinement import UNSEEN

CROSSED, SHIPPED = "detector, scorer fitted on other brands", "detector, shipped scorer"
UNEMBEDDED = {
    "embedding": 0,
    "embedding stands out": 0,
    "upright embedding": UNSEEN,
    "upright embedding squared": UNSEEN**2,
}


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
    shape, scorer = (len(photos.paths), len(photos.marks)), default_scorer()
    for left_out, kept in silenced(measured).items():
        if wing == "logos":
            crossed = cross_scores(kept, photos)
            found[CROSSED + left_out] = figures(crossed, photos.labels)
            if not left_out:
                print_brands(crossed, photos)
        margins = kept.terms @ scorer.weights + scorer.intercept
        found[SHIPPED + left_out] = figures(best_scores(kept, margins, shape), photos.labels)
    for name, scores in textbook.items():
        found[name] = figures(scores, photos.labels)
    for name, one in found.items():
        print(one.line(name))
    return {name: asdict(one) for name, one in found.items()}


def silenced(measured: Measured) -> dict[str, Measured]:
    """What was measured, and as if words, or the embedding, had said nothing of those poses."""
    return {
        "": measured,
        ", words left out of the score": _with(measured, {"word": 0}),
        ", embedding left out of the score": _with(measured, UNEMBEDDED),
    }


def _with(measured: Measured, values: dict[str, float]) -> Measured:
    terms = measured.terms.copy()
    for name, value in values.items():
        terms[:, list(TERMS).index(name)] = value
    return replace(measured, terms=terms)


def write_readme(results: dict[str, Any]) -> None:
    """Put the table of an earlier run between the README's accuracy marks."""
    readme = ROOT / "README.md"
    lines = [
        "| photos | method | recall at 1 % false-positive photos | at 0.1 % | top-1 |",
        "|---|---|---|---|---|",
    ]
    for wing in ("logos", "designs"):
        for name, one in results[wing].items():
            photos = f"{wing}: {one['photos']}, and {one['negatives']} without a mark"
            shown = " | ".join(share(one, figure) for figure in ("recall", "strict", "top1"))
            lines.append(f"| {photos} | {name} | {shown} |")
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
