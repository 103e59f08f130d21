"""Score terms: the inputs of the scorer, computed from the measures of one channel or check.

Each channel and check declares its terms and the wording of its reasons in an `EvidenceSpec` beside
its code; the scorer only knows their names and weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from detector.records import ChannelName, CheckName, Measures

ScoreTerm = Callable[[Measures], float]
"""From the measures of one channel at one pose (NaN where not taken) to a number for the scorer."""


def no_wording(_: Measures) -> str:
    """No reason, whatever the measures."""
    return ""


def reason(template: str) -> Callable[[Measures], str]:
    """A wording from a format string with names of measures; "" where one of them was not taken."""

    def wording(measures: Measures) -> str:
        try:
            return template.format_map(dict(measures.items()))
        except KeyError:
            return ""

    return wording


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EvidenceSpec:
    """The score terms and the wording of one kind of evidence.

    Attributes:
        name: the channel or check that gives the evidence.
        terms: score terms by name; names are unique among all specs.
        wording: the reason in English, "" for none.

    """

    name: ChannelName | CheckName
    terms: Mapping[str, ScoreTerm] = field(default_factory=dict)
    wording: Callable[[Measures], str] = no_wording


def measure(name: str, missing: float) -> ScoreTerm:
    """The term that is a measure itself; `missing` where it was not taken."""

    def term(measures: Measures) -> float:
        value = float(getattr(measures, name))
        return missing if math.isnan(value) else value

    return term


def clipped(name: str, missing: float, low: float, high: float) -> ScoreTerm:
    """A measure clipped to `low`..`high`."""
    value = measure(name, missing)
    return lambda measures: min(max(value(measures), low), high)


def scaled(term: ScoreTerm, divisor: float) -> ScoreTerm:
    """A term divided by a constant, so that weights have one order of magnitude."""
    return lambda measures: term(measures) / divisor


def squared(term: ScoreTerm) -> ScoreTerm:
    """The square of a term."""
    return lambda measures: term(measures) ** 2


def log_inliers(measures: Measures) -> float:
    """log(1 + inliers), in which the first inliers count most."""
    return math.log1p(measure("inliers", 0)(measures))


def surplus_inliers(measures: Measures) -> float:
    """sqrt(inliers - 3): does not saturate, so that near-duplicates stay separable."""
    return math.sqrt(max(measure("inliers", 0)(measures) - 3, 0))
