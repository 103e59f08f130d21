from __future__ import annotations

import random
import string
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import MissingExtra
from detector.records import Mark
from detector.scoring.scorer import default_scorer
from detector.words.matcher import MAX_LIKENESS, MIN_SCORE, WordMatcher, likeness, words_of

NAMES = ["Adidas", "Red Bull", "Moss & Mirth", "Bizzlepop", "Quillhart", "Zephyrix", "Levi's"]
ORDINARY = ["Apple", "Mini", "Shell", "Gap", "Boss", "Dove", "Puma", "Orange", "Target"]


def matcher_of(*names, **options):
    return WordMatcher([Mark(name, name, "word") for name in names], **options)


@pytest.fixture(scope="module")
def matcher():
    return matcher_of(*NAMES, *ORDINARY)


def found(matcher, text):
    return [(one.word, one.reading) for one in matcher.match(text)]


# --- what is found ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word", "reading", "changes"),
    [
        ("New ADIDAS shoes", "Adidas", "ADIDAS", ("same word",)),
        ("Original Abidas shirt", "Adidas", "Abidas", ("letter swapped: d -> b",)),
        ("daidas", "Adidas", "daidas", ("letters exchanged: ad -> da",)),
        ("my addidas.", "Adidas", "addidas", ("letter doubled: d",)),
        ("Bizlepop!", "Bizzlepop", "Bizlepop", ("double letter single: z",)),
        ("BlZZLEPOP", "Bizzlepop", "BlZZLEPOP", ("look-alike letters: l for i",)),
        ("ad1da5", "Adidas", "ad1da5", ("digit for letter: 1 for i", "digit for letter: 5 for s")),
        ("adiclas", "Adidas", "adiclas", ("look-alike letters: cl for d",)),
        ("аdidas", "Adidas", "аdidas", ("look-alike character: cyrillic а for a",)),
        ("кроссовки адидас", "Adidas", "адидас", ("written in cyrillic letters",)),
        ("A.d-i d a s hoodie", "Adidas", "A.d-i d a s", ("spaced out",)),
        ("adi das cap", "Adidas", "adi das", ("spaced out",)),
        ("\U0001f150didas", "Adidas", "\U0001f150didas", ("letters drawn as signs",)),
        ("a\u200bdidas", "Adidas", "a\u200bdidas", ("invisible character",)),
        ("REDBULL can", "Red Bull", "REDBULL", ("written together",)),
        ("red-bull can", "Red Bull", "red-bull", ("same word",)),
        ("moss and mirth", "Moss & Mirth", "moss and mirth", ("same word",)),
        ("levis 501", "Levi's", "levis", ("written together",)),
        ("kwillhart", "Quillhart", "kwillhart", ("sounds alike: kw for qu",)),
        ("zefirix", "Zephyrix", "zefirix", ("sounds alike: f for ph", "sounds alike: i for y")),
        ("by @adidas", "Adidas", "adidas", ("same word",)),
        (
            "b!zzlep0p",
            "Bizzlepop",
            "b!zzlep0p",
            ("sign for letter: ! for i", "digit for letter: 0 for o"),
        ),
        (
            "@d1d@$",
            "Adidas",
            "@d1d@$",
            ("sign for letter: @ for a", "digit for letter: 1 for i", "sign for letter: $ for s"),
        ),
        ("info@adidas.com", "Adidas", "adidas", ("inside a longer word: info@adidas",)),
        ("adidasshoes", "Adidas", "adidas", ("inside a longer word: adidasshoes",)),
    ],
)
def test_a_word_is_found_however_it_is_changed(matcher, text, word, reading, changes):
    (match,) = matcher.match(text)
    assert (match.word, match.reading, match.changes) == (word, reading, changes)
    assert match.exact == (changes == ("same word",))
    assert match.score == match.likeness > default_scorer().threshold
    assert not match.ordinary


@pytest.mark.parametrize(
    "text",
    [
        "",
        "blue shirt size 42",
        "to address a modern lamp",
        "adios amigos",
        "das Bild",
        "2000 5000 1",
    ],
)
def test_nothing_is_found_in_other_text(matcher, text):
    assert matcher.match(text) == []


@pytest.mark.parametrize(
    ("name", "reading", "is_found"),
    [
        ("Zykq", "Zykw", False),
        ("Zykq", "2ykq", True),
        ("Zykqo", "Zykwo", True),
        ("Zykqov", "Zykwan", False),
        ("Zykqovint", "Zykwavint", True),
        ("Zykqovint", "Zykwabant", False),
    ],
)
def test_the_longer_a_word_the_more_may_differ(name, reading, is_found):
    assert bool(matcher_of(name).match(reading)) == is_found


def test_every_use_is_found_and_the_best_comes_first(matcher):
    text = "abidas and Adidas and zephyrix"
    matches = matcher.match(text)
    assert [one.reading for one in matches] == ["Adidas", "zephyrix", "abidas"]
    assert [text[one.start : one.end] for one in matches] == [one.reading for one in matches]


def test_texts_together_give_what_each_gives_alone(matcher):
    texts = ["abidas", "nothing here", "Red Bull and adidas", "", "abidas"]
    assert matcher.match_all(texts) == [matcher.match(text) for text in texts]
    assert matcher.match_all([]) == []


def test_a_matcher_of_no_marks_finds_nothing():
    assert WordMatcher([]).match("Adidas") == []


def test_the_floor_says_what_is_told():
    assert found(matcher_of("Quillhart", floor=0.999), "Quillhart") == []
    assert found(matcher_of("Apple", floor=0.3), "an apple") == []


# --- which words -------------------------------------------------------------------------------


def test_the_words_of_a_mark_are_its_name_unless_it_says_others():
    assert words_of(Mark("a", "Acme")) == ("Acme",)
    assert words_of(Mark("a", "Acme", "word")) == ("Acme",)
    assert words_of(Mark("a", "Three dots", "pattern")) == ()
    assert words_of(Mark("a", "A fox", "design", words=("Foxy",))) == ("Foxy",)


def test_every_word_of_a_mark_is_looked_for():
    matcher = WordMatcher([Mark("q", "The Q House", words=("Quillhart", "Zephyrix", "?"))])
    assert found(matcher, "zephyrix by quillhart") == [
        ("Zephyrix", "zephyrix"),
        ("Quillhart", "quillhart"),
    ]


def test_two_marks_of_one_word_are_both_found():
    matcher = WordMatcher([Mark("a", "Quillhart"), Mark("b", "quillhart")])
    assert [one.mark for one in matcher.match("QUILLHART")] == ["a", "b"]


# --- ordinary words ------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ORDINARY)
@pytest.mark.parametrize("template", ["{}", "fresh {} for you", "{}s", "x {}! x"])
def test_an_ordinary_word_alone_stays_below_review(matcher, word, template):
    for text in (template.format(word), template.format(word.upper()), word.replace("e", "3")):
        for match in matcher.match(text):
            assert match.score < default_scorer().threshold
            assert match.ordinary


def test_an_ordinary_word_is_told_with_how_surely_it_is_that_word(matcher):
    (match,) = matcher.match("a green apple")
    assert (match.word, match.reading, match.likeness) == ("Apple", "apple", MAX_LIKENESS)
    assert MIN_SCORE <= match.score < match.likeness


@pytest.mark.parametrize("word", ["Später", "мир", "Levi's"])
def test_a_word_is_ordinary_as_it_is_written_too(word):
    (match,) = matcher_of(word).match(word)
    assert match.ordinary == (word != "Levi's")


def test_a_name_of_two_chinese_characters_is_not_short():
    matcher = matcher_of("小米")
    assert [one.score for one in matcher.match("小米 手机 and XiaoMi")] == [
        MAX_LIKENESS,
        MAX_LIKENESS,
    ]


def test_an_ordinary_word_is_no_reading_of_a_mark():
    matcher = matcher_of("Shirtt", "Modem")
    assert found(matcher, "a modern shirt") == []


def test_ordinary_words_side_by_side_are_an_ordinary_reading_of_one_word():
    matcher = matcher_of("Togo", "Quillhart")
    (apart,) = matcher.match("coffee to go")
    (together,) = matcher.match("coffee togo")
    assert apart.ordinary
    assert apart.score < default_scorer().threshold < together.score


# --- other alphabets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "reading", "changes"),
    [
        ("波司登", "2024新款波司登羽绒服女", "波司登", ("same word",)),
        ("波司登", "正品波司登男装", "波司登", ("same word",)),
        (
            "波司登",
            "新款波丝登羽绒服",
            "波丝登",
            ("sounds alike: 丝 for 司", "written in cjk letters"),
        ),
        ("Quillhart", "quillhart手柄", "quillhart", ("same word",)),
        ("Quillhart", "阿迪Quillhart外套男款", "Quillhart", ("same word",)),
        ("나이키", "나이키운동화 새상품", "나이키", ("same word",)),
        ("ソニー", "新品ソニー製ヘッドホン", "ソニー", ("same word",)),
        ("Norrvik", "norrvikкроссовки", "norrvik", ("same word",)),
        ("Norrvik", "кроссовкиnorrv1k", "norrv1k", ("digit for letter: 1 for i",)),
        ("小米", "小米手机壳", "小米", ("same word",)),
    ],
)
def test_a_word_ends_where_the_script_changes(name, text, reading, changes):
    (match,) = matcher_of(name).match(text)
    assert (match.reading, match.changes) == (reading, changes)
    assert match.score > default_scorer().threshold


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("海尔", "上海尔康药店"),  # its characters are of two words
        ("海尔", "孩儿 玩具"),  # another word of the same sound
        ("苹果", "苹果 5kg"),
        ("手机", "小米手机壳"),
        ("Weisz", "Schuhe weiß neu"),
        ("Strazze", "Lange Straße"),
    ],
)
def test_words_of_other_alphabets_are_no_marks(name, text):
    matches = matcher_of(name).match(text)
    assert all(one.score < default_scorer().threshold for one in matches)


@pytest.mark.parametrize(("name", "text"), [("Weiß", "WEISS Weiß weiß"), ("Işık", "IŞIK ışık")])
def test_a_mark_s_own_spelling_is_the_same_word(name, text):
    assert {one.changes for one in matcher_of(name).match(text)} == {("same word",)}


# --- short names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reading"),
    [("Antek", "vantek"), ("Gogear", "iogear"), ("Quiva", "Guiva"), ("Zelmo", "Zelxo")],
)
def test_one_edit_of_a_short_name_is_another_name(name, reading):
    matches = matcher_of(name).match(f"a {reading} mouse")
    assert all(one.likeness < default_scorer().threshold for one in matches)


@pytest.mark.parametrize(
    ("name", "reading"), [("Zelmo", "Zelm0"), ("Zelmo", "Zellmo"), ("Adidas", "abidas")]
)
def test_what_is_overlooked_in_a_short_name_is_found(name, reading):
    (match,) = matcher_of(name).match(f"a {reading} mouse")
    assert match.likeness > default_scorer().threshold


def test_a_word_of_the_dictionary_is_no_misspelt_mark():
    assert found(matcher_of("Quillhart", "Optoma", "Lexas"), "optima Lexus quilhart") == [
        ("Quillhart", "quilhart")
    ]


# --- properties ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.text(), st.text())
def test_a_mark_s_own_word_is_found_with_the_top_score(matcher, name, before, after):
    text = f"{before} {name} {after}"
    best = [one for one in matcher.match(text) if one.word == name and one.score == MAX_LIKENESS]
    assert name in [one.reading for one in best]


@settings(deadline=None)
@given(st.text())
def test_any_text_is_answered_and_every_span_is_its_reading(matcher, text):
    for match in matcher.match(text):
        assert text[match.start : match.end] == match.reading
        assert MIN_SCORE <= match.score <= match.likeness <= MAX_LIKENESS
        assert match.changes


@given(st.floats(0, 20), st.floats(0, 20), st.integers(2, 60))
def test_likeness_falls_with_the_cost(one, other, letters):
    low, high = sorted([one, other])
    assert 0 <= likeness(high, letters) <= likeness(low, letters) <= MAX_LIKENESS
    assert likeness(0, letters) == MAX_LIKENESS


# --- hostile text -------------------------------------------------------------------------------

LONG = 100_000
RANDOM = random.Random(7)
HOSTILE = {
    "one letter": "a" * LONG,
    "letters apart": "a " * (LONG // 2),
    "random letters apart": " ".join(RANDOM.choices(string.ascii_lowercase, k=LONG // 2)),
    "one random word": "".join(RANDOM.choices(string.ascii_lowercase, k=LONG)),
    "signs": "!|@$" * (LONG // 4),
    "combining accents": "a" + "\u0301\u0302\u0303" * (LONG // 3),
    "emoji": "😀" * LONG,
    "right to left": "שלום עולם " * (LONG // 10),
    "nothing": "\0" * LONG,
    "surrogates": "\ud800" * LONG,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_hostile_text_is_answered(matcher, name):
    assert all(one.ordinary for one in matcher.match(HOSTILE[name]))


@pytest.mark.parametrize("word", ["adidas ", "abidas ", "адидас "])
def test_a_word_said_ten_thousand_times_is_found_as_often(matcher, word):
    assert len(matcher.match(word * 10_000)) == 10_000


def test_a_word_glued_to_itself_is_answered(matcher):
    assert all(one.reading == "adidas" for one in matcher.match("adidas" * 15_000))


def test_letters_set_apart_are_read_at_both_ends_of_a_long_row(matcher):
    row = "q " * 200
    assert found(matcher, f"a d i d a s {row}") == [("Adidas", "a d i d a s")]
    assert found(matcher, f"{row}a d i d a s") == [("Adidas", "a d i d a s")]


# --- without the extra ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "package", ["rapidfuzz.process", "anyascii", "confusable_homoglyphs.confusables"]
)
def test_a_missing_package_is_named_when_words_are_asked_for(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=r'pip install "detector\[words\]"'):
        matcher_of("Quillhart")
