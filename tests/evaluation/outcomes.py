"""Outcomes built in a line, and larger ones drawn with a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detector.evaluation.records import Answer, LabelledPhoto, Outcome, Truth


def outcome(shown=(), answers=(), source=""):
    """`shown`: mark ids, or (mark, box); `answers`: (mark, score) or (mark, score, box)."""
    truths = tuple(Truth(one) if isinstance(one, str) else Truth(*one) for one in shown)
    best_first = sorted((Answer(*one) for one in answers), key=lambda one: -one.score)
    return Outcome(LabelledPhoto(Path("photo.png"), truths, source), tuple(best_first))


def from_arrays(scores, truth):
    """Outcomes of (P, M) scores (-inf is no answer) and (P, M) truth, and the mark ids."""
    marks = [f"m{number}" for number in range(np.shape(truth)[1])]
    rows = zip(np.asarray(scores, float).tolist(), np.asarray(truth, bool).tolist(), strict=True)
    made = [
        outcome(
            [mark for mark, here in zip(marks, there, strict=True) if here],
            [(m, s) for m, s in zip(marks, row, strict=True) if s > -np.inf],
        )
        for row, there in rows
    ]
    return made, marks


def drawn(seed, photos=60, marks=5, likeness=0.3):
    """Seeded outcomes: a third negatives, scores a little higher where the mark is, some ties."""
    rng = np.random.default_rng(seed)
    truth = np.zeros((photos, marks), bool)
    shown = np.arange(photos) % 3 > 0
    truth[shown, rng.integers(marks, size=shown.sum())] = True
    scores = np.clip(rng.random(truth.shape) * 0.6 + likeness * truth, 0, 1).round(2)
    scores[rng.random(truth.shape) < 0.2] = -np.inf
    return from_arrays(scores, truth)
