from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.words.scripts import is_cjk, lacks_blanks, script, script_runs


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("a", "LATIN"),
        ("я", "CYRILLIC"),
        ("波", "CJK"),
        ("ﾅ", "KATAKANA"),
        ("운", "HANGUL"),
        ("4", ""),
    ],
)
def test_a_letter_has_a_script(char, name):
    assert script(char) == name


def test_some_scripts_put_no_blanks_between_words():
    assert all(map(lacks_blanks, "波ナな운ร"))
    assert not any(map(lacks_blanks, "aяé4 "))


def test_chinese_japanese_and_korean_belong_together():
    assert is_cjk("新しい靴2")
    assert not is_cjk("ナイキnike")
    assert not is_cjk("2024")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("norrvikкроссовки", ["norrvik", "кроссовки"]),
        ("2024新款nyko手柄", ["2024新款", "nyko", "手柄"]),
        ("cafe\u0301 42", ["cafe\u0301 42"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_the_script_changes(text, parts):
    assert [text[start:end] for start, end in script_runs(text)] == parts


@given(st.text())
def test_the_parts_together_are_the_text(text):
    assert "".join(text[start:end] for start, end in script_runs(text)) == text
