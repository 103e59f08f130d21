"""Class names of datasets, and the marks they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping


def fold(name: str) -> str:
    """Fold a name: no case, blanks, underscores or hyphens, so `Coca-Cola` is `coca_cola`."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", name).casefold())


NO_MARK = frozenset(
    ("background", "distractor", "distractors", "negative", "negatives", "nologo", "none")
)
"""Folded class names with which datasets say that a photo shows no mark."""


def mark_finder(marks: Mapping[str, str] | Collection[str]) -> Callable[[str], str]:
    """Return a function from a class name to the id of its mark, or "".

    `marks` are ids, or maps names to ids. A name that is written exactly so is preferred; folded
    names that would mean several marks mean none.
    """
    exact = dict(marks) if isinstance(marks, Mapping) else {mark: mark for mark in marks}
    folded: dict[str, set[str]] = {}
    for name, mark in exact.items():
        folded.setdefault(fold(name), set()).add(mark)

    def find(name: str) -> str:
        near = folded.get(fold(name), set())
        return exact.get(name) or (next(iter(near)) if len(near) == 1 else "")

    return find
