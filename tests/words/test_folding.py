from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detector.words.folding import fold, fold_case, fold_turkish_case, skeleton, sound

ways = st.sampled_from(["look", "sound"])
words = st.text("abcdefghijklmnopqrstuvwxyz0123456789")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Adidas", "adidas"),
        ("Ａdidas 𝐛𝐨𝐥𝐝 ①", "adidas bold 1"),
        ("Čeština é", "cestina e"),
        ("cafe\u0301", "cafe"),
        ("a\u200bb\u00adc", "abc"),
        ("a-b.c_d'e", "a b c d e"),
        ("Moss&Mirth", "moss and mirth"),
        ("sale™ ❤ 5€", "sale    5 "),
        ("$@!|", "$@!|"),
        ("小米", "xiaomi"),
        ("\U0001f15d\U0001f15e\U0001f141\U0001f133", "nord"),  # circled, squared
        ("\U0001f1f3\U0001f1f4", "no"),  # as a flag
        ("\U0001f170\U0001f18a\U0001f11d", "apn"),
        ("N\u20e3o\u20e3", "no"),
        ("ɴᴏʀᴅʜᴜꜱᴋ", "nordhusk"),
    ],
)
def test_text_becomes_plain_letters(text, folded):
    assert fold(text).letters == folded


def test_a_foreign_letter_is_read_by_its_look_or_by_its_sound():
    assert fold("Ноѕрitаl").letters == "hospital"
    assert fold("Нос", "sound").letters == "nos"
    assert fold("адидас", "sound").letters == "adidas"
    assert fold("вosch").letters == "bosch"


def test_letters_that_came_of_one_character_share_its_place():
    folded = fold("aßb", "sound")
    assert folded.letters == "assb"
    assert folded.starts == (0, 1, 1, 2)
    assert folded.ends == (1, 2, 2, 3)


def test_what_shows_nothing_belongs_to_the_letter_before():
    assert fold("a\u0301\u200bb").ends == (3, 4)


@given(st.text(), ways)
@example("\ud800\x00\u202e\u0301", "look")
def test_every_letter_maps_back_to_its_character(text, way):
    folded = fold(text, way)
    assert len(folded.letters) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    for letter, start, end in zip(folded.letters, folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert letter in fold(text[start], way).letters
    assert folded.letters.isascii()
    assert folded.letters == folded.letters.lower()


@given(st.text(), ways)
def test_folding_again_changes_nothing(text, way):
    once = fold(text, way).letters
    assert fold(once, way).letters == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("illi", "1l!i"),
        ("google", "g00gle"),
        ("modern", "modem"),
        ("wave", "vvave"),
        ("adidas", "adiclas"),
        ("boss", "b055"),
        ("adidas", "@d1d4$"),
        ("adidas", "addiddass"),
    ],
)
def test_what_looks_alike_has_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("phone", "fone"),
        ("quick", "kwik"),
        ("xenox", "ksenoks"),
        ("gucci", "gukci"),
        ("zephyr", "sefir"),
        ("voodoo", "vudu"),
        ("lacoste", "lakost"),
    ],
)
def test_what_sounds_alike_has_one_sound(one, other):
    assert sound(one) == sound(other)


def test_other_words_look_and_sound_different():
    assert skeleton("adidas") != skeleton("abidas")
    assert sound("adidas") != sound("abidas")


@given(words)
def test_a_skeleton_and_a_sound_have_no_double_letters(word):
    for key in (skeleton(word), sound(word)):
        assert all(a != b for a, b in pairwise(key))


@pytest.mark.parametrize(
    ("text", "folded", "turkish"),
    [
        ("GROẞ", "gross", "gross"),
        ("\u0130STANBUL", "istanbul", "istanbul"),
        ("I\u0307zmir", "izmir", "izmir"),
        ("IŞIK", "işik", "ışık"),
        ("CAFE\u0301", "café", "café"),
    ],
)
def test_case_is_folded_as_word_lists_fold_it(text, folded, turkish):
    assert (fold_case(text), fold_turkish_case(text)) == (folded, turkish)
