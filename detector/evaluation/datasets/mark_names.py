"""Marks for the class names of labelled photos; which photos are clean, and which left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from detector.evaluation.datasets.names import says_no_mark
from detector.evaluation.records import LabelledPhoto, Truth, Unusable
from detector.geometry import box_iou

SAME = 0.9  # overlap from which two boxes of one mark are one label

Find = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Named:
    """Photos with ids of marks for class names, and what was left out.

    `only_unknown` are photos that show nothing but classes which are no marks, and `unknown` words
    on each such class; `repeated` are labels that say the same twice.
    """

    photos: list[LabelledPhoto]
    left_out: list[Unusable]
    only_unknown: list[Path]
    unknown: list[str]
    repeated: list[Unusable]
    notes: tuple[str, ...]


def name_marks(photos: Sequence[LabelledPhoto], find: Find) -> Named:
    """Put ids of marks for class names; `find` gives the id of a class, "" for none.

    A class such as `no-logo` that is no mark declares that a photo shows none.
    """
    kept, left_out, only_unknown, repeated = [], [], [], []
    for photo in photos:
        named = _named(photo, find)
        distinct, again = _distinct(named.truths)
        others = [truth for truth in photo.truths if not find(truth.mark)]
        if trouble := _trouble(photo, named, others):
            left_out.append(Unusable(str(photo.path), f"left out: {trouble}"))
        elif not named.truths and not all(says_no_mark(truth.mark) for truth in others):
            only_unknown.append(photo.path)
        else:
            kept.append(replace(named, truths=distinct))
            repeated += [_repeated(photo, truth) for truth in again]
    labels = [truth for photo in photos for truth in photo.truths]
    unknown, notes = _unknown(labels, find), _notes(labels, find)
    return Named(kept, left_out, only_unknown, unknown, repeated, notes)


def _named(photo: LabelledPhoto, find: Find) -> LabelledPhoto:
    truths, ignored = (
        tuple(replace(truth, mark=mark) for truth in given if (mark := find(truth.mark)))
        for given in (photo.truths, photo.ignored)
    )
    return replace(photo, truths=truths, ignored=ignored)


def _trouble(photo: LabelledPhoto, named: LabelledPhoto, others: Sequence[Truth]) -> str:
    """Why a photo is left out; "" where it is not. `others` are its labels that are no marks."""
    if named.truths and any(truth.box is None and says_no_mark(truth.mark) for truth in others):
        return "declared to show no mark, and labelled"
    if photo.ignored and not named.truths:
        return "only objects that do not count (crowd, ignore, difficult)"
    return ""


def _distinct(truths: Iterable[Truth]) -> tuple[tuple[Truth, ...], list[Truth]]:
    """The truths, and apart those that say the same as one before: a class in two spellings."""
    kept: list[Truth] = []
    again: list[Truth] = []
    for truth in truths:
        (again if any(_same(truth, other) for other in kept) else kept).append(truth)
    return tuple(kept), again


def _repeated(photo: LabelledPhoto, truth: Truth) -> Unusable:
    return Unusable(str(photo.path), f"duplicate label {truth.mark!r} of {photo.path.name!r}")


def _same(one: Truth, other: Truth) -> bool:
    if one.mark != other.mark:
        return False
    if one.box is None or other.box is None:
        return one.box == other.box
    return box_iou(one.box, other.box) >= SAME


def _unknown(labels: Iterable[Truth], find: Find) -> list[str]:
    """Words on each class that is no mark, with the number of its labels."""
    names = Counter(
        truth.mark for truth in labels if not find(truth.mark) and not says_no_mark(truth.mark)
    )
    return [
        f"unknown mark {name!r} in {count:,} label{'' if count == 1 else 's'}"
        for name, count in sorted(names.items())
    ]


def _notes(labels: Iterable[Truth], find: Find) -> tuple[str, ...]:
    """Words on each class that is a mark, though its name could say that there is none."""
    names = sorted({truth.mark for truth in labels if says_no_mark(truth.mark)})
    return tuple(
        f"class {name!r} is read as the mark {find(name)!r}, not as a photo without a mark"
        for name in names
        if find(name)
    )
