from __future__ import annotations

import pytest

from detector.words.word_lists import in_dictionary, is_known, is_name_in_dictionary, zipf


@pytest.mark.parametrize(
    "word",
    [
        "weiß",
        "WEISS",
        "Weiß",
        "groß",
        "Straße",
        "cafe\u0301",
        "IŞIK",
        "ışık",
        "İSTANBUL",
        "手机",
        "シャツ",
    ],
)
def test_a_word_is_known_in_any_case_and_form(word):
    assert is_known(word)


@pytest.mark.parametrize("word", ["zephyrix", "xk23", "波司登", "手机壳壳"])
def test_other_words_are_not_known(word):
    assert not is_known(word)


def test_a_capital_i_is_another_letter_in_turkish_alone():
    assert zipf("KITAP", "tr") == 0
    assert zipf("KİTAP", "tr") == zipf("kitap", "tr") > 3
    assert zipf("IN", "en") == zipf("in", "en") > 6


def test_the_dictionary_tells_words_from_names():
    assert all(map(in_dictionary, ["crown", "Crowns", "verbatim"]))
    assert not any(map(in_dictionary, ["sony", "zephyrix"]))
    assert all(map(is_name_in_dictionary, ["dell", "SONY"]))
    assert not is_name_in_dictionary("crown")
