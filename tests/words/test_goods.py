from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from detector.words.goods import goods_in
from detector.words.languages import language_of
from detector.words.tokens import tokens_of


def goods_of(text, language=""):
    return goods_in(tokens_of(text), language).classes


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Laser printer black", {9: "laser printer"}),
        ("12 gel pens", {16: "gel pen"}),
        ("Laptoptasche 15.6 Zoll", {18: "tasche"}),
        ("Kaffeebohnen", {30: "kaffeebohnen"}),
        ("小米手机壳", {9: "手机"}),
        ("кроссовки мужские", {25: "кроссовки"}),
        ("Electronics > Headphones", {9: "headphones"}),
        ("all-in-one printer", {9: "all in one printer"}),
        ("something else", {}),
    ],
)
def test_goods_are_known_by_their_terms(text, classes):
    assert goods_of(text) == classes


def test_a_term_of_another_language_is_no_goods():
    assert goods_of("pilot hole drill") == {7: "drill"}  # in Polish a remote control
    assert goods_of("pilot do telewizora", "pl")[9] == "pilot"


def test_the_table_has_classes_and_terms_alone():
    table = tomllib.loads(files("detector.words").joinpath("goods_terms.toml").read_text("utf-8"))
    assert all(1 <= int(number) <= 34 for number in table)
    terms = [term for row in table.values() for text in row.values() for term in text.split(", ")]
    assert len(terms) > 2000
    assert all(term and term == term.strip() for term in terms)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("men's running shoes with box", "en"),
        ("Handyhülle mit Tasche für die Reise", "de"),
        ("coque de téléphone pour la plage", "fr"),
        ("чехол для телефона", "ru"),
        ("XT-500", ""),
    ],
)
def test_the_language_of_a_title_is_that_of_its_words(text, language):
    assert language_of(token.text for token in tokens_of(text)) == language
