from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.words.tokens import tokens_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crown XLS-1502, 2 x 500W!", ["Crown", "XLS-1502", "2", "x", "500W"]),
        ("cutting-edge D-Link", ["cutting", "edge", "D", "Link"]),
        ("nyko手柄2024", ["nyko", "手柄", "2024"]),
        ("levi's cafe\u0301", ["levi's", "caf\u00e9"]),
        ("", []),
    ],
)
def test_a_title_is_read_word_by_word(text, words):
    assert [token.text for token in tokens_of(text)] == words


@pytest.mark.parametrize("word", ["MG2120", "HL-L2350DW", "XLS-1502", "1502", "PS5"])
def test_a_model_number_is_known(word):
    assert tokens_of(word)[0].is_model_number


@pytest.mark.parametrize(
    "word", ["500ml", "10x15", "2024", "42", "12-pack", "16GB", "1080p", "Mini"]
)
def test_a_measure_is_no_model_number(word):
    assert not tokens_of(word)[0].is_model_number


def test_a_measure_of_electronics_is_known():
    assert [token.is_digital_measure for token in tokens_of("8GB 2000mAh 500ml")] == [
        True,
        True,
        False,
    ]


def test_words_are_told_from_names():
    words = {
        token.text: token.is_word for token in tokens_of("Damen crown Straße Samsung Zephyrix 42")
    }
    assert [word for word, is_word in words.items() if is_word] == ["Damen", "crown", "Straße"]


@given(st.text())
def test_words_and_gaps_are_the_text(text):
    tokens = tokens_of(text)
    rest = text[tokens[-1].end :] if tokens else text
    shown = "".join(token.gap + text[token.start : token.end] for token in tokens)
    assert shown + rest == text
