from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import MissingExtra
from detector.words.spelling import difference, near_pairs, plain, spellings

words = st.text("abcdefghilmnorstuvwxyz0158", min_size=1, max_size=14)


def alike(one, other):
    """How alike two words are by the rough measure."""
    return float(near_pairs(spellings([one]), spellings([other])).similarity.sum())


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Citroën C-3!", "citroenc3"),
        ("Weiß", "weiss"),
        ("RED-BULL", "redbull"),
        ("Moss & Mirth", "mossandmirth"),
        ("小米", "xiaomi"),
        ("аdidas", "adidas"),
        ("!|$", ""),
    ],
)
def test_letters_are_plain(text, letters):
    assert plain(text) == letters


def test_letters_that_cannot_be_folded_stay():
    assert plain("\U0002065d - \U00022ad2!") == "\U0002065d\U00022ad2"


@given(st.lists(words, max_size=6))
def test_every_spelling_is_there_once(texts):
    spelled = spellings(texts)
    assert [spelled.letters[row] for row in spelled.of.tolist()] == texts
    assert len(set(spelled.letters)) == len(spelled.letters) == len(spelled.skeletons)


@given(words, words)
def test_likeness_is_between_none_and_the_same_and_symmetric(one, other):
    assert 0 <= alike(one, other) <= 1
    assert alike(one, other) == pytest.approx(alike(other, one))
    assert (alike(one, other) == 1) == (one == other)


@given(words, words)
def test_a_difference_counts_no_more_than_the_edits(one, other):
    near, cost, changes = difference(one, other)
    assert 0 <= near <= 1
    assert (near == 1) == (cost == 0) == (one == other)
    assert one != other or changes == ()
    assert cost <= max(len(one), len(other))


@given(st.lists(words, max_size=5), st.lists(words, max_size=5))
def test_all_pairs_at_once_are_as_one_by_one(known, seen):
    mine, theirs = spellings(known), spellings(seen)
    table = np.zeros((len(mine.letters), len(theirs.letters)))
    pairs = near_pairs(mine, theirs)
    table[pairs.known, pairs.read] = pairs.similarity
    single = [[alike(one, other) for other in theirs.letters] for one in mine.letters]
    np.testing.assert_allclose(table, np.reshape(single, table.shape), atol=1e-6)


@pytest.mark.parametrize(
    ("word", "misread", "other"),
    [
        ("moderna", "modema", "modesa"),
        ("illumo", "1llumo", "allumo"),
        ("fluximo", "f1uximo", "fruximo"),
        ("gloomo", "gl0omo", "glaomo"),
        ("bizlo", "bizzlo", "bizxlo"),
    ],
)
def test_what_a_reader_confuses_hardly_counts(word, misread, other):
    assert alike(word, misread) > 0.95 > alike(word, other)
    assert difference(word, misread)[0] > 0.9 > difference(word, other)[0]


def test_a_change_is_named():
    assert difference("adidas", "abidas") == (1 - 1 / 6, 1, ("letter swapped: d -> b",))


def test_words_of_very_different_length_are_told_by_their_edits():
    near, cost, changes = difference("adidas", "adidasadidas")
    assert (near, cost, changes) == (0.5, 6, ())


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz.process", None)
    with pytest.raises(MissingExtra, match=r"detector\[words\]"):
        near_pairs(spellings(["a"]), spellings(["b"]))
