"""Splits and cuts: which photos a figure is taken over.

The open-set split keeps every photo of a mark on one side, so that nothing is judged on marks it
was tuned on: W. Scheirer et al., "Toward open set recognition" (PAMI 2013); for logos, H. Su,
X. Zhu, S. Gong, "Open logo detection challenge" (BMVC 2018). The size of a mark is, as in COCO, the
root of the area of its box, or of its outline where it is turned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics.tables import Flags
from detector.evaluation.records import LabelledPhoto, Outcome, Outline, Truth

SIZES = (("<32", 32.0), ("32-64", 64.0), ("64-128", 128.0), ("128+", math.inf))
"""Names and upper ends of the sizes of a mark in a photo, in pixels."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A named subset of the P photos: `photos` (P,) bool."""

    name: str
    photos: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Marks held out together, and `photos` (P,) bool: the photos held out with them."""

    marks: tuple[str, ...]
    photos: Flags


def open_set_folds(outcomes: Sequence[Outcome], count: int, seed: int = 0) -> tuple[Fold, ...]:
    """Deal marks and negatives over `count` folds for open-set evaluation.

    A photo is held out in the fold of every mark it shows, a negative in one. The folds of the
    marks do not depend on the order of the photos.
    """
    rng = np.random.default_rng(seed)
    marks = sorted({truth.mark for outcome in outcomes for truth in outcome.photo.truths})
    dealt = [marks[number] for number in rng.permutation(len(marks))]
    negatives = [n for n, outcome in enumerate(outcomes) if not outcome.photo.truths]
    turned = rng.permutation(np.array(negatives, np.intp))
    return tuple(
        _fold(outcomes, tuple(sorted(dealt[part::count])), turned[part::count].tolist())
        for part in range(count)
    )


def _fold(outcomes: Sequence[Outcome], marks: tuple[str, ...], negatives: list[int]) -> Fold:
    held = frozenset(marks)
    photos = [any(truth.mark in held for truth in outcome.photo.truths) for outcome in outcomes]
    flags = np.array(photos, bool)
    flags[negatives] = True
    return Fold(marks, flags)


def by_kind(outcomes: Sequence[Outcome], kinds: Mapping[str, str]) -> tuple[Cut, ...]:
    """Split photos by the kind of a mark in them; `kinds` maps mark ids to kinds."""
    return _cuts("kind", outcomes, _of_truths(lambda truth: kinds.get(truth.mark, UNKNOWN)))


def by_size(outcomes: Sequence[Outcome]) -> tuple[Cut, ...]:
    """Split photos by the size of a mark in them: the square root of its area."""
    order = [name for name, _ in SIZES]
    return _cuts("size", outcomes, _of_truths(size_of), order)


def by_source(outcomes: Sequence[Outcome]) -> tuple[Cut, ...]:
    """Split all photos, negatives too, by their source."""
    return _cuts("source", outcomes, lambda photo: {photo.source or UNKNOWN})


def size_of(truth: Truth) -> str:
    """Return the name of the size of a mark in a photo."""
    if truth.box is None:
        return UNKNOWN
    x0, y0, x1, y1 = truth.box
    corners = truth.outline or ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    side = math.sqrt(_area(corners))
    return next(name for name, end in SIZES if side < end)


def _area(corners: Outline) -> float:
    """The area of an outline, by the shoelace formula."""
    ends = (*corners[1:], corners[0])
    pairs = zip(corners, ends, strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def _of_truths(word: Callable[[Truth], str]) -> Callable[[LabelledPhoto], Iterable[str]]:
    return lambda photo: {word(truth) for truth in photo.truths}


def _cuts(
    what: str,
    outcomes: Sequence[Outcome],
    words: Callable[[LabelledPhoto], Iterable[str]],
    order: Sequence[str] = (),
) -> tuple[Cut, ...]:
    """One cut for every word that holds for a photo: those in `order` first, then by alphabet."""
    values = [frozenset(words(outcome.photo)) for outcome in outcomes]
    known = frozenset().union(*values)
    names = [name for name in order if name in known] + sorted(known.difference(order))
    return tuple(
        Cut(f"{what} {name}", np.array([name in value for value in values])) for name in names
    )
