from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.words.changes import foreign_letters, weighted_edits

words = st.text("abcdeimnorxyz01@", max_size=12)


@pytest.mark.parametrize(
    ("word", "reading", "change"),
    [
        ("adidas", "abidas", "letter swapped: d -> b"),
        ("adidas", "daidas", "letters exchanged: ad -> da"),
        ("adidas", "addas", "letter dropped: i"),
        ("adidas", "adixdas", "letter added: x"),
        ("adidas", "addidas", "letter doubled: d"),
        ("bizzle", "bizle", "double letter single: z"),
        ("google", "go0gle", "digit for letter: 0 for o"),
        ("adidas", "@didas", "sign for letter: @ for a"),
        ("modern", "modem", "look-alike letters: m for rn"),
        ("nike", "nlke", "look-alike letters: l for i"),
        ("phoenix", "foenix", "sounds alike: f for ph"),
        ("jinn", "dzhinn", "sounds alike: dzh for j"),
    ],
)
def test_a_change_is_named(word, reading, change):
    cost, changes = weighted_edits(word, reading)
    assert changes == (change,)
    assert 0 < cost <= 1


def test_several_changes_come_in_order_and_their_costs_add_up():
    cost, changes = weighted_edits("adidas", "abidaz")
    assert changes == ("letter swapped: d -> b", "sounds alike: z for s")
    assert cost == pytest.approx(weighted_edits("d", "b")[0] + weighted_edits("s", "z")[0])


def test_what_is_overlooked_costs_less_than_what_is_seen():
    digit, double = weighted_edits("adidas", "ad1das")[0], weighted_edits("adidas", "addidas")[0]
    exchanged, other = weighted_edits("adidas", "adidsa")[0], weighted_edits("adidas", "adimas")[0]
    assert digit < double < exchanged < other


def test_words_of_very_different_length_are_not_compared():
    assert weighted_edits("adidas", "adidasadidas") == (math.inf, ())


@given(words, words)
def test_costs_are_those_of_a_distance(one, other):
    cost, changes = weighted_edits(one, other)
    assert (cost == 0) == (one == other)
    if cost < math.inf:
        assert bool(changes) == (one != other)
        assert cost <= 1.0 * max(len(one), len(other))


@pytest.mark.parametrize(
    ("text", "way", "changes"),
    [
        ("adidas", "look", ()),
        ("аdidas", "look", ("look-alike character: cyrillic а for a",)),
        ("𝐚didas", "sound", ("look-alike character: mathematical 𝐚 for a",)),
        ("адидас", "sound", ("written in cyrillic letters",)),
        ("ádidas", "look", ("accent added: á for a",)),
        ("a\u200bdidas", "look", ("invisible character",)),
        ("a\u0489didas", "look", ()),
    ],
)
def test_foreign_letters_are_named(text, way, changes):
    assert foreign_letters(text, "Adidas", way) == changes


def test_what_is_foreign_in_the_word_itself_is_no_change():
    assert foreign_letters("MOËT", "Moët", "look") == ()
    assert foreign_letters("Moe\u0308t", "Moët", "look") == ()
