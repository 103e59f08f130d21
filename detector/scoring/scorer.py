"""The scorer: a logistic regression from evidence to a calibrated probability.

`tools/fit_scorer.py` fits its coefficients, which ship as JSON; numpy applies them. The probability
is that the photo shows this mark or a confusingly similar sign.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.channels.registry import CHANNELS
from detector.errors import UsageError
from detector.records import Evidence, Measures
from detector.score_terms import EvidenceSpec, ScoreTerm
from detector.scoring.trees import Trees
from detector.verification.registry import CHECKS

Terms = NDArray[np.float64]
Table = Mapping[str, Measures]
Term = Callable[[Table], float]

NOT_MEASURED = Measures()
ALONE = "evidence alone"  # the input of the trees that is the log-odds of the logistic model


def terms_of(specs: Iterable[EvidenceSpec]) -> dict[str, Term]:
    """The score terms of some channels and checks, by name.

    Raises `UsageError` where two terms have the same name.
    """
    by_name: dict[str, Term] = {}
    for spec in specs:
        for name, term in spec.terms.items():
            if name in by_name:
                raise UsageError(f"two score terms are called {name}", place=spec.name)
            by_name[name] = partial(_value, spec.name, term)
    return by_name


def _value(channel: str, term: ScoreTerm, table: Table) -> float:
    return term(table.get(channel, NOT_MEASURED))


TERMS = terms_of((*CHANNELS, *CHECKS))
"""All score terms by name."""


@dataclass(frozen=True, slots=True)
class TermShare:
    """One score term of a candidate: its value, and what it adds to the log-odds."""

    name: str
    value: float
    log_odds: float


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A logistic model of the evidence at a pose, and trees that add its context.

    Attributes:
        names: the F terms of the logistic model.
        weights: (F,) their weights.
        intercept: its log-odds where all terms are 0.
        threshold: score from which a photo is reviewed by default.
        inputs: the inputs of the trees: measures as "channel.measure", and `ALONE`.
        trees: the trees; None where the logistic model alone decides.
        alone: weight of the logistic model's log-odds beside the trees, which saturate: so near
            twins with much evidence are still told apart.

    """

    names: tuple[str, ...]
    weights: Terms
    intercept: float
    threshold: float
    inputs: tuple[str, ...] = ()
    trees: Trees | None = None
    alone: float = 0.0

    def log_odds(self, evidence: Sequence[Evidence], known: Mapping[str, Term] = TERMS) -> float:
        """Log-odds of one pose of one mark, from the evidence there.

        `known` are the terms by name. Raises `UsageError` where a term of the model is not there.
        """
        table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
        try:
            values = np.array([known[name](table) for name in self.names])
        except KeyError as error:
            raise UsageError(f"no channel gives the score term {error}") from error
        return float(values @ self.weights) + self.intercept

    @property
    def start(self) -> float:
        """The log-odds to which the `term_shares` of a pose are added."""
        return self.intercept if self.trees is None else self.trees.root_sum

    def in_context(
        self, alone: Sequence[float], evidence: Sequence[Sequence[Evidence]]
    ) -> list[float]:
        """Log-odds of K poses by all their evidence, with that of the context.

        `alone` (K,) are those of `log_odds`.
        """
        if self.trees is None or not alone:
            return list(alone)
        pairs = zip(evidence, alone, strict=True)
        rows = np.array([inputs(given, value, self.inputs) for given, value in pairs])
        sums: list[float] = (self.trees.sums(rows) + self.alone * np.array(alone)).tolist()
        return sums

    def term_shares(
        self, evidence: Sequence[Evidence], known: Mapping[str, Term] = TERMS
    ) -> list[TermShare]:
        """What each term, or each input of the trees, adds to the log-odds of one pose.

        With `start` they make up the log-odds. Arguments are as of `log_odds`.
        """
        if self.trees is None:
            table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
            values = [known[name](table) for name in self.names]
            return _shares(self.names, values, self.weights * values)
        alone = self.log_odds(evidence, known)
        row = inputs(evidence, alone, self.inputs)
        added = self.trees.contributions(row)
        added[self.inputs.index(ALONE)] += self.alone * alone
        return _shares(self.inputs, row.tolist(), added)


def _shares(
    names: Sequence[str], values: Sequence[float], added: NDArray[np.float64]
) -> list[TermShare]:
    return [TermShare(*each) for each in zip(names, values, added.tolist(), strict=True)]


def inputs(evidence: Sequence[Evidence], alone: float, names: Sequence[str]) -> NDArray[np.float32]:
    """The values (F,) of inputs of trees; NaN where a measure was not taken."""
    table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
    values = []
    for name in names:
        channel, _, measure = name.partition(".")
        measures = table.get(channel, NOT_MEASURED)
        values.append(alone if name == ALONE else float(getattr(measures, measure)))
    return np.array(values, np.float32)


def probability(log_odds: float) -> float:
    """The logistic function."""
    return float(1 / (1 + np.exp(-log_odds)))


def log_odds_of(score: float) -> float:
    """The inverse of `probability`; infinite for 0 and 1."""
    with np.errstate(divide="ignore"):
        return float(np.log(score) - np.log1p(-score))


def terms(evidence: Sequence[Evidence]) -> Terms:
    """The values (F,) of all terms, in the order of `TERMS`."""
    table: dict[str, Measures] = {piece.channel: piece.measures for piece in evidence}
    return np.array([term(table) for term in TERMS.values()])


@lru_cache(maxsize=1)
def default_scorer() -> Scorer:
    """The shipped model."""
    return scorer_from(_shipped("scorer.json"))


@lru_cache(maxsize=1)
def quick_scorer() -> Scorer:
    """The shipped model that orders proposals after the quick check; its threshold is not used."""
    fitted = _shipped("quick_scorer.json")
    # It scores hundreds of proposals a photo: terms without a weight are not worth computing.
    return scorer_from(fitted, {name: TERMS[name] for name in fitted["weights"]})


def _shipped(name: str) -> dict[str, Any]:
    text = files("detector.scoring").joinpath(name).read_text(encoding="utf-8")
    fitted: dict[str, Any] = json.loads(text)
    return fitted


def scorer_from(fitted: Mapping[str, Any], known: Mapping[str, Term] = TERMS) -> Scorer:
    """The model that `tools/fit_scorer.py` fitted: its `weights` by term, intercept, threshold.

    A term of `known` that was not fitted weighs nothing, so that a new channel has no say before
    the scorer is fitted again. Raises `UsageError` for a weight without its term.
    """
    given: Mapping[str, float] = fitted["weights"]
    if unknown := [name for name in given if name not in known]:
        raise UsageError(
            f"the scorer was fitted for terms that no channel gives: {', '.join(unknown)}",
            remedy="Fit it again: python tools/fit_scorer.py",
        )
    weights = np.array([given.get(name, 0.0) for name in known], np.float64)
    context = fitted.get("context")
    return Scorer(
        tuple(known),
        weights,
        float(fitted["intercept"]),
        float(fitted["threshold"]),
        tuple(context["inputs"]) if context else (),
        Trees.of(context["trees"]) if context else None,
        float(context["alone"]) if context else 0.0,
    )
