"""Fits the scorer: `python tools/fit.py --data DIR` writes detector/scoring/scorer.json.

Only the coefficients and the threshold enter the project, never a photo.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from development import best_scores, data_folder, index_of, logos, measure
from figures import figures
from fitting import cross_scores, fit

from detector.scoring.scorer import TERMS

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "detector" / "scoring" / "scorer.json"
SHIPPED = ROOT / "reference_marks"  # as decoys: a threshold depends on how many marks there are


def main() -> None:
    """Fit on all brands; take the threshold from brands scored by models that never saw them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--step", type=int, default=1)
    options = parser.parse_args()
    data = data_folder(options.data)
    photos = logos(data, options.step, [SHIPPED])
    with index_of(data / "logos" / "references", SHIPPED) as index:
        measured = measure(photos, index, options.jobs)
    weights, intercept = fit(measured, photos, np.ones(len(photos.marks), bool))
    margins = best_scores(
        measured, measured.terms @ weights + intercept, (len(photos.paths), len(photos.marks))
    )
    threshold = max(
        figures(margins, photos.labels).threshold,
        figures(cross_scores(measured, photos), photos.labels).threshold,
    )
    model = {
        "intercept": round(intercept, 5),
        "threshold": round(float(1 / (1 + np.exp(-threshold))), 4),
        "weights": {name: round(float(w), 5) for name, w in zip(TERMS, weights, strict=True)},
    }
    MODEL.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    print(MODEL.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
