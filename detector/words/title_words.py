"""The words by which sellers write titles: the lists of `title_words.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from detector.words.folding import fold_case

Phrase = tuple[str, ...]
"""The words of a phrase, without case."""


@cache
def listed(name: str) -> frozenset[str]:
    """The words of one list, without case."""
    return frozenset(map(fold_case, _split(_lists()[name])))


@cache
def phrases(name: str) -> frozenset[Phrase]:
    """The phrases of one table in all its languages, as words without case."""
    every = (phrase for row in _lists()[name].values() for phrase in _split(row))
    return frozenset(tuple(fold_case(phrase).split()) for phrase in every)


def _split(row: str) -> list[str]:
    return [part.strip() for part in row.split(",")]


@cache
def _lists() -> dict[str, Any]:
    source = files("detector.words").joinpath("title_words.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
