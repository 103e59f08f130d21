"""Evidence to probability: a logistic model whose coefficients ship as JSON.

`tools/fit_scorer.py` fits it with scikit-learn; here numpy applies it. The probability is that
"this mark, or one a buyer may confuse with it, is in the photo".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from detector.records import Evidence, Measures

Terms = NDArray[np.float64]
Table = Mapping[str, Measures]

NOTHING = Measures()
UNSEEN = 0.6  # cosine that speaks neither for nor against, where onnxruntime is not installed
HASH_CHANCE = 0.36  # share of differing bits that the best of many unrelated pairs reaches


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """`names`, `weights` (F,) and `intercept` of the model; `threshold` is the default."""

    names: tuple[str, ...]
    weights: Terms
    intercept: float
    threshold: float

    def probability(self, evidence: Sequence[Evidence]) -> float:
        """Probability for one pose of one mark from what the channels measured there."""
        margin = float(terms(evidence) @ self.weights) + self.intercept
        return float(1 / (1 + np.exp(-margin)))


def terms(evidence: Sequence[Evidence]) -> Terms:
    """(F,) what the model sees, in the order of `TERMS`."""
    table = {one.channel: one.measures for one in evidence}
    return np.array([term(table) for term in TERMS.values()])


@lru_cache(maxsize=1)
def default_scorer() -> Scorer:
    """The shipped model."""
    text = files("detector.scoring").joinpath("scorer.json").read_text(encoding="utf-8")
    data = json.loads(text)
    names = tuple(data["weights"])
    if names != tuple(TERMS):
        raise ValueError("scorer.json was fitted for other terms; run tools/fit_scorer.py")
    weights = np.array(list(data["weights"].values()), np.float64)
    return Scorer(names, weights, float(data["intercept"]), float(data["threshold"]))


def _value(table: Table, channel: str, name: str, missing: float) -> float:
    value = float(getattr(table.get(channel, NOTHING), name))
    return missing if np.isnan(value) else value


def _few(channel: str) -> Callable[[Table], float]:
    """The first inliers say most: logarithmic."""
    return lambda table: float(np.log1p(_value(table, channel, "inliers", 0)))


def _many(channel: str) -> Callable[[Table], float]:
    """Beyond chance every further inlier counts, and never ceases to: variants are told by it."""
    return lambda table: float(np.sqrt(max(_value(table, channel, "inliers", 0) - 3, 0)))


def _spread(channel: str) -> Callable[[Table], float]:
    return lambda table: _value(table, channel, "spread", 0)


def _near(channel: str) -> Callable[[Table], float]:
    """Hash bits that agree beyond chance, 0..1."""
    return lambda table: max(0.0, 1 - _value(table, channel, "distance", 1) / HASH_CHANCE)


def _aligned(name: str, missing: float) -> Callable[[Table], float]:
    return lambda table: _value(table, "alignment", name, missing)


def _stands_out(channel: str, missing: float) -> Callable[[Table], float]:
    return lambda table: float(np.clip(_value(table, channel, "likeness", missing), -3, 9)) / 3


def _word(table: Table) -> float:
    """Words that only begin to be alike say little: cubic. So do everyday words, and one of many.

    Therefore no word is proof by its letters alone unless it is rare: 0..1.
    """
    alike = float(np.clip((_value(table, "words", "reading", 0) - 0.6) / 0.4, 0, 1))
    return alike**3 * _value(table, "words", "share", 0) * _value(table, "words", "rarity", 0)


def _cosine(channel: str, missing: float) -> Callable[[Table], float]:
    """Learned descriptors of unlike things lie at right angles."""
    return lambda table: float(np.clip(_value(table, channel, "cosine", missing), 0, 1))


TERMS: dict[str, Callable[[Table], float]] = {
    "embedding": _cosine("embedding", 0),
    "embedding stands out": lambda table: (
        float(np.clip(_value(table, "embedding", "likeness", 0), 0, 16)) / 8
    ),
    "upright embedding": _cosine("alignment", UNSEEN),
    "upright embedding squared": lambda table: _cosine("alignment", UNSEEN)(table) ** 2,
    "sift few": _few("sift"),
    "sift many": _many("sift"),
    "sift spread": _spread("sift"),
    "orb few": _few("orb"),
    "word": _word,
    "shape": _stands_out("shape", -3),
    "upright shape": _stands_out("alignment", -3),
    "hash": _near("hashes"),
    "region": _near("regions"),
    "agreement": _aligned("agreement", 0),
    "agreement squared": lambda table: _aligned("agreement", 0)(table) ** 2,
    "weakest": _aligned("weakest", -1),
    "coverage": _aligned("coverage", 0),
    "unexplained": _aligned("unexplained", 1),
    "colour": lambda table: max(0.0, _aligned("colour", 0)(table)),
    "turned colour": lambda table: max(0.0, -_aligned("colour", 0)(table)),
}
"""A term of the model a name; but for `UNSEEN`, what is missing counts as the weakest evidence."""
