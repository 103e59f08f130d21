"""What the scorer may weigh: terms made of the measures of one channel or check.

A channel or check declares its terms and the wording of its reasons beside its code, as an
`EvidenceSpec`; the scorer knows nothing but their names and weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from detector.records import ChannelName, CheckName, Measures

ScoreTerm = Callable[[Measures], float]
"""A number for the scorer from what one channel measured at one place; of NaN where it did not."""


def no_wording(_: Measures) -> str:
    """Say nothing about measures."""
    return ""


def reason(template: str) -> Callable[[Measures], str]:
    """A wording by a format of the measures' names; it says nothing where one was not measured."""

    def wording(measures: Measures) -> str:
        try:
            return template.format_map(dict(measures.items()))
        except KeyError:
            return ""

    return wording


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EvidenceSpec:
    """How evidence of one kind is weighed and put into words.

    Attributes:
        name: the channel or check that gives the evidence.
        terms: what the scorer may weigh, by name; names are unique among all specs.
        wording: the reason in English for people, "" for none.

    """

    name: ChannelName | CheckName
    terms: Mapping[str, ScoreTerm] = field(default_factory=dict)
    wording: Callable[[Measures], str] = no_wording


def measure(name: str, missing: float) -> ScoreTerm:
    """A measure as it is; `missing` where it was not measured."""

    def term(measures: Measures) -> float:
        value = float(getattr(measures, name))
        return missing if np.isnan(value) else value

    return term


def clipped(name: str, missing: float, low: float, high: float) -> ScoreTerm:
    """A measure held between `low` and `high`."""
    value = measure(name, missing)
    return lambda measures: float(np.clip(value(measures), low, high))


def scaled(term: ScoreTerm, divisor: float) -> ScoreTerm:
    """A term divided by a constant, so that weights are of one order."""
    return lambda measures: term(measures) / divisor


def squared(term: ScoreTerm) -> ScoreTerm:
    """The square of a term."""
    return lambda measures: term(measures) ** 2


def log_inliers(measures: Measures) -> float:
    """log(1 + inliers): the first inliers say most."""
    return float(np.log1p(measure("inliers", 0)(measures)))


def surplus_inliers(measures: Measures) -> float:
    """sqrt(inliers - 3): does not saturate, so that near-duplicates stay separable."""
    return float(np.sqrt(max(measure("inliers", 0)(measures) - 3, 0)))
