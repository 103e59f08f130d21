from __future__ import annotations

import sys

import pytest

from detector.errors import MissingExtra
from detector.scoring.scorer import default_scorer
from detector.words import ordinary, word_lists
from detector.words.ordinary import (
    MAX_CEILING,
    MIN_CEILING,
    ceilings,
    frequency,
    is_ordinary_phrase,
)
from detector.words.word_lists import is_known

ORDINARY = ["apple", "mini", "shell", "gap", "boss", "dove", "puma", "orange", "target", "kinder"]
NAMES = ["adidas", "nike", "gucci", "rolex", "samsung", "zephyrix", "quillhart"]


def test_ordinary_words_stay_below_the_threshold_for_review():
    assert MIN_CEILING < MAX_CEILING < default_scorer().threshold
    tops = ceilings((word,) for word in ORDINARY)
    assert all(MIN_CEILING <= top <= MAX_CEILING for top in tops)


def test_names_are_not_ordinary_however_famous():
    assert ceilings((name,) for name in NAMES) == [1.0] * len(NAMES)


def test_short_names_are_ordinary_whatever_they_are():
    assert ceilings([("xq",), ("zyk",), ("q", "x"), ("zykq",)])[3] == 1.0
    assert max(ceilings([("xq",), ("zyk",), ("q", "x")])) <= MAX_CEILING


def test_phrases_are_ordinary_where_people_say_them():
    assert ceilings([("good", "day"), ("moss", "and", "mirth"), ("hugo", "boss")])[1:] == [1, 1]
    assert is_ordinary_phrase(("good", "day"))
    assert not is_ordinary_phrase(("moss", "mirth"))


def test_the_more_frequent_a_word_the_less_it_may_score():
    common, rare = ceilings([("always",), ("kiwi",)])
    assert frequency(("always",)) > frequency(("kiwi",))
    assert common < rare


def test_words_of_many_languages_are_known():
    assert all(map(is_known, ["shoes", "schuhe", "chaussures", "сумка", "a", "42"]))
    assert not any(map(is_known, ["zephyrix", "abidas", "xk23"]))


@pytest.mark.parametrize("package", ["wordfreq", "spylls.hunspell"])
def test_a_missing_package_names_the_extra(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    cached = (word_lists._shares, word_lists.zipf, word_lists._dictionary)
    asked = (word_lists.is_local, word_lists.in_dictionary, ordinary.is_ordinary)
    for kept in (*cached, *asked):
        kept.cache_clear()
    with pytest.raises(MissingExtra, match=r"detector\[words\]"):
        ceilings([("tidemoor",)])
    for kept in cached:
        kept.cache_clear()
