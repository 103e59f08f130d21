"""Wordings of product titles for `measure_titles.py`: what `title_wordings.toml` holds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: goods and shop categories by class, properties, and patterns of titles."""

    goods: dict[int, tuple[str, ...]]
    category: dict[int, str]
    properties: tuple[str, ...]
    first: tuple[str, ...]
    by: tuple[str, ...]
    middle: tuple[str, ...]
    compatible: tuple[str, ...]
    plain: tuple[str, ...]


@cache
def languages() -> dict[str, Wording]:
    """The wordings of every language, by its code."""
    return {code: _wording(row) for code, row in _source()["languages"].items()}


def rare_words(part: str) -> tuple[str, ...]:
    """Rare words of the dictionary that are marks in a part."""
    return _split(_source()[part]["rare"])


def ordinary_uses(part: str) -> dict[str, tuple[str, ...]]:
    """Titles of a part in which words are ordinary, by the word, which is a mark too."""
    return {word: _split(titles) for word, titles in _source()[part]["uses"].items()}


def _wording(row: dict[str, Any]) -> Wording:
    lists = {name: _split(text) for name, text in row.items() if isinstance(text, str)}
    goods = {int(number): _split(terms) for number, terms in row["goods"].items()}
    category = {int(number): words for number, words in row["category"].items()}
    return Wording(goods, category, **lists)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";"))


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))
