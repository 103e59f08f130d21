"""Evidence to probability: a logistic model whose coefficients ship as JSON.

`tools/fit_scorer.py` fits it with scikit-learn; here numpy applies it. The probability is that
"this mark, or one a buyer may confuse with it, is in the photo".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from detector.channels.registry import CHANNELS
from detector.errors import UsageError
from detector.records import Evidence, Measures
from detector.score_terms import EvidenceSpec, ScoreTerm
from detector.verification.registry import CHECKS

Terms = NDArray[np.float64]
Table = Mapping[str, Measures]
Term = Callable[[Table], float]

NOTHING = Measures()


def terms_of(specs: Iterable[EvidenceSpec]) -> dict[str, Term]:
    """What the scorer may weigh of the evidence of some channels and checks, by name.

    Raises `UsageError` where two terms have one name.
    """
    found: dict[str, Term] = {}
    for spec in specs:
        for name, term in spec.terms.items():
            if name in found:
                raise UsageError(f"two score terms are called {name}", place=spec.name)
            found[name] = partial(_of_channel, spec.name, term)
    return found


def _of_channel(channel: str, term: ScoreTerm, table: Table) -> float:
    return term(table.get(channel, NOTHING))


TERMS = terms_of((*CHANNELS, *CHECKS))
"""A term of the model a name; what is missing counts as the weakest evidence, unless it says so."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A logistic model: `names`, `weights` (F,), `intercept`; `threshold` is the default."""

    names: tuple[str, ...]
    weights: Terms
    intercept: float
    threshold: float

    def log_odds(self, evidence: Sequence[Evidence], known: Mapping[str, Term] = TERMS) -> float:
        """Unsaturated score of one pose of one mark from what was measured there.

        `known` are the terms by name. Raises `UsageError` for a name that none has.
        """
        table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
        try:
            values = np.array([known[name](table) for name in self.names])
        except KeyError as error:
            raise UsageError(f"no channel gives the score term {error}") from error
        return float(values @ self.weights) + self.intercept

    def probability(self, evidence: Sequence[Evidence]) -> float:
        """Calibrated probability of one pose of one mark, 0..1."""
        return probability(self.log_odds(evidence))


def probability(log_odds: float) -> float:
    """The logistic function."""
    return float(1 / (1 + np.exp(-log_odds)))


def log_odds_of(score: float) -> float:
    """The inverse of `probability`; infinite for 0 and 1."""
    with np.errstate(divide="ignore"):
        return float(np.log(score) - np.log1p(-score))


def terms(evidence: Sequence[Evidence]) -> Terms:
    """(F,) what the model sees, in the order of `TERMS`."""
    table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
    return np.array([term(table) for term in TERMS.values()])


@lru_cache(maxsize=1)
def default_scorer() -> Scorer:
    """The shipped model."""
    text = files("detector.scoring").joinpath("scorer.json").read_text(encoding="utf-8")
    data = json.loads(text)
    fitted: dict[str, float] = data["weights"]
    if fitted.keys() != TERMS.keys():
        raise ValueError("scorer.json was fitted for other terms; run tools/fit_scorer.py")
    weights = np.array([fitted[name] for name in TERMS], np.float64)
    return Scorer(tuple(TERMS), weights, float(data["intercept"]), float(data["threshold"]))
