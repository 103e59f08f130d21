"""Class names of datasets, and the marks they mean."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from detector.records import Mark


def fold(name: str) -> str:
    """Fold a name: no case, blanks, underscores or hyphens, so `Coca-Cola` is `coca_cola`."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", name).casefold())


_NO_MARK = frozenset(
    ("background", "distractor", "distractors", "negative", "negatives", "nologo", "none")
)


def says_no_mark(name: str) -> bool:
    """Whether datasets say with this class name that a photo shows no mark.

    Ask first whether it is the name of a mark: a brand may be called so.
    """
    return fold(name) in _NO_MARK


def names_of_marks(marks: Iterable[Mark]) -> dict[str, str]:
    """Map what a class may be called to the id of its mark: ids, and names that only one has."""
    marks = list(marks)
    times = Counter(mark.name for mark in marks)
    names = {mark.name: mark.id for mark in marks if times[mark.name] == 1}
    return names | {mark.id: mark.id for mark in marks}


def mark_finder(
    marks: Mapping[str, str] | Collection[str], *, join_numbered: bool = False
) -> Callable[[str], str]:
    """Return a function from a class name to the id of its mark, or "".

    `marks` are ids, or maps names to ids. A name that is written exactly so is preferred; folded
    names that would mean several marks mean none. With `join_numbered` a class such as `lexus-2`
    that is no mark means the mark `lexus`.
    """
    exact = dict(marks) if isinstance(marks, Mapping) else {mark: mark for mark in marks}
    folded: dict[str, set[str]] = {}
    for name, mark in exact.items():
        folded.setdefault(fold(name), set()).add(mark)

    def find(name: str) -> str:
        near = folded.get(fold(name), set())
        return exact.get(name) or (next(iter(near)) if len(near) == 1 else "")

    def find_joined(name: str) -> str:
        return find(name) or find(re.sub(r"[\s_-]+[0-9]+$", "", name))

    return find_joined if join_numbered else find
